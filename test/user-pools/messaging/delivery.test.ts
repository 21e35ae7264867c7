import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../../src/storage/connect.ts';
import { claimMessages, listMessages, retryMessage } from '../../../src/storage/outbox.ts';
import { startDelivery } from '../../../src/user-pools/messaging/delivery.ts';
import type { DeliveryLimits } from '../../../src/user-pools/messaging/lane.ts';
import { createLogTransport } from '../../../src/user-pools/messaging/log-transport.ts';
import { openContent } from '../../../src/user-pools/messaging/outbox.ts';
import { maxTries } from '../../../src/user-pools/messaging/retry.ts';
import { deliveryFailure, type Transport } from '../../../src/user-pools/messaging/transport.ts';
import { createDatabase, eachEngine, type SuiteDatabase } from '../../support/databases.ts';
import { createCarrier, createWorld, hour } from './world.ts';

const scene = async (database: SuiteDatabase, email: Transport, limits?: Partial<DeliveryLimits>, sms = email) => {
  await database.db.deleteFrom('outbox').execute();
  const world = createWorld();
  const start = (db = database.db) => startDelivery({ ...world, db, transports: { EMAIL: email, SMS: sms }, limits });
  const messages = () => listMessages(database.db, { limit: 1000 });
  const states = async () => (await messages()).map(message => message.state);
  return { world, start, messages, states };
};

const textOf = (message: { content: { text: string } }) => message.content.text;
const codes = (count: number) => Array.from({ length: count }, (_, index) => `code-${1000 + index}`);
const textsOf = (all: string[]) => all.map(code => `Your code is ${code}`);

