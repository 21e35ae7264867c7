/** Takes authentication events from requests and writes them in batches: nobody waits for an event, and many share a commit. */
import type { Logger } from 'pino';
import { type AuthEvent, saveEvents } from './auth-events.ts';
import type { Db } from './schema.ts';

export type EventLog = {
  /** Takes the event; it is in the database a tenth of a second later. */
  record(event: AuthEvent): void;
  /** Resolves when everything recorded so far has been written, or the database has refused it. */
  written(): Promise<void>;
  /** Writes what is left. */
  stop(): Promise<void>;
};

/** Milliseconds. */
const pause = 100;
const pauseAfterFailure = 1000;
/** What waits while the database cannot be reached; beyond that the oldest events are lost. */
const most = 10_000;
/** Few sizes of statements: each is prepared once. */
const sizes = [64, 16, 4, 1];

/** The user has been deleted meanwhile (SQLite, PostgreSQL): their events are nobody's. */
const isOrphaned = (error: unknown): boolean => {
  const { errcode, code } = error as { errcode?: number; code?: string };
  return errcode === 787 || code === '23503';
};

const keyOf = ({ poolId, sub, id }: AuthEvent) => `${poolId}/${sub}/${id}`;

/** Two steps of one sign-in, as the database would merge them. */
const merged = (first: AuthEvent, next: AuthEvent): AuthEvent => ({
  ...first,
  response: next.response,
  risk: next.risk,
  password: next.password ?? first.password,
  mfa: next.mfa ?? first.mfa,
});

const chunks = (events: AuthEvent[]): AuthEvent[][] => {
  const size = sizes.find(each => each <= events.length);
  return size === undefined ? [] : [events.slice(0, size), ...chunks(events.slice(size))];
};

export const createEventLog = ({ db, log }: { db: Db; log: Pick<Logger, 'warn' | 'error'> }): EventLog => {
  let waiting = new Map<string, AuthEvent>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const add = (event: AuthEvent) => {
    const key = keyOf(event);
    const first = waiting.get(key);
    waiting.set(key, first === undefined ? event : merged(first, event));
  };

  const forgetOldest = () => {
    const excess = waiting.size - most;
    if (excess <= 0) return;
    for (const key of [...waiting.keys()].slice(0, excess)) waiting.delete(key);
    log.warn({ lost: excess }, 'authentication events lost: the database cannot be reached');
  };

  /** One by one, so that the events of a deleted user take no others along. */
  const writeEach = async (events: AuthEvent[]) => {
    for (const event of events) {
      await saveEvents(db, [event]).catch(error => {
        if (!isOrphaned(error)) throw error;
      });
    }
  };

  const write = async (events: AuthEvent[]) => {
    const left = chunks(events);
    try {
      while (left.length > 0) {
        const chunk = left[0] as AuthEvent[];
        await saveEvents(db, chunk).catch(error => (isOrphaned(error) ? writeEach(chunk) : Promise.reject(error)));
        left.shift();
      }
    } catch (error) {
      log.error({ err: error }, 'authentication events not written, trying again');
      const newer = [...waiting.values()];
      waiting = new Map();
      for (const event of [...left.flat(), ...newer]) add(event);
      forgetOldest();
      schedule(pauseAfterFailure);
    }
  };

  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(() => {
      const events = [...waiting.values()];
      waiting = new Map();
      return write(events);
    });
    return writing;
  };

  const schedule = (milliseconds: number) => {
    timer ??= setTimeout(flush, milliseconds).unref();
  };

  return {
    record(event) {
      add(event);
      forgetOldest();
      schedule(pause);
    },
    written: flush,
    async stop() {
      await flush();
      clearTimeout(timer);
    },
  };
};
