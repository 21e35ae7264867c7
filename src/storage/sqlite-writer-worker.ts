/** The thread of sqlite-writer-thread.ts: does what it is asked, and tells the results of one turn together. */
import { parentPort, workerData } from 'node:worker_threads';
import { openSqliteWriter, type SqliteTransaction } from './sqlite-writer.ts';
import type { Answer, Question, WriterData } from './sqlite-writer-thread.ts';

const { file, transactionTimeout } = workerData as WriterData;
const writer = openSqliteWriter(file, { transactionTimeout, role: 'bulk writer' });
const transactions = new Map<number, SqliteTransaction>();

const running = (id: number): SqliteTransaction => {
  const transaction = transactions.get(id);
  if (transaction === undefined) throw new Error('The transaction is over');
  return transaction;
};

const acts: { [Act in Question['act']]: (question: Extract<Question, { act: Act }>) => Promise<unknown> } = {
  write: ({ sql, parameters }) => writer.write(sql, parameters),
  begin: async ({ transaction }) => void transactions.set(transaction, await writer.begin()),
  run: ({ transaction, sql, parameters }) => running(transaction).run(sql, parameters),
  commit: ({ transaction }) =>
    running(transaction)
      .commit()
      .finally(() => transactions.delete(transaction)),
  // Also of one whose commit has failed, and which is over by that.
  rollback: async ({ transaction }) => {
    await transactions.get(transaction)?.rollback();
    transactions.delete(transaction);
  },
  close: () => writer.close(),
};

let answers: Answer[] = [];
const tell = (answer: Answer) => {
  if (answers.push(answer) > 1) return;
  queueMicrotask(() => {
    parentPort?.postMessage(answers);
    answers = [];
  });
};

/** Cloning an error would lose SQLite's codes. */
const described = (error: unknown) => ({ ...(error as object), message: (error as Error).message });

const answer = async (question: Question): Promise<void> => {
  try {
    tell({ id: question.id, result: await (acts[question.act] as (question: Question) => Promise<unknown>)(question) });
  } catch (error) {
    tell({ id: question.id, error: described(error) });
  }
};

parentPort?.on('message', (questions: Question[]) => {
  for (const question of questions) void answer(question);
});
