/** What an app client may read and write, and what a user's attributes look like through it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ClientConfig } from '../../../src/storage/clients.ts';
import {
  allAttributes,
  readableAttributes,
  visibleAttributes,
  writableAttributes,
} from '../../../src/user-pools/attributes/permissions.ts';

const client = (config: ClientConfig) => ({ config });
const user = {
  sub: 'the-sub',
  attributes: { email: 'a@b', email_verified: 'true', identities: '[]', 'custom:plan': 'gold', 'dev:custom:rank': '1' },
};
const seen = (config: ClientConfig) => visibleAttributes(client(config), user).map(({ Name }) => Name);

describe('permissions of clients', () => {
  it('without a list, or with an empty one, the standard attributes can be read', () => {
    for (const config of [{}, { ReadAttributes: [] }]) {
      const readable = readableAttributes(client(config));
      for (const name of ['sub', 'email', 'email_verified', 'phone_number_verified', 'updated_at', 'identities'])
        assert.ok(readable.has(name), name);
      for (const name of ['custom:plan', 'dev:custom:rank', 'username']) assert.ok(!readable.has(name), name);
      assert.deepEqual(seen(config), ['sub', 'email', 'email_verified', 'identities']);
    }
  });

  it('without a list, or with an empty one, what belongs to the person can be written', () => {
    for (const config of [{}, { WriteAttributes: [] }]) {
      const writable = writableAttributes(client(config));
      for (const name of ['email', 'phone_number', 'name', 'birthdate', 'updated_at'])
        assert.ok(writable.has(name), name);
      const others = ['sub', 'identities', 'email_verified', 'phone_number_verified', 'custom:plan', 'dev:custom:rank'];
      for (const name of others) assert.ok(!writable.has(name), name);
    }
  });

  it('with a list, what is on it; sub and identities always', () => {
    const ReadAttributes = ['custom:plan', 'dev:custom:rank', 'name'];
    assert.deepEqual(seen({ ReadAttributes }), ['sub', 'identities', 'custom:plan', 'dev:custom:rank']);
    const writable = writableAttributes(client({ WriteAttributes: ['custom:plan'] }));
    assert.deepEqual([...writable], ['custom:plan']);
  });

  it('administrators see everything', () =>
    assert.deepEqual(allAttributes(user), [
      { Name: 'sub', Value: 'the-sub' },
      ...Object.entries(user.attributes).map(([Name, Value]) => ({ Name, Value })),
    ]));
});
