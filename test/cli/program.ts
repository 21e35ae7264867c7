/** The program as its users run it: child processes of the command line, each with its own data directory. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';

export type Outcome = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };
type Environment = Record<string, string>;

const root = fileURLToPath(new URL('../..', import.meta.url));
const main = join(root, 'bin/cenote');

/** The settings of whoever runs the tests, and their AWS account, stay outside. */
const cleanEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(CENOTE|AWS|NODE)_/.test(name)));

// A test that fails must not leave a server behind, nor wait for it.
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

const outcomeOf = async (child: ChildProcess): Promise<Outcome> => {
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', text => {
      texts[stream] += text;
    });
  }
  const [code, signal] = await once(child, 'close');
  return { code, signal, ...texts };
};

/** Runs any program to its end. */
export const run = (file: string, args: string[], env: Environment = {}, cwd = root): Promise<Outcome> =>
  outcomeOf(spawn(file, args, { cwd, env: { ...cleanEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] }));

/** `cenote <args>`, to its end. */
export const cenote = (args: string[], env: Environment): Promise<Outcome> =>
  run(process.execPath, [main, ...args], env);

export type RunningServer = {
  url: string;
  banner: string;
  process: ChildProcess;
  /** What it has written so far; whole once `ended` has resolved. */
  ended: Promise<Outcome>;
  /** Sends the signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Outcome>;
};

/** `cenote serve` on a free port; resolves when its banner is complete. */
export const serve = async (env: Environment): Promise<RunningServer> => {
  const child = spawn(process.execPath, [main, 'serve'], {
    cwd: root,
    env: { ...cleanEnvironment(), CENOTE_PORT: '0', CENOTE_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  const ended = outcomeOf(child).finally(() => running.delete(child));
  let banner = '';
  const started = new Promise<void>(resolve => {
    child.stderr.on('data', text => {
      banner += text;
      if (/create-user-pool .*\n\n/.test(banner)) resolve();
    });
  });
  await Promise.race([
    started,
    ended.then(({ code, stderr }) => assert.fail(`the server ended with ${code}: ${stderr}`)),
  ]);
  return {
    url: /listens on +(\S+)/.exec(banner)?.[1] ?? '',
    banner,
    process: child,
    ended,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
  };
};

/** A directory of the test's own; call `remove` at the end. */
export const temporaryDirectory = (prefix = 'cenote-cli-') => {
  const path = mkdtempSync(join(tmpdir(), prefix));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** The AWS SDK with the access key of a profile, as `cenote keys create` prints it and the credentials file holds it. */
export const clientWith = (profile: string, endpoint: string): CognitoIdentityProvider => {
  const [, accessKeyId = '', secretAccessKey = ''] =
    /aws_access_key_id=(.+)\naws_secret_access_key=(.+)/.exec(profile) ?? [];
  return new CognitoIdentityProvider({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId, secretAccessKey },
  });
};

/** The same with the root key, which the server writes into its data directory. */
export const rootClient = (endpoint: string, dataDir: string): CognitoIdentityProvider =>
  clientWith(readFileSync(join(dataDir, 'credentials'), 'utf8'), endpoint);
