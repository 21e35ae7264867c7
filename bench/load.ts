/** Drives the server in a closed loop: each connection sends its next request when it has its answer. */
import { type Connection, openConnection } from './connection.ts';

export type Load = {
  requests: number;
  /** From the first request until the last answer. */
  seconds: number;
  latency: { p50: number; p95: number; p99: number };
  /** Milliseconds of CPU that this process, the generator, has used meanwhile. */
  generatorCpu: number;
};

export type Work = {
  /** The bytes of the next request; undefined: there are no more. */
  next(): Buffer | undefined;
  /** No request begins after this. */
  seconds: number;
  /** Sees each answer, at the generator's cost. */
  onAnswer?: ((body: Buffer) => void) | undefined;
};

export type Connections = { drive(work: Work): Promise<Load>; close(): void };

const percentile = (sorted: Float64Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

const cpuMilliseconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds, in a buffer that doubles when it is full: an array of numbers would keep the garbage collector busy. */
const createSamples = () => {
  let values = new Float64Array(1 << 16);
  let count = 0;
  return {
    add(value: number) {
      if (count === values.length) {
        const larger = new Float64Array(count * 2);
        larger.set(values);
        values = larger;
      }
      values[count++] = value;
    },
    sorted: () => values.subarray(0, count).sort(),
  };
};

/**
 * Sends until the time is over or the requests are, then waits for the answers that are still due.
 * @throws Error on the first answer that is not 200: figures of failing requests would mean nothing
 */
const drive = (connections: readonly Connection[], { next, seconds, onAnswer }: Work): Promise<Load> =>
  new Promise((resolve, reject) => {
    const samples = createSamples();
    const cpuBefore = cpuMilliseconds();
    const begin = performance.now();
    const end = begin + seconds * 1000;
    let busy = connections.length;

    const rest = () => {
      if (--busy > 0) return;
      const elapsed = performance.now() - begin;
      const generatorCpu = cpuMilliseconds() - cpuBefore;
      const sorted = samples.sorted();
      const latency = { p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) };
      resolve({ requests: sorted.length, seconds: elapsed / 1000, latency, generatorCpu });
    };
    const work = (connection: Connection, now: number) => {
      const request = now < end ? next() : undefined;
      if (request === undefined) return rest();
      connection.send(request, (status, body) => {
        const answeredAt = performance.now();
        if (status !== 200) return reject(new Error(`The server answered ${status}: ${body}`));
        samples.add(answeredAt - now);
        onAnswer?.(body);
        work(connection, answeredAt);
      });
    };
    for (const connection of connections) work(connection, performance.now());
  });

export const openConnections = async (port: number, count: number): Promise<Connections> => {
  const connections = await Promise.all(Array.from({ length: count }, () => openConnection(port)));
  return {
    drive: work => drive(connections, work),
    close() {
      for (const connection of connections) connection.close();
    },
  };
};
