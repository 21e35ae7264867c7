/** `npm run docs`: writes the pages of docs/ that repeat what the code says. With `--check` it only says which of them are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { userPoolOperations } from '../src/api/user-pools.ts';
import { settings } from '../src/config.ts';
import {
  type AuthorizationKind,
  identityPoolsContract,
  type ServiceContract,
  userPoolsContract,
} from '../src/contract/service.ts';

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');

const note = (source: string) => `<!-- Written by \`npm run docs\` from ${source}: change it there. -->`;

const configuration = (): string => {
  const rows = Object.values(settings).map(({ env, fallback, about }) => [
    `\`${env}\``,
    fallback === '' ? '' : `\`${fallback}\``,
    about.replaceAll('|', '\\|'),
  ]);
  return `# Configuration

${note('src/config.ts')}

Settings are environment variables. A name that begins with \`CENOTE_\` and is not in this list stops the start, so that a
misspelt setting is noticed. \`cenote settings\` prints the same list.

${table(['Setting', 'Default', 'What it does'], rows)}
`;
};

const callers: Record<AuthorizationKind, string> = {
  sigv4: 'administrators (signed, Signature Version 4)',
  none: 'anyone',
  accessToken: 'the signed-in user (access token)',
};

type Tested = Record<string, string[]>;
const testedFile = new URL('../docs/tested.json', import.meta.url);

/** What the tests have seen: whether the operation succeeded, and which of its declared exceptions it answered. */
const testedOf = (operation: string, declared: readonly string[]): [string, string] => {
  const tested: Tested = JSON.parse(current(testedFile) ?? '{}');
  const answers = tested[operation] ?? [];
  const exceptions = answers.filter(answer => declared.includes(answer));
  return [answers.includes('ok') ? 'yes' : '', exceptions.map(name => name.replace(/Exception$/, '')).join(', ')];
};

const coverageOf = (title: string, { operations }: ServiceContract, answered: object): string => {
  const names = Object.keys(operations).sort();
  const isAnswered = (name: string) => Object.hasOwn(answered, name);
  const rows = names.map(name => [
    name,
    callers[operations[name]!.auth],
    isAnswered(name) ? 'yes' : 'not yet',
    ...testedOf(name, operations[name]!.errors),
  ]);
  return `## ${title}

${names.filter(isAnswered).length} of ${names.length} operations are answered.

${table(['Operation', 'Who calls it', 'Answered', 'Success tested', 'Exceptions tested'], rows)}
`;
};

const coverage = (): string => `# Coverage

${note('src/api/')}

What this version answers of AWS's API. An operation of the user pools that is not answered yet is refused with
\`NotImplementedException\` (HTTP 501), one of the identity pools with \`UnknownOperationException\`. Where an operation that
is answered differs from Cognito: [differences](differences.md). The last two columns say what the tests have seen, through
the AWS SDK; \`npm run coverage\` runs them and writes it down.

${coverageOf('User pools (`cognito-idp`)', userPoolsContract(), userPoolOperations)}
${coverageOf('Identity pools (`cognito-identity`)', identityPoolsContract(), {})}`;

/** The generated pages: their text by their name in docs/. */
export const pages = { 'configuration.md': configuration, 'coverage.md': coverage };

/**
 * Brings the pages up to date, or only compares them.
 * @param directory where the pages are, a URL that ends with a slash
 * @returns the names of those that were not up to date
 */
export const refresh = (directory: URL, { write }: { write: boolean }): string[] =>
  Object.entries(pages)
    .filter(([name, page]) => {
      const file = new URL(name, directory);
      const text = page();
      if (text === current(file)) return false;
      if (write) writeFileSync(file, text);
      return true;
    })
    .map(([name]) => name);

const current = (file: URL): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const check = process.argv.includes('--check');
  const stale = refresh(new URL('../docs/', import.meta.url), { write: !check });
  if (check && stale.length > 0) {
    process.stderr.write(`Not up to date: ${stale.map(name => `docs/${name}`).join(', ')}. Run: npm run docs\n`);
    process.exitCode = 1;
  }
}
