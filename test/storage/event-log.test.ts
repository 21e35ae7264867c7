/** The log of authentication events: batches, steps of one sign-in, users who are gone, and a database that cannot be reached. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AuthEvent, listEvents } from '../../src/storage/auth-events.ts';
import { connect } from '../../src/storage/connect.ts';
import { createEventLog } from '../../src/storage/event-log.ts';
import { createDatabase, eachEngine } from '../support/databases.ts';
import { poolRow, userRow } from '../support/rows.ts';

const POOL = 'us-east-1_events';
const quiet = { warn: () => {}, error: () => {} };

const event = (sub: string, id: string, more: Partial<AuthEvent> = {}): AuthEvent => ({
  poolId: POOL,
  sub,
  id,
  type: 'SignIn',
  response: 'Pass',
  risk: { RiskDecision: 'NoRisk' },
  context: { IpAddress: '192.0.2.1' },
  clientId: undefined,
  createdAt: 1_800_000_000_000,
  ...more,
});

eachEngine('event log', database => {
  before(async () => {
    await database.db.insertInto('user_pools').values(poolRow(POOL)).execute();
    for (const sub of ['a', 'b', 'c', 'd']) await database.db.insertInto('users').values(userRow(POOL, sub)).execute();
  });
  const all = (sub: string) => listEvents(database.db, { poolId: POOL, sub, after: undefined, limit: 1000 });
  const ids = async (sub: string) => (await all(sub)).map(({ id }) => id).sort();

  it('writes what it was given by itself, in batches of any size', async () => {
    const events = createEventLog({ db: database.db, log: quiet });
    const expected = Array.from({ length: 150 }, (_, n) => `event-${n}`);
    for (const id of expected) events.record(event('a', id));
    assert.deepEqual(await ids('a'), []);
    for (let tries = 0; tries < 100 && (await ids('a')).length < 150; tries++) await sleep(20);
    assert.deepEqual(await ids('a'), expected.sort());
    await events.stop();
  });

  it('joins the steps of one sign-in, whether they are written together or apart', async () => {
    for (const apart of [false, true]) {
      const events = createEventLog({ db: database.db, log: quiet });
      const id = `steps-${apart}`;
      events.record(event('b', id, { response: 'InProgress', password: 'Success' }));
      if (apart) await events.written();
      events.record(event('b', id, { mfa: 'Success', createdAt: 1_800_000_009_000, context: {} }));
      await events.stop();
      const [joined] = (await all('b')).filter(each => each.id === id);
      assert.deepEqual(joined, {
        ...event('b', id, { password: 'Success', mfa: 'Success' }),
        feedback: undefined,
      });
    }
  });

  it('loses no event to a user who is gone meanwhile', async () => {
    const events = createEventLog({ db: database.db, log: quiet });
    for (let n = 0; n < 20; n++) events.record(event(n % 2 ? 'c' : 'gone', `mixed-${n}`));
    await events.stop();
    assert.equal((await ids('c')).length, 10);
    assert.deepEqual(await ids('gone'), []);
  });

  it('writes what is left when it stops', async () => {
    const events = createEventLog({ db: database.db, log: quiet });
    events.record(event('d', 'last'));
    await events.stop();
    assert.deepEqual(await ids('d'), ['last']);
  });
});

it('holds a bounded number of events while the database cannot be reached, and says what is lost', async () => {
  const { options, drop } = await createDatabase('sqlite');
  // Without tables every write fails.
  const storage = await connect(options);
  const [lost, failures]: [number[], unknown[]] = [[], []];
  const log = {
    warn: (details: { lost: number }) => void lost.push(details.lost),
    error: (details: unknown) => void failures.push(details),
  };
  const events = createEventLog({ db: storage.db, log: log as never });
  for (let n = 0; n < 10_003; n++) events.record(event('a', `event-${n}`));
  assert.equal(
    lost.reduce((sum, each) => sum + each, 0),
    3,
  );
  await events.written();
  assert.equal(failures.length, 1);
  await events.stop();
  await storage.close();
  await drop();
});
