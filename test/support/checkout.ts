/** The project as somebody has it who has just installed it: a directory of its own with nothing in it yet, and a server in it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** That of this process without its settings of Cenote, which are a test run's and not a newcomer's. */
export const newcomersEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CENOTE_')));

export type Checkout = {
  directory: string;
  /** Starts a server there on a free port. @returns its URL, once it answers */
  serve(command: string, args: readonly string[]): Promise<string>;
  /** Stops the servers and removes the directory. */
  remove(): Promise<void>;
};

/** @param files names of the files and folders that are to be found there, besides the installed packages */
export const makeCheckout = async (files: readonly string[]): Promise<Checkout> => {
  const directory = await mkdtemp(join(tmpdir(), 'cenote-checkout-'));
  await symlink(join(root, 'node_modules'), join(directory, 'node_modules'));
  for (const file of files) await cp(join(root, file), join(directory, file), { recursive: true });
  const servers: ChildProcess[] = [];
  return {
    directory,
    async serve(command, args) {
      // A group of its own: npm and the server that it starts are stopped together.
      const server = spawn(command, args, {
        cwd: directory,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { ...newcomersEnvironment(), CENOTE_PORT: '0' },
      });
      servers.push(server);
      const said: string[] = [];
      for await (const line of createInterface(server.stderr)) {
        said.push(line);
        const url = /listens on\s+(\S+)/.exec(line)?.[1];
        if (url === undefined) continue;
        server.stderr.resume();
        return url;
      }
      throw new Error(`The server did not start:\n${said.join('\n')}`);
    },
    async remove() {
      for (const server of servers) {
        if (server.exitCode !== null || server.pid === undefined) continue;
        const ended = once(server, 'exit');
        process.kill(-server.pid, 'SIGTERM');
        await ended;
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
};
