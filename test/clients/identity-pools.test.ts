/** Identity pools with the clients that people use: the AWS SDK's credential providers, Amplify, an OpenID Connect client. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { STS, type STSClientConfig } from '@aws-sdk/client-sts';
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers';
import { Amplify } from 'aws-amplify';
import { fetchAuthSession, signIn, signOut } from 'aws-amplify/auth';
import { createIdentityPool, setRoles, userPoolName } from '../identity-pools/house.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { openPage } from './amplify.ts';

let world: World;
let userPool: string;
let client: string;
let pool: string;
let clientConfig: { endpoint: string; region: string };
before(async () => {
  world = await startWorld();
  userPool = await world.createPool();
  client = await world.createClient(userPool);
  await world.createUser(userPool, 'jane');
  pool = await createIdentityPool(world, {
    CognitoIdentityProviders: [{ ProviderName: userPoolName(userPool), ClientId: client }],
  });
  await setRoles(world, pool, 'clients');
  clientConfig = { endpoint: world.url, region: 'us-east-1' };
});
after(() => world.stop());

/** The role that credentials are a session of. */
const roleOf = async (credentials: STSClientConfig['credentials']) => {
  assert(credentials);
  const sts = new STS({ ...clientConfig, credentials });
  const { Arn = '' } = await sts.getCallerIdentity();
  sts.destroy();
  return Arn.split('/')[1];
};

describe('the credential providers of the AWS SDK', () => {
  it('take credentials for a guest, and a client signs with them', async () => {
    const credentials = fromCognitoIdentityPool({ identityPoolId: pool, clientConfig });
    assert.equal(await roleOf(credentials), 'clients-guests');
    const aws = new CognitoIdentityProvider({ ...clientConfig, credentials });
    assert.equal((await aws.listUserPools({ MaxResults: 1 })).UserPools?.length, 1);
    aws.destroy();
  });

  it('take credentials for a user, by pool or by identity', async () => {
    const logins = { [userPoolName(userPool)]: (await world.signIn(client, 'jane')).IdToken };
    const credentials = fromCognitoIdentityPool({ identityPoolId: pool, logins, clientConfig });
    assert.equal(await roleOf(credentials), 'clients-users');
    const { identityId } = await credentials();
    assert.equal(await roleOf(fromCognitoIdentity({ identityId, logins, clientConfig })), 'clients-users');
  });
});

describe('Amplify', () => {
  it('has credentials for guests, and others after the sign-in, for the same identity', async () => {
    openPage(world, { pool: userPool, client });
    Amplify.configure({
      Auth: {
        Cognito: {
          userPoolId: userPool,
          userPoolClientId: client,
          userPoolEndpoint: world.url,
          identityPoolId: pool,
          identityPoolEndpoint: world.url,
          allowGuestAccess: true,
        },
      },
    });
    const guest = await fetchAuthSession();
    assert.equal(await roleOf(guest.credentials), 'clients-guests');
    await signIn({ username: 'jane', password: goodPassword });
    const user = await fetchAuthSession();
    assert.equal(await roleOf(user.credentials), 'clients-users');
    const again = await fetchAuthSession({ forceRefresh: true });
    assert.equal(again.identityId, user.identityId);
    await signOut();
    assert.equal(await roleOf((await fetchAuthSession()).credentials), 'clients-guests');
  });
});
