/** `npm run bench`: measures the running server from another process, beside what its cryptography alone costs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Engine } from '../src/storage/connect.ts';
import { legend, reportAims, reportGrowth, reportNoise, reportRun } from './report.ts';
import { type Run, run } from './run.ts';
import { scenarios } from './scenarios.ts';

const between = (min: number, max: number) => (text: string) => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
};

const known = (text: string) => {
  const names = text.split(',');
  const unknown = names.filter(name => !Object.hasOwn(scenarios, name));
  if (unknown.length === 0) return names;
  throw new InvalidArgumentError(`No such scenario: ${unknown.join(', ')}. There are: ${Object.keys(scenarios)}.`);
};

type Options = {
  users: number;
  compare?: boolean;
  seconds: number;
  concurrency: number;
  only: string[];
  engine: Engine;
  json?: string;
  profile?: string;
};

const width = Math.max(...Object.keys(scenarios).map(name => name.length));
const list = Object.entries(scenarios).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}`);

const program = new Command('bench')
  .description(
    'Starts a server with an empty data directory, fills it with users, drives it over loopback and prints what a request ' +
      'costs, beside what its cryptography alone costs on the same processors. Nothing else should run meanwhile.',
  )
  .option('--users <n>', 'users in the pool', between(100, 1_000_000), 1000)
  .option('--compare', 'two runs, with 1,000 and with 100,000 users, side by side')
  .option('--seconds <s>', 'length of each measurement', between(1, 60), 5)
  .option('--concurrency <n>', 'connections, each with one request at a time', between(1, 1000), 32)
  .addOption(
    new Option('--only <names>', 'scenarios, separated by commas')
      .argParser(known)
      .default(Object.keys(scenarios), 'all'),
  )
  .addOption(new Option('--engine <engine>', 'database').choices(['sqlite', 'postgres']).default('sqlite'))
  .option('--json <file>', 'also writes the figures into this file')
  .option('--profile <directory>', "writes a CPU profile of the server's main thread there")
  .addHelpText('after', `\nScenarios:\n${list.join('\n')}\n\nColumns:${legend}\n`)
  .addHelpText('after', 'Example:\n  npm run bench -- --only password,refresh --seconds 10 --users 100000')
  .parse();

const { compare, users, json, profile, ...options } = program.opts<Options>();
const say = (text: string) => process.stderr.write(`${text}\n`);
// Ends by way of the exit event, with which the server goes, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

if (profile) mkdirSync(profile, { recursive: true });
const runs: Run[] = [];
for (const size of compare ? [1000, 100_000] : [users]) {
  say(`Run with ${size} users (${options.engine}):`);
  runs.push(await run({ ...options, users: size, profileDir: profile }, say));
}

const print = (text: string) => process.stdout.write(`${text}\n\n`);
for (const result of runs) {
  print(reportRun(result));
  const noise = options.engine === 'sqlite' ? reportNoise(result) : undefined;
  if (noise !== undefined) print(noise);
  print(reportAims(result));
}
if (runs.length > 1) print(reportGrowth(runs));
if (json) {
  const machine = { cores: availableParallelism(), processor: cpus()[0]?.model, platform: process.platform };
  const { engine, seconds, concurrency } = options;
  const facts = {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    machine,
    engine,
    seconds,
    concurrency,
  };
  writeFileSync(json, `${JSON.stringify({ ...facts, runs }, rounded, 2)}\n`);
}

/** Four significant digits: more are noise. */
function rounded(_name: string, value: unknown) {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}
