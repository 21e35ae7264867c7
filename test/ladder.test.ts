/** The conventions of the project: who imports whom, where time and environment come in, how a file begins and how long it is. */
import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fetchedFrom, ladder, namesMachine, packagesIn, problemsOf, referencesIn, rungOf } from './ladder.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, 'utf8');
const sources = globSync('**/*.ts', { cwd: `${root}src` }).map(file => ({ file, source: read(`src/${file}`) }));

/** What somebody makes by using the project, and what is not text of ours. */
const made = ['.git', 'data', 'dist', 'node_modules', 'package-lock.json'];
const textFiles = (): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !made.includes(name) && !name.endsWith('.log'))
    .flatMap(entry => (entry.isDirectory() ? filesIn(entry.name) : [entry.name]));
const filesIn = (folder: string): string[] =>
  readdirSync(`${root}${folder}`, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)));

describe('the project', () => {
  it('keeps its conventions in every file of src/', () => {
    assert.ok(sources.length > 100, 'the sources were found');
    assert.deepEqual(
      sources.flatMap(({ file, source }) => problemsOf(file, source)),
      [],
    );
  });

  it('has something on every rung', () => {
    const rungs = new Set(sources.map(({ file }) => rungOf(file)));
    assert.deepEqual(
      ladder.filter(rung => !rungs.has(rung)),
      [],
    );
  });

  it('needs at run time exactly the packages that are its dependencies', () => {
    const needed = new Set(sources.flatMap(({ source }) => packagesIn(source)));
    assert.deepEqual([...needed].sort(), Object.keys(JSON.parse(read('package.json')).dependencies).sort());
  });

  it('names no directory of the machine that it was written on', () => {
    const here = [root.replace(/\/$/, ''), `${homedir()}/`].filter(path => path.length > 3);
    assert.ok(textFiles().includes(join('src', 'app.ts')));
    assert.deepEqual(
      textFiles().filter(file => namesMachine(read(file), here)),
      [],
    );
  });

  it('locks packages without saying where they were fetched from', () => {
    const lock = JSON.parse(read('package-lock.json'));
    assert.ok(Object.keys(lock.packages).length > 50);
    assert.deepEqual(fetchedFrom(lock), []);
  });
});

const head = '/** Says what it is for. */\n';
const refused: [what: string, file: string, source: string, problem: string][] = [
  ['a later folder', 'lib/a.ts', "import { b } from '../wire/b.ts';", 'imports wire/b.ts: wire comes after lib'],
  ['a later type', 'iam/a.ts', "import type { B } from '../wire/b.ts';", 'imports wire/b.ts: wire comes after iam'],
  ['several lines', 'lib/a.ts', "import {\n  b,\n} from '../iam/b.ts';", 'imports iam/b.ts: iam comes after lib'],
  ['a side effect', 'lib/a.ts', "import '../iam/b.ts';", 'imports iam/b.ts: iam comes after lib'],
  ['a dynamic import', 'lib/a.ts', "await import('../iam/b.ts');", 'imports iam/b.ts: iam comes after lib'],
  ['a re-export', 'lib/a.ts', 'export * from "../iam/b.ts";', 'imports iam/b.ts: iam comes after lib'],
  ['an inline type', 'lib/a.ts', "type B = import('../iam/b.ts').B;", 'imports iam/b.ts: iam comes after lib'],
  ['a worker', 'lib/a.ts', "new URL('../wire/b.ts', import.meta.url)", 'imports wire/b.ts: wire comes after lib'],
  ['a file above', 'api/a.ts', "import { b } from '../app.ts';", 'imports app.ts: app comes after api'],
  [
    'a later room of user-pools',
    'user-pools/users/a.ts',
    "import { b } from '../sign-in/b.ts';",
    'imports user-pools/sign-in/b.ts: user-pools/sign-in comes after user-pools/users',
  ],
  ['an unknown folder', 'helpers/a.ts', '', 'stands on no rung of the ladder'],
  ['what lies outside', 'lib/a.ts', "import '../../test/b.ts';", 'refers to ../../test/b.ts, outside src/'],
  ['a computed import', 'lib/a.ts', 'await import(name);', 'imports a module by a computed name'],
  ['an import put together', 'lib/a.ts', 'await import("./" + name);', 'imports a module by a computed name'],
  ['the environment', 'wire/a.ts', 'const a = process.env.A;', 'uses process.env'],
  ['the environment in lib', 'lib/a.ts', 'const a = process.env.A;', 'uses process.env'],
  ['the environment taken apart', 'wire/a.ts', 'const { env } = process;', 'uses process.env'],
  ['the environment imported', 'wire/a.ts', "import { env } from 'node:process';", 'uses process.env'],
  ['the time', 'wire/a.ts', 'const a = Date.now();', 'uses Date.now'],
  ['the date', 'wire/a.ts', 'const a = new Date();', 'uses new Date()'],
  ['the date without parentheses', 'wire/a.ts', 'const a = new Date;', 'uses new Date()'],
  ['chance', 'wire/a.ts', 'const a = Math.random();', 'uses Math.random'],
  ['length', 'wire/a.ts', 'a;\n'.repeat(300), 'has 301 lines; a rule in it wants a name of its own'],
];

describe('the rules', () => {
  for (const [what, file, source, problem] of refused)
    it(`refuse ${what}`, () => assert.deepEqual(problemsOf(file, head + source), [`${file} ${problem}`]));

  it('refuse a file that does not say what it is for', () => {
    const problem = 'lib/a.ts does not open with a sentence that says what it is for';
    for (const source of ['', "import 'node:fs';", '/** */\n', '// Words.\n', `const a = 1;\n${head}`])
      assert.deepEqual(problemsOf('lib/a.ts', source), [problem], source);
  });

  it('allow what is right', () => {
    const right = [
      "import { b } from '../lib/b.ts';",
      "import type { B } from './b.ts';",
      "import { c } from 'node:fs'; import d from 'fastify';",
      "const e = await import('./challenges/e.ts');",
      'const f = new Date(0); const g = clock.now(); // Date.now() and process.env are mentioned only',
      "const h = 'https://example.com'; /* import '../app.ts' */",
    ];
    assert.deepEqual(problemsOf('user-pools/sign-in/a.ts', head + right.join('\n').replace('../lib', '../../lib')), []);
    assert.deepEqual(problemsOf('lib/clock.ts', `${head}const now = () => Date.now();`), []);
    assert.deepEqual(problemsOf('config.ts', `${head}const a = process.env;`), []);
  });

  it('see every reference, and not those in comments', () => {
    const source =
      "import a from 'a'; export { b } from './b.ts';\n// import 'c'\nimport('@d/e/f'); /* from 'g' */ 'x//y';";
    assert.deepEqual(referencesIn(source), ['a', './b.ts', '@d/e/f']);
    assert.deepEqual(packagesIn(source), ['a', '@d/e']);
    assert.deepEqual(
      packagesIn("import type { A } from 'a'; import { type B } from 'b'; export type { C } from 'c';"),
      ['b'],
    );
  });

  it('see where somebody has worked', () => {
    for (const path of ['/home' + '/jane/x', 'at /Users' + '/jane', 'C:\\Users' + '\\jane', '/srv/here/x'])
      assert.ok(namesMachine(path, ['/srv/here']), path);
    for (const path of ['https://example.com/home/x', './home/x', '/srv/there', '~/x'])
      assert.ok(!namesMachine(path, ['/srv/here']), path);
    assert.deepEqual(fetchedFrom({ packages: { a: { resolved: 'https://example.com/a.tgz' }, b: {} } }), ['a']);
  });
});
