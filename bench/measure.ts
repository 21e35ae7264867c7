/** One measurement: warm up, load, let the server come to rest, and say what it cost. */
import { availableParallelism, cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connections, Work } from './load.ts';
import type { Usage } from './probe.ts';
import type { ServerProcess } from './server-process.ts';

export type Measurement = {
  requests: number;
  perSecond: number;
  latencyMs: { p50: number; p95: number; p99: number };
  /** Milliseconds of the server's CPU for one request: all its threads, and the main thread alone. */
  serverCpuMs: number;
  mainThreadCpuMs: number;
  loopDelayMs: Usage['loopDelay'];
  /** Share of the time in which the server's event loop was not idle. */
  loopUtilization: number;
  /** Processors that the generator, and everything else on the machine (a database, other programs), kept busy. */
  generatorCores: number;
  otherCores: number;
  /** Resident memory of the server after it. */
  rssMb: number;
};

export type Bench = { server: ServerProcess; connections: Connections; seconds: number };

const warmUpSeconds = 1;
const restInterval = 100;
const longestRest = 20_000;

const machineCpu = () => {
  const busy = cpus().map(({ times }) => times.user + times.nice + times.sys + times.irq);
  return busy.reduce((total, value) => total + value, 0);
};

/** Waits until the server has done what it put off, such as sending messages: that work belongs to the requests. */
const settle = async (server: ServerProcess): Promise<Usage> => {
  let before = await server.usage('read');
  for (let waited = 0; waited < longestRest; waited += restInterval) {
    await sleep(restInterval);
    const now = await server.usage('read');
    if (now.cpu - before.cpu < restInterval / 10) return now;
    before = now;
  }
  return before;
};

/** @param work what to send; with a limited supply give `warmUp: false` and warm up with something else */
export const measure = async (
  { server, connections, seconds }: Bench,
  work: Omit<Work, 'seconds'>,
  { warmUp = true } = {},
): Promise<Measurement> => {
  if (warmUp) await connections.drive({ next: work.next, seconds: warmUpSeconds });
  await settle(server);
  const before = await server.usage('begin');
  const machineBefore = machineCpu();
  const load = await connections.drive({ ...work, seconds });
  const loaded = await server.usage('read');
  const machine = machineCpu() - machineBefore;
  const after = await settle(server);

  const elapsedMs = load.seconds * 1000;
  const perRequest = (milliseconds: number) => milliseconds / load.requests;
  return {
    requests: load.requests,
    perSecond: load.requests / load.seconds,
    latencyMs: load.latency,
    serverCpuMs: perRequest(after.cpu - before.cpu),
    mainThreadCpuMs: perRequest(after.mainThreadCpu - before.mainThreadCpu),
    loopDelayMs: loaded.loopDelay,
    loopUtilization: loaded.loopUtilization,
    generatorCores: load.generatorCpu / elapsedMs,
    otherCores: Math.max(0, (machine - load.generatorCpu - (loaded.cpu - before.cpu)) / elapsedMs),
    rssMb: after.rss / 1e6,
  };
};

/** Two legs of one thing, each measured by itself: what both take, one after the other. Percentiles add up to an upper bound. */
export const inSequence = (first: Measurement, second: Measurement): Measurement => {
  const { latencyMs: a } = first;
  const { latencyMs: b } = second;
  const [firstShare, secondShare] = [first, second].map(leg => 1 / leg.perSecond) as [number, number];
  const weighted = (value: (leg: Measurement) => number) =>
    (value(first) * firstShare + value(second) * secondShare) / (firstShare + secondShare);
  return {
    requests: Math.min(first.requests, second.requests),
    perSecond: 1 / (firstShare + secondShare),
    latencyMs: { p50: a.p50 + b.p50, p95: a.p95 + b.p95, p99: a.p99 + b.p99 },
    serverCpuMs: first.serverCpuMs + second.serverCpuMs,
    mainThreadCpuMs: first.mainThreadCpuMs + second.mainThreadCpuMs,
    loopDelayMs: second.loopDelayMs.p99 > first.loopDelayMs.p99 ? second.loopDelayMs : first.loopDelayMs,
    loopUtilization: weighted(leg => leg.loopUtilization),
    generatorCores: weighted(leg => leg.generatorCores),
    otherCores: weighted(leg => leg.otherCores),
    rssMb: second.rssMb,
  };
};

/** Requests a second when all processors do nothing but serve them; the main thread has but one. */
export const capacity = ({ serverCpuMs, mainThreadCpuMs }: Measurement): number =>
  Math.min((availableParallelism() * 1000) / serverCpuMs, 1000 / mainThreadCpuMs);
