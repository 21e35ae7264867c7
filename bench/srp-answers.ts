/** Answers PASSWORD_VERIFIER challenges on all processors; to be done while nothing is measured. */
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Person } from './population.ts';

export type Asked = Person & { B: string; secretBlock: string };
export type Answer = { timestamp: string; signature: string };
export type AnswersQuestion = {
  asked: Asked[];
  /** The pool's id after the underscore. */
  group: string;
  password: string;
  /** The client's secret and public number, in hexadecimal. */
  a: string;
  A: string;
};

/** In the order of `asked`. */
export const answerChallenges = async ({ asked, ...rest }: AnswersQuestion): Promise<Answer[]> => {
  const threads = availableParallelism();
  const share = Math.ceil(asked.length / threads);
  const answers = await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const question: AnswersQuestion = { ...rest, asked: asked.slice(thread * share, (thread + 1) * share) };
      const worker = new Worker(new URL('srp-answers-worker.ts', import.meta.url), {
        workerData: question,
        execArgv: [],
      });
      const [answer] = await once(worker, 'message');
      return answer as Answer[];
    }),
  );
  return answers.flat();
};
