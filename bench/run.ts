/** One run: starts the server, fills it, drives it through the scenarios, stops it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '../src/storage/connect.ts';
import { createPlace, type Place } from './database.ts';
import { type Floor, meanFloor, measureFloor } from './floor.ts';
import { openConnections } from './load.ts';
import { populate } from './population.ts';
import { type Row, scenarios } from './scenarios.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export type RunOptions = {
  engine: Engine;
  users: number;
  seconds: number;
  concurrency: number;
  only: string[];
  profileDir?: string | undefined;
};

export type Run = {
  users: number;
  /** Milliseconds until the server was ready: of a new installation, and the median of later starts. */
  firstStartMs: number;
  startMs: number;
  /** Megabytes, some seconds after a start, before the first request. */
  rssAtRestMb: number;
  /** How much the floor rose from before the load to after it; much else than 1: the machine was not quiet. */
  floorDrift: number;
  floor: Floor;
  rows: Record<string, Row>;
};

const laterStarts = 3;
const restSeconds = 3;
const floorSeconds = 1;

const start = ({ dataDir, databaseUrl, compileCache }: Place, profileDir?: string) =>
  startServer({ dataDir, databaseUrl, compileCache, profileDir });

/** The first start makes keys and tables, the second fills the compile cache that the stop has written; then all are alike. */
const measureStarts = async (place: Place) => {
  const times: number[] = [];
  for (let count = 0; count < 2 + laterStarts; count++) {
    const server = await start(place);
    times.push(server.startMs);
    await server.stop();
  }
  const later = times.slice(2).sort((a, b) => a - b);
  return { firstStartMs: times[0] as number, startMs: later[Math.floor(later.length / 2)] as number };
};

const measureRows = async (server: ServerProcess, place: Place, options: RunOptions, say: (text: string) => void) => {
  const { users, seconds, concurrency, only } = options;
  const { dataDir, databaseUrl } = place;
  const population = await populate({ port: server.port, dataDir, databaseUrl }, users);
  say(`  ${users} users in ${population.seconds.toFixed(1)} s`);
  const connections = await openConnections(server.port, concurrency);
  const rows: Record<string, Row> = {};
  try {
    for (const name of only) {
      say(`  ${name}`);
      Object.assign(rows, await scenarios[name]?.run({ server, connections, seconds, population }));
    }
  } finally {
    connections.close();
  }
  return rows;
};

/** @param say tells somebody who waits what is being done */
export const run = async (options: RunOptions, say: (text: string) => void): Promise<Run> => {
  const place = await createPlace(options.engine);
  try {
    say('  starts');
    const starts = await measureStarts(place);
    const before = await measureFloor(floorSeconds);
    const server = await start(place, options.profileDir);
    try {
      await sleep(restSeconds * 1000);
      const { rss } = await server.usage('read');
      const rows = await measureRows(server, place, options, say);
      const after = await measureFloor(floorSeconds);
      return {
        users: options.users,
        ...starts,
        rssAtRestMb: rss / 1e6,
        floorDrift: after.power.cpuMs / before.power.cpuMs,
        floor: meanFloor(before, after),
        rows,
      };
    } finally {
      await server.stop();
    }
  } finally {
    place.remove();
  }
};
