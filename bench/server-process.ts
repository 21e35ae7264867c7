/** Runs the real server as a process of its own, on a free port, and asks it what it costs. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openConnection } from './connection.ts';
import type { Question, Usage } from './probe.ts';

export type ServerProcess = {
  port: number;
  url: string;
  /** From the start of the process until `/health/ready` answered, in milliseconds. */
  startMs: number;
  usage(question: Question): Promise<Usage>;
  stop(): Promise<void>;
};

export type ServerSettings = {
  dataDir: string;
  databaseUrl?: string | undefined;
  /** Where Node keeps compiled code from one start to the next; empty, the start is the first one of an installation. */
  compileCache: string;
  /** Writes a CPU profile of the main thread into this directory when the server stops. */
  profileDir?: string | undefined;
};

const startLimit = 20_000;
const stopLimit = 20_000;

/** Local modules, each in a thread of its own that is not started before its first call. */
const functions = ['pass', 'claim'].map(
  name => `${name}=module:${new URL('functions.ts', import.meta.url).pathname}#${name}`,
);

const settingsOf = ({ dataDir, databaseUrl, compileCache }: ServerSettings) => ({
  NODE_COMPILE_CACHE: compileCache,
  CENOTE_PORT: '0',
  CENOTE_DATA_DIR: dataDir,
  CENOTE_TRIGGERS: functions.join(),
  ...(databaseUrl === undefined ? {} : { CENOTE_DATABASE_URL: databaseUrl }),
});

/** The server has the environment of this process, except for settings of its own. */
const inherited = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CENOTE_')));

type Program = {
  /** Relative to this folder. */
  file: string;
  args: readonly string[];
  env: Record<string, string>;
  profileDir?: string | undefined;
};

const spawnProgram = ({ file, args, env, profileDir }: Program): ChildProcess => {
  const path = (name: string) => new URL(name, import.meta.url).pathname;
  const profiling = profileDir ? ['--cpu-prof', `--cpu-prof-dir=${profileDir}`] : [];
  return spawn(process.execPath, ['--import', path('probe.ts'), ...profiling, path(file), ...args], {
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
};

/** Waits for the banner. @throws Error with what the server said, when it ended or took too long */
const listening = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    const fail = (what: string) => reject(new Error(`The server ${what}:\n${said}`));
    const timer = setTimeout(() => fail('did not start in time'), startLimit);
    // Not `exit`: what it said last may be read after that.
    child.once('close', () => fail('ended'));
    // Goes on reading for as long as the server lives: messages to users are printed there, and a full pipe would stop it.
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4096);
      const [, url] = /listens on\s+(http:\S+)/.exec(said) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });

export const startServer = (settings: ServerSettings): Promise<ServerProcess> =>
  startProgram({
    file: '../bin/cenote',
    args: ['serve'],
    env: settingsOf(settings),
    profileDir: settings.profileDir,
  });

/**
 * Any server that says on its standard error what it listens on, and answers `/health/ready`.
 * @throws Error when it does not come up
 */
export const startProgram = async (program: Program): Promise<ServerProcess> => {
  const startedAt = performance.now();
  const child = spawnProgram(program);
  // Whatever ends this process, an uncaught error or Ctrl+C, takes the server with it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit');
  exited.then(() => process.off('exit', kill));

  const url = await listening(child).catch(error => {
    kill();
    throw error;
  });
  const port = Number(new URL(url).port);
  const connection = await openConnection(port);
  const { status } = await connection.request(
    Buffer.from(`GET /health/ready HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`),
  );
  const startMs = performance.now() - startedAt;
  connection.close();
  if (status !== 200) throw new Error(`/health/ready answered ${status}`);

  return {
    port,
    url,
    startMs,
    async usage(question) {
      child.send(question);
      const [usage] = await once(child, 'message', { signal: AbortSignal.timeout(stopLimit) });
      return usage as Usage;
    },
    async stop() {
      const timer = setTimeout(kill, stopLimit);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(timer);
    },
  };
};
