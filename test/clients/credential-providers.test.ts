/** The credential providers of AWS's SDK, unmodified: a guest and a user of an identity pool, and what their roles allow. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CognitoIdentity } from '@aws-sdk/client-cognito-identity';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { STS } from '@aws-sdk/client-sts';
import { fromCognitoIdentity, fromCognitoIdentityPool } from '@aws-sdk/credential-providers';
import { identityPoolTrust } from '../../src/iam/identity-pool-trust.ts';
import { startWorld, type World } from '../support/world.ts';

const account = '000000000000';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const allow = (Action: string, Resource = '*') => ({ Effect: 'Allow', Action, Resource });
const nameOfError = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    error => error.name,
  );

describe("the SDK's credential providers", () => {
  let world: World;
  let userPool: string;
  let identityPoolId: string;
  let logins: Record<string, string>;
  let identities: CognitoIdentity;
  const clients: { destroy(): void }[] = [];
  const options = () => ({ endpoint: world.url, region: 'us-east-1', maxAttempts: 1 });
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };

  before(async () => {
    world = await startWorld();
    userPool = await world.createPool();
    const client = await world.createClient(userPool);
    await world.createUser(userPool, 'jane');
    const { IdToken } = await world.signIn(client, 'jane');
    const provider = `cognito-idp.us-east-1.amazonaws.com/${userPool}`;
    logins = { [provider]: IdToken };
    identities = kept(new CognitoIdentity({ ...options(), credentials: await world.aws.config.credentials() }));
    const { IdentityPoolId = '' } = await identities.createIdentityPool({
      IdentityPoolName: 'app',
      AllowUnauthenticatedIdentities: true,
      CognitoIdentityProviders: [{ ProviderName: provider, ClientId: client }],
    });
    identityPoolId = IdentityPoolId;
    const role = async (name: string, who: 'authenticated' | 'unauthenticated', ...statements: object[]) => {
      const trustPolicy = identityPoolTrust(identityPoolId, who);
      const policies = { permissions: document(...statements) };
      return (await world.app.foundation.roles.create({ accountId: account, name, trustPolicy, policies }))!.arn;
    };
    const everything = [allow('*')];
    await identities.setIdentityPoolRoles({
      IdentityPoolId,
      Roles: {
        authenticated: await role('user', 'authenticated', allow('cognito-idp:Describe*'), allow('cognito-identity:*')),
        unauthenticated: await role('guest', 'unauthenticated', ...everything),
      },
    });
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await world.stop();
  });

  type Provider = ReturnType<typeof fromCognitoIdentity>;
  const signer = (credentials: Provider) => ({
    pools: kept(new CognitoIdentityProvider({ ...options(), credentials })),
    identities: kept(new CognitoIdentity({ ...options(), credentials })),
    sts: kept(new STS({ ...options(), credentials })),
  });

  it('a user may what the role of users allows', async () => {
    const user = signer(fromCognitoIdentityPool({ identityPoolId, logins, clientConfig: options() }));
    const { Arn } = await user.sts.getCallerIdentity({});
    assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/user/CognitoIdentityCredentials`);
    assert.equal((await user.pools.describeUserPool({ UserPoolId: userPool })).UserPool?.Id, userPool);
    assert.equal(await nameOfError(user.pools.listUsers({ UserPoolId: userPool })), 'AccessDeniedException');
  });

  it('nobody administers identity pools by an identity of one, whatever the role says', async () => {
    const user = signer(fromCognitoIdentityPool({ identityPoolId, logins, clientConfig: options() }));
    const ask = user.identities.describeIdentityPool({ IdentityPoolId: identityPoolId });
    assert.equal(await nameOfError(ask), 'AccessDeniedException');
  });

  it('a guest is narrowed to what guests may, although the role allows everything', async () => {
    const guest = signer(fromCognitoIdentityPool({ identityPoolId, clientConfig: options() }));
    assert.equal((await guest.pools.describeUserPool({ UserPoolId: userPool })).UserPool?.Id, userPool);
    const { Arn } = await guest.sts.getCallerIdentity({});
    assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/guest/CognitoIdentityCredentials`);
    const RoleArn = `arn:aws:iam::${account}:role/user`;
    assert.equal(await nameOfError(guest.sts.assumeRole({ RoleArn, RoleSessionName: 'more' })), 'AccessDenied');
  });

  it('an identity that is known already', async () => {
    const { IdentityId = '' } = await identities.getId({ IdentityPoolId: identityPoolId, Logins: logins });
    const user = signer(fromCognitoIdentity({ identityId: IdentityId, logins, clientConfig: options() }));
    assert.ok(await user.pools.describeUserPool({ UserPoolId: userPool }));
  });

  it('the tags that the identity pool gives are variables of policies', async () => {
    const [provider = ''] = Object.keys(logins);
    const pattern = ['arn:aws:cognito-idp:*:*:userpool/$', '{aws:PrincipalTag/client}'].join('');
    const key = { accountId: account, name: 'user' };
    const { roles } = world.app.foundation;
    await identities.setPrincipalTagAttributeMap({
      IdentityPoolId: identityPoolId,
      IdentityProviderName: provider,
      PrincipalTags: { client: 'cognito:username' },
    });
    await roles.putPolicy(key, 'permissions', document(allow('cognito-idp:Describe*', pattern)));
    const user = signer(fromCognitoIdentityPool({ identityPoolId, logins, clientConfig: options() }));
    assert.equal(await nameOfError(user.pools.describeUserPool({ UserPoolId: userPool })), 'AccessDeniedException');
    await roles.putPolicy(
      key,
      'permissions',
      document({
        ...allow('cognito-idp:Describe*'),
        Condition: { StringEquals: { 'aws:PrincipalTag/client': 'jane' } },
      }),
    );
    assert.ok(await user.pools.describeUserPool({ UserPoolId: userPool }));
  });
});
