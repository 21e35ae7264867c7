/** `npm run build`: the server as plain JavaScript in `dist/` (or the directory named), for machines without development dependencies. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = resolve(process.argv[2] ?? join(root, 'dist'));

// What a file was called before must not stay behind.
rmSync(target, { recursive: true, force: true });
const compiler = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
const project = join(root, 'tsconfig.build.json');
const { status } = spawnSync(process.execPath, [compiler, '-p', project, '--outDir', target], { stdio: 'inherit' });
if (status !== 0) process.exit(1);

// The contract is data that is read at start; the compiler leaves it behind.
const contract = join(root, 'src', 'contract');
mkdirSync(join(target, 'contract'), { recursive: true });
for (const file of readdirSync(contract).filter(name => name.endsWith('.json')))
  copyFileSync(join(contract, file), join(target, 'contract', file));
