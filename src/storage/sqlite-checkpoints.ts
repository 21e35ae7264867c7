/**
 * How long the write-ahead log may grow. A checkpoint writes each page that changed once, however often it changed, but holds up
 * the writes behind it: seldom is right for a bulk load, which changes the same pages again and again, and often for everything else.
 */
import type { DatabaseSync } from 'node:sqlite';

/** Pages of the log (4 KiB each) at which a commit is followed by a checkpoint. The first is SQLite's own default. */
const usual = 1000;
const duringBulk = 16_000;
/** Rows of one transaction that make it a bulk load. */
const manyRows = 500;
/** Milliseconds after its last transaction that a bulk load counts as over. */
const lull = 1000;

export type Checkpoints = {
  /** To be told before a transaction commits. @param rows how many it has changed */
  beforeCommit(rows: number): void;
  stop(): void;
};

export const createCheckpoints = (database: DatabaseSync): Checkpoints => {
  let over: NodeJS.Timeout | undefined;
  const allow = (pages: number) => database.exec(`pragma wal_autocheckpoint = ${pages}`);
  return {
    beforeCommit(rows) {
      if (rows < manyRows) return;
      if (over === undefined) allow(duringBulk);
      clearTimeout(over);
      over = setTimeout(() => {
        over = undefined;
        allow(usual);
      }, lull).unref();
    },
    stop: () => clearTimeout(over),
  };
};
