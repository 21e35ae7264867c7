/** `npm run docs`: writes the pages of docs/ that repeat what the code says. With `--check` it only says which of them are stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { identityPoolOperations } from '../src/api/identity-pools.ts';
import { userPoolOperations } from '../src/api/user-pools.ts';
import { settings } from '../src/config.ts';
import {
  type AuthorizationKind,
  identityPoolsContract,
  type ServiceContract,
  userPoolsContract,
} from '../src/contract/service.ts';
import { excusedOf, neverAnswered } from './never-answered.ts';
import { excusedOfIdentityPools, neverAnsweredByIdentityPools } from './never-answered-identity-pools.ts';

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

const short = (exception: string) => exception.replace(/Exception$/, '');
type Excused = (operation: string) => string[];
const listed = (exceptions: readonly string[]) => exceptions.map(short).join(', ');

/** What the tests have seen: whether the operation succeeded, its declared exceptions that it answered, and those still to be shown. */
const testedOf = (answers: readonly string[], declared: readonly string[], excused: readonly string[]): string[] => {
  const exceptions = answers.filter(answer => declared.includes(answer));
  const left = declared.filter(name => !answers.includes(name) && !excused.includes(name));
  return [answers.includes('ok') ? 'yes' : '', listed(exceptions), listed(left.sort())];
};

/** Both services have operations of the same names. */
const answersOf = (name: string, { metadata }: ServiceContract): string[] => {
  const tested: Tested = JSON.parse(current(testedFile) ?? '{}');
  return tested[metadata.endpointPrefix === 'cognito-identity' ? `cognito-identity:${name}` : name] ?? [];
};

const coverageOf = (title: string, contract: ServiceContract, answered: object, excused: Excused): string => {
  const { operations } = contract;
  const names = Object.keys(operations).sort();
  const isAnswered = (name: string) => Object.hasOwn(answered, name);
  const rows = names.map(name => {
    const { auth, errors } = operations[name]!;
    if (!isAnswered(name)) return [name, callers[auth], 'not yet', '', '', ''];
    return [name, callers[auth], 'yes', ...testedOf(answersOf(name, contract), errors, excused(name))];
  });
  return `## ${title}

${names.filter(isAnswered).length} of ${names.length} operations are answered.

${table(['Operation', 'Who calls it', 'Answered', 'Success tested', 'Exceptions tested', 'Not seen yet'], rows)}
`;
};

/** The exceptions that are declared and never come. */
const never = (): string => {
  const { operations } = userPoolsContract();
  const declaring = (exception: string) =>
    Object.values(operations).filter(({ errors }) => errors.includes(exception)).length;
  const rows = neverAnswered.map(({ exception, operations: names, why }) => [
    short(exception),
    names.length === declaring(exception) ? `all ${names.length} that declare it` : names.join(', '),
    why,
  ]);
  return `## Declared and never answered

${table(['Exception', 'Operations', 'Why'], rows)}
`;
};

const neverOfIdentityPools = (): string =>
  `### Declared and never answered by identity pools

${table(
  ['Exception', 'Operations', 'Why'],
  neverAnsweredByIdentityPools.map(({ exception, operations, why }) => [short(exception), operations.join(', '), why]),
)}
`;

/** How many of the declared exceptions there are, have been seen, and never come. */
const sum = (): string => {
  const { operations } = userPoolsContract();
  const tested: Tested = JSON.parse(current(testedFile) ?? '{}');
  const all = Object.entries(operations).flatMap(([name, { errors }]) => errors.map(error => [name, error] as const));
  const seen = all.filter(([name, error]) => tested[name]?.includes(error)).length;
  const excused = all.filter(([name, error]) => excusedOf(name).includes(error)).length;
  const count = (number: number) => number.toLocaleString('en');
  return `Of ${count(all.length)} exceptions that the user pools' operations declare, ${count(seen)} have been seen in tests,
${count(excused)} are never answered, and ${count(all.length - seen - excused)} have not been seen yet.`;
};

const coverage = (): string => `# Coverage

${note('src/api/')}

What this version answers of AWS's API. An operation that is not answered yet is refused with
\`NotImplementedException\` (HTTP 501). Where an operation that is answered differs from Cognito: [differences](differences.md). The last three columns say what the tests have seen, through
the AWS SDK, of what the contract declares; \`npm run coverage\` runs them and writes it down. What cannot be seen, because it is
[never answered](#declared-and-never-answered), stands below with its reason.

${sum()}

${coverageOf('User pools (`cognito-idp`)', userPoolsContract(), userPoolOperations, excusedOf)}
${never()}
${coverageOf('Identity pools (`cognito-identity`)', identityPoolsContract(), identityPoolOperations, excusedOfIdentityPools)}
${neverOfIdentityPools()}`;

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
