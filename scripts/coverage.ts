/**
 * `npm run coverage`: runs the tests, notes which answers of which operation they have seen, and renews docs/coverage.md.
 * `npm run coverage -- test/api/quotas.test.ts …` runs these files only and adds what they have seen.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const tested = new URL('../docs/tested.json', import.meta.url);
const files = process.argv.slice(2);
const tests =
  files.length === 0
    ? ['npm', 'test']
    : [process.execPath, '--test', '--test-global-setup=test/support/postgres.ts', '--test-concurrency=2', ...files];

const directory = mkdtempSync(join(tmpdir(), 'cenote-coverage-'));
const file = join(directory, 'answers');
writeFileSync(file, '');
// The settings of the server stay out of the tests' environment but for this one, which only tests read.
const environment = { ...process.env, RECORD_ANSWERS_IN: file };
const { status } = spawnSync(tests[0]!, tests.slice(1), { stdio: 'inherit', env: environment });

const before: Record<string, string[]> = files.length === 0 ? {} : JSON.parse(readFileSync(tested, 'utf8'));
const seen: Record<string, Set<string>> = Object.fromEntries(
  Object.entries(before).map(([operation, answers]) => [operation, new Set(answers)]),
);
for (const line of new Set(readFileSync(file, 'utf8').trim().split('\n').filter(Boolean))) {
  const [operation = '', answer = ''] = line.split(' ');
  seen[operation] ??= new Set();
  seen[operation].add(answer);
}
rmSync(directory, { recursive: true });
const sorted = Object.fromEntries(
  Object.keys(seen)
    .sort()
    .map(operation => [operation, [...(seen[operation] ?? [])].sort()]),
);
writeFileSync(tested, `${JSON.stringify(sorted, null, 1)}\n`);
spawnSync('npm', ['run', 'docs'], { stdio: 'inherit' });
process.exitCode = status ?? 1;