eachEngine('delivery', database => {
  test('a message arrives, and its text leaves the outbox', async () => {
    const carrier = createCarrier();
    const { world, start, messages } = await scene(database, carrier);
    const delivery = start();
    await delivery.idle();
    await world.send(database.db, { code: '123456' });
    delivery.wake();
    await delivery.idle();
    await delivery.stop();

    const [stored] = await messages();
    assert.deepEqual(carrier.carried, [
      {
        messageId: stored!.messageId,
        poolId: 'us-east-1_a',
        medium: 'EMAIL',
        destination: 'jane@example.com',
        purpose: 'SignUp',
        content: { subject: 'Your verification code', text: 'Your code is 123456' },
      },
    ]);
    assert.deepEqual([stored!.state, stored!.content, stored!.sentAt], ['sent', null, world.clock.now()]);
    assert.doesNotMatch(world.logged(), /123456|jane/);
  });

  test('without a wake it is found within the poll interval', async () => {
    const { promise: arrived, resolve } = Promise.withResolvers<void>();
    const carrier = createCarrier(() => resolve());
    const { world, start } = await scene(database, carrier, { pollInterval: 50 });
    const delivery = start();
    await delivery.idle();
    await world.send(database.db, { code: '123456' });
    const alive = setTimeout(() => {}, 10_000);
    await arrived;
    clearTimeout(alive);
    await delivery.stop();
    assert.equal(carrier.carried.length, 1);
  });

  test('nothing is delivered of a transaction that is rolled back', async () => {
    const carrier = createCarrier();
    const { world, start } = await scene(database, carrier);
    const delivery = start();
    const change = database.db.transaction().execute(async trx => {
      await world.send(trx, { code: '111111' });
      throw new Error('the change fails');
    });
    await assert.rejects(change, /the change fails/);
    await world.send(database.db, { code: '222222' });
    delivery.wake();
    await delivery.idle();
    await delivery.stop();
    assert.deepEqual(carrier.carried.map(textOf), ['Your code is 222222']);
  });

  test('300 messages over a carrier that fails one time in three: each arrives once', async () => {
    let calls = 0;
    const carrier = createCarrier(({ content }) => {
      calls += 1;
      // One failure of the known kind, one that quotes the message.
      if (calls % 6 === 0) throw deliveryFailure('busy', false);
      if (calls % 6 === 3) throw Object.assign(new Error(`cannot send: ${content.text}`), { code: 'EWEIRD' });
    });
    const { world, start, messages, states } = await scene(database, carrier);
    const delivery = start();
    await Promise.all(codes(300).map(code => world.send(database.db, { code })));
    delivery.wake();
    await delivery.idle();
    const errors = new Set((await messages()).map(message => message.lastError));
    assert.deepEqual(errors, new Set([null, 'busy', 'Error EWEIRD']));

    let rounds = 0;
    while ((await states()).some(state => state !== 'sent')) {
      assert.ok(++rounds < 50, 'messages are still waiting');
      world.pass(10 * 60_000);
      await delivery.idle();
    }
    await delivery.stop();
    assert.deepEqual(carrier.carried.map(textOf).toSorted(), textsOf(codes(300)));
    assert.ok(calls >= 449, `${calls} sends`);
    assert.doesNotMatch(world.logged(), /code-\d|jane@/);
    assert.ok((await messages()).every(message => message.content === null && message.lastError === null));
  });

  test('what a vanished worker had claimed is delivered once its lease has ended, once', async () => {
    const carrier = createCarrier();
    const { world, start, messages } = await scene(database, carrier, { lease: 120_000 });
    await world.send(database.db, { code: '123456' });
    const now = world.clock.now();
    const claimed = await claimMessages(database.db, { medium: 'EMAIL', now, leaseEnds: now + 120_000, limit: 8 });
    assert.equal(claimed.length, 1);

    const delivery = start();
    await delivery.idle();
    assert.equal(carrier.carried.length, 0);
    world.pass(120_000);
    await delivery.idle();
    world.pass(hour);
    await delivery.idle();
    await delivery.stop();
    assert.deepEqual(carrier.carried.map(textOf), ['Your code is 123456']);
    assert.equal(carrier.carried[0]!.messageId, claimed[0]!.messageId);
    assert.deepEqual(
      (await messages()).map(({ state, tries }) => [state, tries]),
      [['sent', 2]],
    );
  });

  test('several workers on one database deliver each message once', async () => {
    const carrier = createCarrier(() => sleep(1));
    const { world, start, states } = await scene(database, carrier);
    const connections = [database.storage, await database.connect(), await database.connect()];
    const workers = connections.map(({ db }) => start(db));
    const waves = [codes(120).slice(0, 60), codes(120).slice(60)];
    for (const wave of waves) {
      await Promise.all(wave.map(code => world.send(database.db, { code })));
      for (const worker of workers) worker.wake();
    }
    await Promise.all(workers.map(worker => worker.idle()));
    await Promise.all(workers.map(worker => worker.stop()));
    assert.deepEqual(new Set(await states()), new Set(['sent']));
    assert.deepEqual(carrier.carried.map(textOf).toSorted(), textsOf(codes(120)));
  });

  test('a medium that hangs does not hold up the other, and is given up in time', async () => {
    const aborted: boolean[] = [];
    const hanging = createCarrier(async (_, signal) => {
      await once(signal, 'abort');
      aborted.push(signal.aborted);
      throw new Error('aborted');
    });
    const sms = createCarrier();
    const { world, start, messages } = await scene(database, hanging, { concurrency: 2, sendTimeout: 150 }, sms);
    const delivery = start();
    await Promise.all(codes(4).map(code => world.send(database.db, { code })));
    await world.send(database.db, { code: '123456', medium: 'SMS', destination: '+15551231234' });
    delivery.wake();
    await delivery.idle();
    await delivery.stop();
    assert.equal(sms.carried.length, 1);
    assert.deepEqual(aborted, [true, true, true, true]);
    const waiting = (await messages()).filter(message => message.medium === 'EMAIL');
    assert.deepEqual(
      waiting.map(({ state, lastError, tries }) => [state, lastError, tries]),
      Array(4).fill(['queued', 'no answer within 0.15 s', 1]),
    );
  });

  test('no more than `concurrency` messages of a medium are sent at a time', async () => {
    let now = 0;
    let most = 0;
    const carrier = createCarrier(async () => {
      most = Math.max(most, ++now);
      await sleep(2);
      now -= 1;
    });
    const { world, start } = await scene(database, carrier, { concurrency: 5 });
    await Promise.all(codes(40).map(code => world.send(database.db, { code })));
    const delivery = start();
    await delivery.idle();
    await delivery.stop();
    assert.equal(carrier.carried.length, 40);
    assert.equal(most, 5);
  });

  test('a permanent failure is not repeated; by hand it is', async () => {
    let broken = true;
    const carrier = createCarrier(() => {
      if (broken) throw deliveryFailure('no such address', true);
    });
    const { world, start, messages } = await scene(database, carrier);
    const delivery = start();
    await world.send(database.db, { code: '123456' });
    await delivery.idle();
    world.pass(hour);
    await delivery.idle();
    const [failed] = await messages();
    assert.deepEqual([failed!.state, failed!.lastError, failed!.tries], ['failed', 'no such address', 1]);

    broken = false;
    assert.equal(await retryMessage(database.db, failed!.messageId, world.clock.now()), true);
    await delivery.idle();
    await delivery.stop();
    assert.deepEqual(carrier.carried.map(textOf), ['Your code is 123456']);
  });

  test('temporary failures are repeated with growing pauses, and given up after a day', async () => {
    const sentAt: number[] = [];
    const carrier = createCarrier(() => {
      sentAt.push(world.clock.now());
      throw deliveryFailure('busy', false);
    });
    const { world, start, messages } = await scene(database, carrier);
    const delivery = start();
    const nextRound = async () => {
      const [stored] = await messages();
      world.pass(stored!.nextTryAt - world.clock.now());
      await delivery.idle();
    };
    await world.send(database.db, { code: '123456' });
    await delivery.idle();
    while (sentAt.length < 12) await nextRound();
    for (const [index, at] of sentAt.slice(1).entries()) {
      const [pause, full] = [at - sentAt[index]!, Math.min(1000 * 2 ** index, 600_000)];
      assert.ok(pause >= full / 2 && pause <= full, `pause ${index} is ${pause} ms`);
    }

    await database.db
      .updateTable('outbox')
      .set({ tries: maxTries - 2 })
      .execute();
    await nextRound();
    assert.equal((await messages())[0]!.state, 'queued');
    await nextRound();
    const [failed] = await messages();
    assert.deepEqual([failed!.state, failed!.lastError, failed!.tries], ['failed', 'busy', maxTries]);
    await nextRound();
    await delivery.stop();
    assert.equal(sentAt.length, 14);
  });

  test('a message that has expired is not sent, and its text is removed', async () => {
    const carrier = createCarrier();
    const { world, start, messages } = await scene(database, carrier);
    await world.send(database.db, { code: '123456' });
    world.pass(24 * hour);
    const delivery = start();
    await delivery.idle();
    await delivery.stop();
    const [expired] = await messages();
    assert.equal(carrier.carried.length, 0);
    assert.deepEqual(
      [expired!.state, expired!.content, expired!.lastError],
      ['failed', null, 'expired before it could be sent'],
    );
  });

  test('content that another key has sealed, or of another message, is never sent', async () => {
    const carrier = createCarrier();
    const { world, start, messages } = await scene(database, carrier);
    for (const code of codes(2)) await world.send(database.db, { code });
    const [first, second] = await messages();
    const swap = (messageId: string, content: string) =>
      database.db.updateTable('outbox').set({ content }).where('message_id', '=', messageId).execute();
    await swap(first!.messageId, second!.content!);
    await swap(second!.messageId, createWorld().sealer.seal('outbox', '{"text":"x"}', second!.messageId));
    const delivery = start();
    await delivery.idle();
    await delivery.stop();
    assert.equal(carrier.carried.length, 0);
    assert.deepEqual(
      (await messages()).map(message => [message.state, message.lastError]),
      Array(2).fill(['failed', 'its content cannot be opened with the present master key']),
    );
  });

  test('the log transport shows the code, the log does not, and the outbox keeps the sealed text', async () => {
    const printed: string[] = [];
    const { world, start, messages } = await scene(
      database,
      createLogTransport(block => printed.push(block)),
    );
    await world.send(database.db, { code: '123456' });
    const delivery = start();
    await delivery.idle();
    await delivery.stop();
    assert.match(
      printed.join(''),
      /EMAIL to jane@example\.com \(SignUp\)\n {2}Subject: Your verification code\n {2}Your code is 123456\n/,
    );
    assert.match(world.logged(), /message delivered/);
    assert.doesNotMatch(world.logged(), /123456|jane/);
    const [stored] = await messages();
    assert.equal(stored!.state, 'sent');
    assert.doesNotMatch(stored!.content!, /123456/);
    assert.equal(openContent(world.sealer, stored!)?.text, 'Your code is 123456');
  });

  test('stop waits for what is being sent and takes no more', async () => {
    const begun = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const carrier = createCarrier(() => {
      begun.resolve();
      return finish.promise;
    });
    const { world, start, states } = await scene(database, carrier, { concurrency: 1 });
    for (const code of codes(2)) await world.send(database.db, { code });
    const delivery = start();
    await begun.promise;
    const stopped = delivery.stop();
    finish.resolve();
    await stopped;
    await delivery.idle();
    assert.equal(carrier.carried.length, 1);
    assert.deepEqual((await states()).toSorted(), ['queued', 'sent']);
  });
});

test('a database that cannot be reached ends neither the worker nor its stop', async () => {
  const { options, drop } = await createDatabase('sqlite');
  const storage = await connect(options);
  const world = createWorld();
  const carrier = createCarrier();
  // No tables: every query fails.
  const delivery = startDelivery({ ...world, db: storage.db, transports: { EMAIL: carrier, SMS: carrier } });
  while (!world.logged().includes('the database cannot be reached')) await sleep(5);
  await delivery.stop();
  await storage.close();
  await drop();
});
