/**
 * Gives the one SQLite writer to writes and transactions, first come first served, and lets those that wait at
 * the same time share one commit: an fsync costs far more than the writes that it makes durable.
 */
import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

export type WriteQueue = {
  /** Runs `statement` and resolves with its result once that is durable. Its error concerns nobody else. */
  write<T>(statement: () => T): Promise<T>;
  /** Waits for the writer and opens a transaction on it. */
  begin(): Promise<WriterTransaction>;
  /** Resolves when nothing is queued any more. */
  idle(): Promise<void>;
};

export type WriterTransaction = {
  /** Throws when the transaction is over: a statement after that would be a write of its own. */
  assertOpen(): void;
  /** Resolves once the transaction is durable. */
  commit(): Promise<void>;
  rollback(): void;
};

/** A member of a group whose work is done and waits for the group's commit. */
type Member = { resolve(): void; reject(error: unknown): void };
type Turn = { run(group: Member[]): void | Promise<void>; fail(error: unknown): void };

const GROUP_MEMBERS = 64;
const GROUP_MILLISECONDS = 5;
/** How long a group waits for company where the one before it had some. */
const LINGER_MILLISECONDS = 3;
/** One group in so many waits all the same, to find out whether there would be company: a lone writer pays for few of them. */
const PROBE_EVERY = 8;
const BUSY_WAIT = 10_000;

const lost = () => new Error('The transaction took too long or failed, and was rolled back');

/** `transactionTimeout`: milliseconds after which an unfinished transaction is rolled back, so that it cannot block all writes. */
export function createWriteQueue(database: DatabaseSync, transactionTimeout = 30_000): WriteQueue {
  const turns: Turn[] = [];
  let draining: Promise<void> | undefined;
  /** The last commit was for several. */
  let isShared = false;
  /** Groups that did not wait. */
  let alone = 0;

  // Waits in the event loop, not in SQLite: another process that writes must not stop this one from reading.
  const beginGroup = async () => {
    const deadline = performance.now() + BUSY_WAIT;
    for (;;) {
      try {
        return database.exec('begin immediate');
      } catch (error) {
        if ((error as { errcode?: number }).errcode !== 5 /* SQLITE_BUSY */ || performance.now() > deadline)
          throw error;
        await sleep(5);
      }
    }
  };

  const commitGroup = (group: Member[]) => {
    try {
      if (!database.isTransaction) throw lost();
      database.exec('commit');
    } catch (error) {
      if (database.isTransaction) database.exec('rollback');
      for (const member of group) member.reject(error);
      return;
    }
    for (const member of group) member.resolve();
  };

  const company = () => (isShared || ++alone % PROBE_EVERY === 0 ? sleep(LINGER_MILLISECONDS) : nextTurn());

  const drain = async () => {
    // One turn of the event loop lets everybody who is about to write join the first group.
    for (await company(); turns.length > 0; await company()) {
      try {
        await beginGroup();
      } catch (error) {
        for (const turn of turns.splice(0)) turn.fail(error);
        continue;
      }
      const group: Member[] = [];
      const end = performance.now() + GROUP_MILLISECONDS;
      let taken = 0;
      do await turns.shift()?.run(group);
      while (turns.length > 0 && ++taken < GROUP_MEMBERS && database.isTransaction && performance.now() < end);
      commitGroup(group);
      isShared = group.length > 1;
    }
    draining = undefined;
  };

  const take = (turn: Turn) => {
    turns.push(turn);
    draining ??= drain();
  };

  const write = <T>(statement: () => T) =>
    new Promise<T>((resolve, reject) => {
      const run = (group: Member[]) => {
        try {
          // SQLite undoes a failed statement by itself and keeps the transaction around it.
          const result = statement();
          group.push({ resolve: () => resolve(result), reject });
        } catch (error) {
          reject(error);
        }
      };
      take({ run, fail: reject });
    });

  const openTransaction = (group: Member[], ended: () => void): WriterTransaction => {
    let open = true;
    const assertOpen = () => {
      if (!open || !database.isTransaction) throw lost();
    };
    const close = () => {
      open = false;
      clearTimeout(timer);
      ended();
    };
    const rollback = () => {
      if (!open) return;
      try {
        if (database.isTransaction) database.exec('rollback to member; release member');
      } finally {
        close();
      }
    };
    const commit = async () => {
      assertOpen();
      database.exec('release member');
      const durable = new Promise<void>((resolve, reject) => group.push({ resolve, reject }));
      close();
      await durable;
    };
    database.exec('savepoint member');
    const timer = setTimeout(rollback, transactionTimeout).unref();
    return { assertOpen, commit, rollback };
  };

  const begin = () =>
    new Promise<WriterTransaction>((started, fail) => {
      const run = (group: Member[]) => {
        const ended = Promise.withResolvers<void>();
        try {
          started(openTransaction(group, ended.resolve));
        } catch (error) {
          fail(error);
          ended.resolve();
        }
        return ended.promise;
      };
      take({ run, fail });
    });

  const idle = async () => {
    while (draining) await draining;
  };

  return { write, begin, idle };
}
