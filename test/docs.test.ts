/** The documents say what is true: the walk-through of README.md runs as it is written, generated pages are up to date, links lead somewhere. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { refresh } from '../scripts/docs.ts';
import { neverAnswered } from '../scripts/never-answered.ts';
import { type Checkout, makeCheckout, newcomersEnvironment } from './support/checkout.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');

type Block = { language: string; text: string; before: string };
/** The fenced blocks of a document, each with the text before it. */
const blocksOf = (markdown: string): Block[] => {
  let end = 0;
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(match => {
    const block = { language: match[1] ?? '', text: match[2] ?? '', before: markdown.slice(end, match.index) };
    end = match.index + match[0].length;
    return block;
  });
};

const hasCli = spawnSync('aws', ['--version']).status === 0;
const skip = !hasCli && process.env.CI === undefined && 'needs the AWS CLI (Debian: awscli)';

describe('README.md', { skip }, () => {
  let checkout: Checkout;
  let url: string;
  before(async () => {
    assert.ok(hasCli, 'the AWS CLI is missing');
    checkout = await makeCheckout(['bin', 'package.json', 'src']);
    url = await checkout.serve('npm', ['start']);
  });
  after(() => checkout?.remove());

  it('walks through the main job with commands that work', async () => {
    const here = (text: string) => text.replaceAll('http://127.0.0.1:9339', url);
    const blocks = blocksOf(readme);
    for (const { language, text, before } of blocks) {
      const file = /`([\w-]+\.mjs)`[^`]*$/.exec(before)?.[1];
      if (language === 'js' && file !== undefined) writeFileSync(join(checkout.directory, file), here(text));
    }
    const script = blocks.filter(({ language }) => language === 'bash').map(({ text }) => here(text));
    const { stdout, stderr } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script.join('\n')], {
      cwd: checkout.directory,
      env: newcomersEnvironment(),
    });
    assert.match(stdout, /CODEDELIVERYDETAILS\temail\tEMAIL\tj\*\*\*@e\*\*\*/);
    assert.match(stdout, /SignUp[\s\S]*Your confirmation code is \d{6}/);
    assert.match(stdout, /USERATTRIBUTES\temail_verified\ttrue/);
    assert.match(stderr, /NotAuthorizedException.*GetUser operation: Access Token has been revoked/);
    assert.match(stdout, /^Signed out\.$/m);
    assert.match(stdout, /Name: 'email', Value: 'jane@example.com'/);
    assert.match(stdout, /^jane until \d{4}-/m);
    const [account = ''] = /^http.*\/account\?client_id=\w+$/m.exec(stdout) ?? [];
    assert.match(await (await fetch(account)).text(), /<h1>Sign in<\/h1>/);
  });

  it('names commands and settings that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = [...readme.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test))\b/g)];
    assert.ok(named.length > 4);
    for (const [, run, own = ''] of named) assert.ok(scripts[run ?? own], run ?? own);
    for (const [setting] of readme.matchAll(/\bCENOTE_[A-Z_]+\b/g))
      assert.ok(read('docs/configuration.md').includes(`\`${setting}\``), setting);
  });
});

describe('the documents', () => {
  const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root });

  it('repeat what the code says', () => {
    assert.deepEqual(refresh(new URL('../docs/', import.meta.url), { write: false }), []);
  });

  it('are noticed when they do not, and written anew', () => {
    const directory = mkdtempSync(join(tmpdir(), 'cenote-docs-'));
    try {
      const there = pathToFileURL(`${directory}/`);
      writeFileSync(join(directory, 'coverage.md'), 'old');
      assert.deepEqual(refresh(there, { write: false }), ['configuration.md', 'coverage.md']);
      assert.equal(readFileSync(join(directory, 'coverage.md'), 'utf8'), 'old');
      refresh(there, { write: true });
      assert.deepEqual(refresh(there, { write: false }), []);
      assert.match(readFileSync(join(directory, 'coverage.md'), 'utf8'), /^\| SignUp \| anyone \| yes \| /m);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('excuse no exception that the tests have seen, and none that nothing declares', () => {
    const tested: Record<string, string[]> = JSON.parse(read('docs/tested.json'));
    for (const { exception, operations } of neverAnswered) {
      assert.notEqual(operations.length, 0, exception);
      assert.deepEqual(
        operations.filter(name => tested[name]?.includes(exception)),
        [],
        exception,
      );
    }
  });

  it('link to what exists', () => {
    assert.ok(documents.includes('docs/concepts.md'));
    const broken = documents.flatMap(document =>
      [...read(document).matchAll(/\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g)]
        .map(([, target = '']) => join(dirname(document), target))
        .filter(target => !existsSync(join(root, target)))
        .map(target => `${document}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it('name files of the source that exist', () => {
    const gone = documents.flatMap(document =>
      [...read(document).matchAll(/`((?:src|test|scripts|docs|bin)\/[\w./-]+)`/g)]
        .map(([, path = '']) => path)
        .filter(path => !existsSync(join(root, path)))
        .map(path => `${document}: ${path}`),
    );
    assert.deepEqual(gone, []);
  });
});
