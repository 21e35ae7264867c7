/** SECRET_HASH: over which names, under which secrets, and who must not send one. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { insertSecret } from '../../../src/storage/clients.ts';
import { checkSecretHash } from '../../../src/user-pools/doors/as-client.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeSrp, secretHash, srpProof, srpSignIn, srpStart } from '../sign-in/srp.ts';

after(closeSrp);

describe('SECRET_HASH', () => {
  let world: World;
  let pool: string;
  let client: string;
  let secret: string;
  let sub: string;
  const email = 'jane@example.com';
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({ AliasAttributes: ['email'] });
    sub = await world.createUser(pool, 'jane', goodPassword, { email, email_verified: 'true' });
    client = await world.createClient(pool, { GenerateSecret: true });
    const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: client });
    secret = UserPoolClient?.ClientSecret as string;
  });
  after(() => world.stop());

  const hashOf = (name: string, key = secret) => secretHash(name, client, key);
  const denied = (message: string) => ({ name: 'NotAuthorizedException', message });
  const mismatch = (id = client) => denied(`Unable to verify secret hash for client ${id}`);
  const missing = () => denied(`Client ${client} is configured with secret but SECRET_HASH was not received`);
  const begin = (USERNAME: string, SECRET_HASH?: string, ClientId = client) =>
    world.browser.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME, PASSWORD: goodPassword, ...(SECRET_HASH === undefined ? {} : { SECRET_HASH }) },
    });

  it('is over the name as sent, also where that is an alias', async () => {
    for (const name of ['jane', email]) assert((await begin(name, hashOf(name))).AuthenticationResult);
    await assert.rejects(begin('jane', hashOf('Jane')), mismatch());
    await assert.rejects(begin('jane', hashOf('jane', `${secret}x`)), mismatch());
    await assert.rejects(begin('jane', ''), mismatch());
    await assert.rejects(begin('jane'), missing());
  });

  it('is checked before anybody learns who exists', async () => {
    await assert.rejects(begin('nobody', hashOf('jane')), mismatch());
    await assert.rejects(begin('nobody'), missing());
    await assert.rejects(begin('nobody', hashOf('nobody')), { name: 'UserNotFoundException' });
  });

  it('must not come from a client without a secret', async () => {
    const open = await world.createClient(pool);
    await assert.rejects(begin('jane', secretHash('jane', open, secret), open), mismatch(open));
  });

  it('may be over any name of the user in the steps that follow', async () => {
    const way = { aws: world.browser, client, pool, clock: world.clock };
    const respond = (ChallengeResponses: Record<string, string>) =>
      world.browser.respondToAuthChallenge({
        ClientId: client,
        ChallengeName: 'PASSWORD_VERIFIER',
        ChallengeResponses,
      });
    for (const name of ['jane', email, sub]) {
      const proof = await srpProof(await srpStart({ ...way, username: email, hash: hashOf(email) }), way);
      await assert.rejects(respond(proof), missing());
      await assert.rejects(respond({ ...proof, SECRET_HASH: hashOf('somebody-else') }), mismatch());
      assert((await respond({ ...proof, SECRET_HASH: hashOf(name) })).AuthenticationResult);
    }
  });

  it('is over the address where addresses are usernames', async () => {
    const emails = await world.createPool({ UsernameAttributes: ['email'] });
    await world.createUser(emails, email);
    const ClientId = await world.createClient(emails, { GenerateSecret: true });
    const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: emails, ClientId });
    const hash = secretHash(email, ClientId, UserPoolClient?.ClientSecret as string);
    const way = { aws: world.browser, client: ClientId, pool: emails, clock: world.clock, username: email, hash };
    assert((await srpSignIn(way)).AuthenticationResult);
  });

  it('may be under either of two secrets', async () => {
    const second = 'b'.repeat(51);
    const { storage, sealer } = world.app.foundation;
    await insertSecret(storage.db, sealer, { poolId: pool, id: client }, { id: 'second', value: second, createdAt: 2 });
    world.clock.advance(1001);
    for (const key of [secret, second]) assert((await begin('jane', hashOf('jane', key))).AuthenticationResult);
    await assert.rejects(begin('jane', hashOf('jane', 'c'.repeat(51))), mismatch());
  });

  it('is compared in whole, whatever is sent', () => {
    const owner = { id: client, secrets: [{ id: '1', value: secret, createdAt: 1 }] } as Parameters<
      typeof checkSecretHash
    >[0];
    const right = hashOf('jane');
    assert.doesNotThrow(() => checkSecretHash(owner, ['other', 'jane'], right));
    for (const wrong of [right.slice(0, -1), `${right}=`, right.toLowerCase(), ''])
      assert.throws(() => checkSecretHash(owner, ['jane'], wrong), mismatch());
    assert.throws(() => checkSecretHash(owner, [], right), mismatch());
  });
});
