/** Carries events away in batches, beside the work that causes them: best effort, bounded in memory, in order. */
import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type EventSink = {
  /** Returns at once. An event is lost when too many wait, or when no try to send it succeeds. */
  write(event: object): void;
  /** Resolves when nothing waits. */
  idle(): Promise<void>;
  /** As `idle`, but what fails from now on is not tried again. */
  close(): Promise<void>;
};

type Send = (events: readonly object[]) => Promise<void>;

/** Events, except `pause`: milliseconds before the first repetition, doubled before each further one. */
export type SinkLimits = { capacity: number; batch: number; tries: number; pause: number };
const defaults: SinkLimits = { capacity: 10_000, batch: 500, tries: 4, pause: 500 };

/** @param onLost told how many events are lost, and why */
export const createEventSink = (
  send: Send,
  onLost: (count: number, reason: unknown) => void,
  limits: Partial<SinkLimits> = {},
): EventSink => {
  const { capacity, batch, tries, pause } = { ...defaults, ...limits };
  const closing = new AbortController();
  const waiting: object[] = [];
  let refused = 0;
  let running: Promise<void> | undefined;

  const deliver = async (events: readonly object[]) => {
    for (let tried = 1; ; tried++) {
      try {
        return await send(events);
      } catch (error) {
        if (tried >= tries || closing.signal.aborted) return onLost(events.length, error);
      }
      await sleep(pause * 2 ** (tried - 1), undefined, { signal: closing.signal, ref: false }).catch(() => {});
    }
  };

  const run = async () => {
    while (waiting.length > 0) {
      await deliver(waiting.splice(0, batch));
      if (refused > 0) onLost(refused, 'too many events wait');
      refused = 0;
    }
    running = undefined;
  };

  return {
    write(event) {
      if (waiting.length >= capacity) refused++;
      else waiting.push(event);
      running ??= run();
    },
    idle: () => running ?? Promise.resolve(),
    close() {
      closing.abort();
      return running ?? Promise.resolve();
    },
  };
};

/** Appends a line of JSON for each event. The file is opened anew each time, so that it may be moved away. */
export const toFile =
  (path: string): Send =>
  async events => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await appendFile(path, events.map(event => `${JSON.stringify(event)}\n`).join(''), { mode: 0o600 });
  };

/** A request must not outlast this, in milliseconds. */
const requestTimeout = 10_000;

/** Posts the events as one JSON array. A user name and password in the URL become an Authorization header. */
export const toCollector = (address: string): Send => {
  const url = new URL(address);
  const [user, password] = [url.username, url.password].map(decodeURIComponent);
  url.username = url.password = '';
  const headers = {
    'content-type': 'application/json',
    ...(user || password
      ? { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }
      : undefined),
  };
  return async events => {
    const signal = AbortSignal.timeout(requestTimeout);
    const { ok, status, body } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(events), signal });
    await body?.cancel();
    if (!ok) throw new Error(`the collector answered with HTTP status ${status}`);
  };
};
