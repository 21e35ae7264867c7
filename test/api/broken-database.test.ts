/** A database that has lost its tables: every operation answers with an internal error that says nothing more, and the server stays up. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { startWorld } from '../support/world.ts';
import { operations, requestFor, send } from './requests.ts';

test('every operation answers an internal error, without detail, when the database fails', async t => {
  const world = await startWorld({ settings: { CENOTE_LOG_LEVEL: 'silent' } });
  t.after(() => world.stop());
  const { db } = world.app.foundation.storage;
  const UserPoolId = await world.createPool();
  const ClientId = await world.createClient(UserPoolId, { GenerateSecret: true });
  await world.createUser(UserPoolId, 'jane');
  const plain = await world.createClient(UserPoolId);
  const { AccessToken } = await world.signIn(plain, 'jane');
  const tables = await db.introspection.getTables();
  // The access keys stay, so that requests get as far as the operation.
  const lost = tables.map(({ name }) => name).filter(name => name !== 'access_keys');
  for (const name of lost) await sql`alter table ${sql.table(name)} rename to ${sql.table(`lost_${name}`)}`.execute(db);
  // Nothing is known any more from before.
  world.clock.advance(2000);

  for (const [name, { errors }] of operations) {
    const expected = errors.includes('InternalServerException') ? 'InternalServerException' : 'InternalErrorException';
    const request = requestFor(name, { UserPoolId, ClientId, AccessToken });
    const error = await send(world.aws, name, request).then(
      () => new Error('it was answered'),
      (thrown: Error) => thrown,
    );
    assert.deepEqual([error.name, error.message], [expected, 'Internal error'], name);
  }

  for (const name of lost) await sql`alter table ${sql.table(`lost_${name}`)} rename to ${sql.table(name)}`.execute(db);
  assert.equal((await world.aws.adminGetUser({ UserPoolId, Username: 'jane' })).Username, 'jane');
});
