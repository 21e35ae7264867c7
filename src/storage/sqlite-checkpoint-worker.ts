/** The thread of sqlite-checkpoints.ts: carries the log over into the database whenever it is told to. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Checkpointed } from './sqlite-checkpoints.ts';
import { openSqlite } from './sqlite-connection.ts';

const connection = openSqlite(workerData as string, 'writer');

type Row = { busy: number; log: number; checkpointed: number };

/** Never waits for the writer, and the writer never for it. */
const checkpoint = (): Checkpointed => {
  const { rows } = connection.run('pragma wal_checkpoint(passive)', []);
  const { log, checkpointed } = rows[0] as Row;
  return { pages: log, left: log - checkpointed };
};

/** While the first round takes its time, more is written; the second has little to do. */
parentPort?.on('message', () => {
  checkpoint();
  parentPort?.postMessage(checkpoint());
});
