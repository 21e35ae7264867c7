/** Many messages over a bad line, and processes that are killed in the midst of sending: nothing is lost. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';
import { systemClock } from '../../../src/lib/clock.ts';
import { randomBase64Url } from '../../../src/lib/random.ts';
import { createSealer } from '../../../src/lib/seal.ts';
import { type ConnectOptions, connect } from '../../../src/storage/connect.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import { listMessages } from '../../../src/storage/outbox.ts';
import type { Db } from '../../../src/storage/schema.ts';
import { startDelivery } from '../../../src/user-pools/messaging/delivery.ts';
import { enqueue } from '../../../src/user-pools/messaging/outbox.ts';
import { createSmtpTransport } from '../../../src/user-pools/messaging/smtp-transport.ts';
import { deliveryFailure, type Transport } from '../../../src/user-pools/messaging/transport.ts';
import { createDatabase, eachEngine, engines } from '../../support/databases.ts';
import { createCarrier, createWorld } from './world.ts';

const many = 10_000;
const seconds = (since: number) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Everybody at once; several transactions a moment, as requests have them. */
const enqueueAll = async (db: Db, world: ReturnType<typeof createWorld>) => {
  for (let from = 0; from < many; from += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        world.send(db, { code: `code-${String(from + index).padStart(5, '0')}` }),
      ),
    );
};
const statesOf = async (db: Db): Promise<Record<string, number>> => {
  const rows = await db
    .selectFrom('outbox')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute();
  return Object.fromEntries(rows.map(({ state, count }) => [state, Number(count)]));
};
/** Lets time pass until all is sent. @returns how often */
const deliverAll = async (db: Db, world: ReturnType<typeof createWorld>, email: Transport) => {
  const delivery = startDelivery({ ...world, db, transports: { EMAIL: email, SMS: email } });
  await delivery.idle();
  let rounds = 1;
  while (((await statesOf(db)).sent ?? 0) < many) {
    assert.ok(rounds++ < 100, 'messages are still waiting');
    world.pass(10 * 60_000);
    await delivery.idle();
  }
  await delivery.stop();
  return rounds;
};

eachEngine(`${many} messages over a carrier that fails one time in three`, database => {
  test('each arrives, once', async context => {
    const { db } = database;
    const world = createWorld();
    let calls = 0;
    const carrier = createCarrier(() => {
      calls += 1;
      if (calls % 3 === 0) throw deliveryFailure('busy', false);
    });
    const begin = performance.now();
    await enqueueAll(db, world);
    const enqueued = seconds(begin);
    const sending = performance.now();
    const rounds = await deliverAll(db, world, carrier);
    context.diagnostic(
      `${database.engine}: ${many} messages enqueued in ${enqueued}, delivered in ${seconds(sending)} by ${calls} sends in ${rounds} rounds`,
    );
    assert.deepEqual(await statesOf(db), { sent: many });
    const arrived = new Set(carrier.carried.map(({ content }) => content.text));
    assert.deepEqual([carrier.carried.length, arrived.size], [many, many]);
    assert.ok(calls >= many * 1.49, `${calls} sends`);
    assert.doesNotMatch(world.logged(), /code-\d|jane@/);
  });
});

test(`${many} messages to a mail server that puts off one in three: each arrives, once`, async context => {
  const arrived: string[] = [];
  let calls = 0;
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onData(stream, _, done) {
      let raw = '';
      stream.on('data', chunk => {
        raw += chunk;
      });
      stream.on('end', () => {
        calls += 1;
        if (calls % 3 === 0) return done(Object.assign(new Error('busy'), { responseCode: 451 }));
        arrived.push(/Your code is (code-\d+)/.exec(raw)?.[1] ?? raw);
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const url = `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  const { options, drop } = await createDatabase('sqlite');
  const storage = await connect(options);
  await migrate(storage);
  const world = createWorld();
  await enqueueAll(storage.db, world);
  const begin = performance.now();
  const rounds = await deliverAll(storage.db, world, createSmtpTransport({ url, from: 'no-reply@example.org' }));
  context.diagnostic(`SMTP: ${many} messages delivered in ${seconds(begin)} by ${calls} sends in ${rounds} rounds`);
  assert.deepEqual([arrived.length, new Set(arrived).size], [many, many]);
  await storage.close();
  await drop();
  await new Promise<void>(resolve => server.close(() => resolve()));
});

const childFile = fileURLToPath(new URL('./outbox-child.ts', import.meta.url));

/** A process that delivers; `sent` is told of each message as its carrier has it. */
const startChild = ({ url = '', dataDir }: ConnectOptions, key: string, sent: (messageId: string) => void) => {
  const child = spawn(process.execPath, [childFile, url, dataDir, key], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', sent);
  return {
    kill: async () => {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
};

for (const engine of engines)
  test(`processes killed while they send (${engine}): nothing is lost, and only what they held is sent once more`, async context => {
    const [count, kills] = [400, 12];
    const { options, drop } = await createDatabase(engine);
    const storage = await connect(options);
    await migrate(storage);
    const { db } = storage;
    const key = Buffer.from(randomBase64Url(32), 'base64url').toString('hex');
    const sealer = createSealer([{ id: 'test', key: Buffer.from(key, 'hex') }]);
    for (let index = 0; index < count; index++)
      await enqueue(
        db,
        { sealer, clock: systemClock },
        {
          poolId: 'us-east-1_a',
          sub: `sub-${index}`,
          medium: 'EMAIL',
          destination: 'jane@example.com',
          purpose: 'SignUp',
          content: { text: `${index}` },
          expiresAt: systemClock.now() + 3_600_000,
        },
      );
    const sends = new Map<string, number>();
    /** How often a message was in the hands of a process that was killed. */
    const held = new Map<string, number>();
    const add = (counts: Map<string, number>, id: string) => counts.set(id, (counts.get(id) ?? 0) + 1);

    for (let killed = 0; killed < kills; killed++) {
      const enough = Promise.withResolvers<void>();
      let seen = 0;
      const child = startChild(options, key, id => {
        add(sends, id);
        seen += 1;
        if (seen === 1 + killed * 3) enough.resolve();
      });
      await enough.promise;
      await child.kill();
      for (const { messageId } of await listMessages(db, { state: 'sending', limit: count })) add(held, messageId);
    }
    const last = startChild(options, key, id => add(sends, id));
    while (((await statesOf(db)).sent ?? 0) < count) await new Promise(resolve => setTimeout(resolve, 100));
    await last.kill();

    const extra = [...sends.values()].reduce((sum, each) => sum + each - 1, 0);
    context.diagnostic(`${engine}: ${count} messages, ${kills} kills, ${extra} sent once more`);
    assert.equal(sends.size, count, 'every message was sent');
    for (const [id, times] of sends)
      assert.ok(times <= 1 + (held.get(id) ?? 0), `${id} was sent ${times} times and held ${held.get(id) ?? 0} times`);
    await storage.close();
    await drop();
  });
