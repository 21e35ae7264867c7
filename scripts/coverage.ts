/** `npm run coverage`: runs the tests, notes which answers of which operation they have seen, and renews docs/coverage.md. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const directory = mkdtempSync(join(tmpdir(), 'cenote-coverage-'));
const file = join(directory, 'answers');
writeFileSync(file, '');
// The settings of the server stay out of the tests' environment but for this one, which only tests read.
const environment = { ...process.env, RECORD_ANSWERS_IN: file };
const { status } = spawnSync('npm', ['test'], { stdio: 'inherit', env: environment });
const seen: Record<string, Set<string>> = {};
for (const line of new Set(readFileSync(file, 'utf8').trim().split('\n'))) {
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
writeFileSync(new URL('../docs/tested.json', import.meta.url), `${JSON.stringify(sorted, null, 1)}\n`);
spawnSync('npm', ['run', 'docs'], { stdio: 'inherit' });
process.exitCode = status ?? 1;
