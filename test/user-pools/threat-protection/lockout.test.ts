/** The lockout after wrong passwords: the table of waits, and a real one through every door that takes a password. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { lockedUntil } from '../../../src/user-pools/threat-protection/lockout.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';

const second = 1000;
const minute = 60 * second;

describe('lockedUntil', () => {
  it('leaves four failures free, then doubles the wait from one second to a quarter of an hour', () => {
    const rows: [count: number, wait: number][] = [
      [0, 0],
      [1, 0],
      [4, 0],
      [5, 1 * second],
      [6, 2 * second],
      [7, 4 * second],
      [8, 8 * second],
      [10, 32 * second],
      [14, 512 * second],
      [15, 15 * minute],
      [16, 15 * minute],
      [1000, 15 * minute],
      [100_000, 15 * minute],
    ];
    for (const [count, wait] of rows) {
      const lastAt = 1_700_000_000_000;
      assert.equal(lockedUntil({ count, lastAt }), wait === 0 ? 0 : lastAt + wait, `${count} failures`);
    }
  });
});

describe('lockout', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await world.createClient(pool);
  });
  after(() => world.stop());

  const wrong = ['NotAuthorizedException', 'Incorrect username or password.'] as const;
  const exceeded = ['NotAuthorizedException', 'Password attempts exceeded'] as const;
  const fail = (name: string) => world.signIn(client, name, 'Wrong-Horse-1');

  it('begins after five wrong passwords, grows with each further one, and does not grow by trying while it lasts', async () => {
    await world.createUser(pool, 'locked');
    for (let tries = 0; tries < 5; tries++) await refused(fail('locked'), ...wrong);
    for (let wait = second; wait <= 16 * second; wait *= 2) {
      await refused(fail('locked'), ...exceeded);
      await refused(world.signIn(client, 'locked'), ...exceeded);
      world.clock.advance(wait);
      await refused(fail('locked'), ...wrong);
    }
    world.clock.advance(32 * second);
    await world.signIn(client, 'locked');
    // A success begins anew.
    for (let tries = 0; tries < 4; tries++) await refused(fail('locked'), ...wrong);
    await world.signIn(client, 'locked');
  });

  it('is forgotten after a quarter of an hour without a try', async () => {
    await world.createUser(pool, 'patient');
    for (let tries = 0; tries < 4; tries++) await refused(fail('patient'), ...wrong);
    world.clock.advance(15 * minute);
    for (let tries = 0; tries < 5; tries++) await refused(fail('patient'), ...wrong);
    await refused(fail('patient'), ...exceeded);
  });

  it('counts ChangePassword and sign-in together, each user alone', async () => {
    await world.createUser(pool, 'changing');
    await world.createUser(pool, 'bystander');
    const { AccessToken } = await world.signIn(client, 'changing');
    const change = () =>
      world.browser.changePassword({
        AccessToken,
        PreviousPassword: 'Wrong-Horse-1',
        ProposedPassword: 'Another-Horse-8',
      });
    for (let tries = 0; tries < 3; tries++) await refused(change(), ...wrong);
    for (let tries = 0; tries < 2; tries++) await refused(fail('changing'), ...wrong);
    await refused(change(), ...exceeded);
    await refused(world.signIn(client, 'changing'), ...exceeded);
    await world.signIn(client, 'bystander');
  });

  it('is not outrun by guesses that are sent all at once', async () => {
    await world.createUser(pool, 'stormed');
    const guesses = Array.from({ length: 30 }, (_, n) =>
      world.signIn(client, 'stormed', n === 29 ? goodPassword : `Wrong-Horse-${n}`),
    );
    const found = (await Promise.allSettled(guesses)).map(result =>
      result.status === 'fulfilled' ? 'in' : result.reason.message,
    );
    assert.equal(found.filter(message => message === wrong[1]).length, 5);
    assert.equal(found.filter(message => message === exceeded[1]).length, 25);
  });
});
