/** What all operations refuse alike: malformed requests, callers without permission, pools, app clients and tokens that are nobody's. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { startWorld, type World } from '../support/world.ts';
import { answerTo, declaring, membersOf, operations, requestFor, type Values } from './requests.ts';

describe('every operation', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
  });
  after(() => world.stop());

  const expectAll = async (
    names: readonly string[],
    exception: string,
    request: (operation: string) => Record<string, unknown>,
    client: CognitoIdentityProvider = world.aws,
  ) => {
    assert.notEqual(names.length, 0);
    const answers = await Promise.all(names.map(name => answerTo(client, name, request(name))));
    const wrong = names.map((name, n) => `${name} ${answers[n]}`).filter((_, n) => answers[n] !== exception);
    assert.deepEqual(wrong, [], `instead of ${exception}`);
  };

  it('refuses what the contract does not allow', async () => {
    // Longer than any of them may be, and of letters that none of them takes.
    const malformed: Values = Object.fromEntries(
      ['UserPoolId', 'ClientId', 'AccessToken', 'RefreshToken', 'Token', 'Domain', 'ResourceArn'].map(name => [
        name,
        '!'.repeat(3000),
      ]),
    );
    const own: Record<string, Values> = {
      AssociateSoftwareToken: { Session: 'short' },
      CreateUserPool: { PoolName: '' },
      GetProvisionedLimit: { LimitDefinition: { LimitClass: 'NONE', Attributes: {} } },
      ListUserPools: { MaxResults: 61 },
      UpdateProvisionedLimit: { LimitDefinition: { LimitClass: 'NONE', Attributes: {} } },
      VerifySoftwareToken: { UserCode: 'abcdef' },
    };
    const request = (name: string) => requestFor(name, { ...malformed, ...own[name] });
    await expectAll(declaring('InvalidParameterException'), 'InvalidParameterException', request);
  });

  it('that is signed refuses a key whose policy does not name it, and whoever does not sign', async () => {
    const policy = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cognito-idp:None', Resource: '*' }],
    };
    const { accessKeyId, secret } = await world.app.foundation.accessKeys.create({
      accountId: '000000000000',
      name: 'nothing-allowed',
      policy: JSON.stringify(policy),
    });
    const nothing = world.awsAs({ credentials: { accessKeyId, secretAccessKey: secret } });
    const signed = operations.filter(([, { auth }]) => auth === 'sigv4').map(([name]) => name);
    await expectAll(signed, 'AccessDeniedException', name => requestFor(name, { UserPoolId: pool }), nothing);
    for (const name of signed) {
      const response = await fetch(world.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${name}`,
        },
        body: JSON.stringify(requestFor(name, { UserPoolId: pool })),
      });
      assert.equal(((await response.json()) as { __type: string }).__type, 'MissingAuthenticationTokenException', name);
    }
  });

  it('by an access token refuses one that is not ours', async () => {
    const names = declaring('NotAuthorizedException').filter(name => membersOf(name).includes('AccessToken'));
    // A token that says whose it is, as a forger's would.
    const [header, claims] = [
      { alg: 'RS256', kid: 'x' },
      { token_use: 'access', client_id: await world.createClient(pool) },
    ].map(part => Buffer.from(JSON.stringify(part)).toString('base64url'));
    for (const AccessToken of ['nonsense', `${header}.${claims}.c2lnbmF0dXJl`])
      await expectAll(names, 'NotAuthorizedException', name => requestFor(name, { AccessToken }));
  });

  it('on a pool refuses one that does not exist', async () => {
    const names = declaring('ResourceNotFoundException').filter(name => membersOf(name).includes('UserPoolId'));
    const UserPoolId = 'us-east-1_Nobody123';
    await expectAll(names, 'ResourceNotFoundException', name => requestFor(name, { UserPoolId }));
  });

  it('of an app client refuses one that does not exist', async () => {
    const names = declaring('ResourceNotFoundException').filter(name => membersOf(name).includes('ClientId'));
    const Links = { 'cognito:default': 'https://example.com/terms' };
    const request = (name: string) => requestFor(name, { UserPoolId: pool, ClientId: 'nobody', Links });
    await expectAll(names, 'ResourceNotFoundException', request);
  });
});
