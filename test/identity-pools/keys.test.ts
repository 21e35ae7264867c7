/** The keys of identity pools: one a region, whoever asks first; after a rotation the old one stays for as long as its tokens live. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { createIdentityKeys } from '../../src/identity-pools/keys.ts';
import { startWorld, type World } from '../support/world.ts';
import { createIdentityPool } from './house.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const keysOf = ({ app: { foundation }, clock }: World) =>
  createIdentityKeys({ db: foundation.storage.db, sealer: foundation.sealer, clock });
const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
const published = async (): Promise<string[]> => {
  const response = await fetch(`${world.url}/cognito-identity/.well-known/jwks_uri`);
  const { keys } = (await response.json()) as { keys: Record<string, string>[] };
  for (const key of keys) assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use']);
  return keys.map(({ kid = '' }) => kid).sort();
};

it('replicas that need the first key at once have the same one', async () => {
  const replicas = Array.from({ length: 4 }, () => keysOf(world));
  const keys = await Promise.all(replicas.map(replica => replica.current('eu-west-1')));
  const moduli = new Set(keys.map(({ publicKey }) => publicKey.export({ format: 'jwk' }).n));
  assert.deepEqual([keys[0]?.kid, moduli.size], ['eu-west-11', 1]);
});

it('tokens of before a rotation are good until they end', async () => {
  const pool = await createIdentityPool(world, { DeveloperProviderName: 'login.my.app' });
  const vouch = () =>
    world.identity.getOpenIdTokenForDeveloperIdentity({
      IdentityPoolId: pool,
      Logins: { 'login.my.app': 'jane' },
      TokenDuration: 86_400,
    });
  const { IdentityId, Token: old = '' } = await vouch();
  assert.equal(await keysOf(world).rotate('us-east-1'), 'us-east-12');
  // What other servers know is at most a second old.
  world.clock.advance(1001);
  assert.deepEqual([kidOf(old), kidOf((await vouch()).Token ?? '')], ['us-east-11', 'us-east-12']);
  assert.deepEqual(await published(), ['eu-west-11', 'us-east-11', 'us-east-12']);
  const login = () => world.guest.getId({ IdentityPoolId: pool, Logins: { 'cognito-identity.amazonaws.com': old } });
  world.clock.advance(86_000_000);
  assert.equal((await login()).IdentityId, IdentityId);
  world.clock.advance(500_000);
  assert.deepEqual(await published(), ['eu-west-11', 'us-east-12']);
  await assert.rejects(login(), { name: 'NotAuthorizedException' });
});
