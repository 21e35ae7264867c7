/** What the work that cannot be left out costs on this machine, all processors busy: no server that does the same can be quicker. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { measureCall } from './call-floor.ts';

export type FloorQuestion = { operation: 'signature' | 'signature512' | 'verification' | 'power'; seconds: number };
/** Of one thread, or of all together: operations a second, and milliseconds of CPU for one. */
export type FloorAnswer = { perSecond: number; cpuMs: number };

/** RSA-2048 SHA-256 signatures, 3072-bit powers with an exponent of 256 bits, and calls of functions (see call-floor.ts). */
export type Floor = { cores: number; signature: FloorAnswer; power: FloorAnswer; call: FloorAnswer };
/** How many of each one request needs at least. */
export type Operations = { powers: number; signatures: number; calls?: number };

/** One kind of operation, on all processors at once. */
export const measureOperation = async (question: FloorQuestion): Promise<FloorAnswer> => {
  const workers = Array.from(
    { length: availableParallelism() },
    () => new Worker(new URL('floor-worker.ts', import.meta.url), { workerData: question, execArgv: [] }),
  );
  await Promise.all(workers.map(worker => once(worker, 'message')));
  const answers = await Promise.all(
    workers.map(async worker => {
      worker.postMessage('go');
      const [answer] = await once(worker, 'message');
      return answer as FloorAnswer;
    }),
  );
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  return {
    perSecond: sum(answers.map(answer => answer.perSecond)),
    cpuMs: sum(answers.map(answer => answer.cpuMs)) / answers.length,
  };
};

export const measureFloor = async (seconds: number): Promise<Floor> => ({
  cores: availableParallelism(),
  signature: await measureOperation({ operation: 'signature', seconds }),
  power: await measureOperation({ operation: 'power', seconds }),
  call: await measureCall(seconds),
});

/** The mean of two measurements, such as before and after the load. */
export const meanFloor = (a: Floor, b: Floor): Floor => {
  const mean = (x: FloorAnswer, y: FloorAnswer): FloorAnswer => ({
    perSecond: (x.perSecond + y.perSecond) / 2,
    cpuMs: (x.cpuMs + y.cpuMs) / 2,
  });
  return {
    cores: a.cores,
    signature: mean(a.signature, b.signature),
    power: mean(a.power, b.power),
    call: mean(a.call, b.call),
  };
};

/** Milliseconds of CPU that these operations cost. */
export const floorCpu = ({ signature, power, call }: Floor, { powers, signatures, calls = 0 }: Operations): number =>
  powers * power.cpuMs + signatures * signature.cpuMs + calls * call.cpuMs;
