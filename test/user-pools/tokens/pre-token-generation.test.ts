/** PreTokenGeneration from the event to the token: every kind of token, in the three versions. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import type {
  ExplicitAuthFlowsType,
  PreTokenGenerationLambdaVersionType,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { createRecorder } from '../../support/triggers.ts';
import { goodPassword, startWorld, type Tokens, type World } from '../../support/world.ts';
import { claimsOf, refresh } from './decode.ts';

const recorder = createRecorder();
let world: World;
/** The SDK signs GetClientToken; whoever may sign, only the client's secret counts. */
let signing: ReturnType<World['awsAs']>;
before(async () => {
  world = await startWorld({ settings: recorder.settings });
  signing = world.awsAs({ credentials: { accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'nobody' } });
});
afterEach(() => recorder.reset());
after(async () => {
  await world.stop();
  recorder.remove();
});

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const admin = 'aws.cognito.signin.user.admin';

/** A pool with the function at a version, and jane in two groups. */
const setUp = async (version: PreTokenGenerationLambdaVersionType) => {
  const pool = await world.createPool({
    LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: version, LambdaArn: recorder.arn } },
  });
  const client = await world.createClient(pool);
  const sub = await world.createUser(pool, 'jane', goodPassword, { email: 'jane@tokens.example', name: 'Jane' });
  for (const [Precedence, GroupName] of ['staff', 'readers'].entries()) {
    await world.aws.createGroup({ UserPoolId: pool, GroupName, Precedence, RoleArn: role(GroupName) });
    await world.aws.adminAddUserToGroup({ UserPoolId: pool, GroupName, Username: 'jane' });
  }
  return { pool, client, sub };
};
const both = ({ IdToken, AccessToken }: Pick<Tokens, 'IdToken' | 'AccessToken'>) => ({
  id: claimsOf(IdToken),
  access: claimsOf(AccessToken),
});
const isSigned = (pool: string, token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(`${world.url}/${pool}/.well-known/jwks.json`)));
const groupConfiguration = {
  groupsToOverride: ['staff', 'readers'],
  iamRolesToOverride: [role('staff'), role('readers')],
  preferredRole: role('staff'),
};

describe('the event', () => {
  const versions: [PreTokenGenerationLambdaVersionType, object, object][] = [
    ['V1_0', {}, { claimsOverrideDetails: null }],
    ['V2_0', { scopes: [admin] }, { claimsAndScopeOverrideDetails: null }],
    ['V3_0', { scopes: [admin] }, { claimsAndScopeOverrideDetails: null }],
  ];
  for (const [version, more, response] of versions)
    it(`of ${version}`, async () => {
      const { pool, client, sub } = await setUp(version);
      await world.signIn(client, 'jane');
      const [event] = recorder.events();
      assert.deepEqual(event, {
        ...{ version: version[1], region: 'us-east-1', userPoolId: pool, userName: 'jane', response },
        triggerSource: 'TokenGeneration_Authentication',
        callerContext: { awsSdkVersion: event?.callerContext.awsSdkVersion, clientId: client },
        request: {
          userAttributes: { sub, 'cognito:user_status': 'CONFIRMED', email: 'jane@tokens.example', name: 'Jane' },
          groupConfiguration,
          ...more,
        },
      });
    });

  it('of somebody in no group', async () => {
    const { pool, client } = await setUp('V1_0');
    await world.createUser(pool, 'joe');
    await world.signIn(client, 'joe');
    const [event] = recorder.events();
    assert.deepEqual(event?.request.groupConfiguration, {
      ...{ groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    });
  });
});

describe('the tokens', () => {
  it('are as without the function when it returns the event, or the groups as they came', async () => {
    const { pool, client, sub } = await setUp('V2_0');
    const lasting = ({ id, access }: ReturnType<typeof both>) =>
      [id, access].map(({ jti, origin_jti, event_id, auth_time, iat, exp, ...rest }) => rest);
    const before = lasting(both(await world.signIn(client, 'jane')));
    recorder.behave('TokenGeneration', event => ({
      ...event,
      response: { claimsAndScopeOverrideDetails: { groupOverrideDetails: event.request.groupConfiguration } },
    }));
    assert.deepEqual(lasting(both(await world.signIn(client, 'jane'))), before);
    const { groupsToOverride, iamRolesToOverride, preferredRole } = groupConfiguration;
    assert.deepEqual(before[0], {
      ...{ sub, aud: client, iss: `${world.url}/${pool}`, token_use: 'id', 'cognito:username': 'jane' },
      ...{ email: 'jane@tokens.example', name: 'Jane', 'cognito:groups': groupsToOverride },
      ...{ 'cognito:roles': iamRolesToOverride, 'cognito:preferred_role': preferredRole },
    });
  });

  it('of version 1 change in the ID token, and in the groups of both', async () => {
    const { pool, client } = await setUp('V1_0');
    recorder.respond('TokenGeneration', {
      claimsOverrideDetails: {
        claimsToAddOrOverride: { tenant: 'acme', name: 'J.' },
        claimsToSuppress: ['email'],
        groupOverrideDetails: { groupsToOverride: ['others'], iamRolesToOverride: [], preferredRole: null },
      },
    });
    const tokens = await world.signIn(client, 'jane');
    await Promise.all([isSigned(pool, tokens.IdToken), isSigned(pool, tokens.AccessToken)]);
    const { id, access } = both(tokens);
    assert.deepEqual([id.tenant, id.name, id.email, id['cognito:groups']], ['acme', 'J.', undefined, ['others']]);
    assert.deepEqual(
      [id['cognito:roles'], access.tenant, access['cognito:groups']],
      [undefined, undefined, ['others']],
    );
    assert.ok((await world.browser.getUser({ AccessToken: tokens.AccessToken })).Username);
  });

  it('of version 2 change both, at sign-in and at every refresh anew', async () => {
    const { client } = await setUp('V2_0');
    const change = (count: number) =>
      recorder.respond('TokenGeneration', {
        claimsAndScopeOverrideDetails: {
          idTokenGeneration: { claimsToAddOrOverride: { count } },
          accessTokenGeneration: { claimsToAddOrOverride: { count, list: [1, 'a'] }, scopesToAdd: [`scope/${count}`] },
        },
      });
    change(1);
    const first = await world.signIn(client, 'jane');
    change(2);
    const second = await refresh(world, client, first.RefreshToken);
    change(3);
    const { AuthenticationResult: third } = await world.browser.getTokensFromRefreshToken({
      ...{ ClientId: client, RefreshToken: first.RefreshToken },
    });
    for (const [index, tokens] of [first, second, third as Tokens].entries()) {
      const { id, access } = both(tokens);
      const count = index + 1;
      assert.deepEqual([id.count, access.count, access.list], [count, count, [1, 'a']]);
      assert.equal(access.scope, `${admin} scope/${count}`);
    }
  });

  it('without the scope of the API are of no use there', async () => {
    const { client } = await setUp('V2_0');
    recorder.respond('TokenGeneration', {
      claimsAndScopeOverrideDetails: { accessTokenGeneration: { scopesToSuppress: [admin] } },
    });
    const { AccessToken } = await world.signIn(client, 'jane');
    assert.equal('scope' in claimsOf(AccessToken), false);
    await assert.rejects(world.browser.getUser({ AccessToken }), {
      name: 'NotAuthorizedException',
      message: 'Access Token does not have required scopes',
    });
  });

  it('never say who somebody is in other words: the record of the sign-in stays true as well', async () => {
    const { pool, client, sub } = await setUp('V2_0');
    const forged = {
      claimsToAddOrOverride: {
        sub: 'x',
        event_id: 'x',
        username: 'x',
        origin_jti: 'x',
        exp: 1,
        'cognito:username': 'x',
      },
      claimsToSuppress: ['sub', 'event_id', 'username', 'origin_jti', 'exp', 'iss'],
    };
    recorder.respond('TokenGeneration', {
      claimsAndScopeOverrideDetails: { idTokenGeneration: forged, accessTokenGeneration: forged },
    });
    const { id, access } = both(await world.signIn(client, 'jane'));
    assert.deepEqual([id.sub, access.sub, access.username, id['cognito:username']], [sub, sub, 'jane', 'jane']);
    const { AuthEvents = [] } = await world.aws.adminListUserAuthEvents({ UserPoolId: pool, Username: 'jane' });
    assert.deepEqual(
      AuthEvents.map(({ EventId, EventResponse }) => [EventId, EventResponse]),
      [[access.event_id, 'Pass']],
    );
  });

  it('follow a rotating refresh token, which a refusal does not use up', async () => {
    const { pool } = await setUp('V2_0');
    const ClientId = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    });
    const { RefreshToken } = await world.signIn(ClientId, 'jane');
    recorder.fail('TokenGeneration', 'not now');
    await assert.rejects(world.browser.getTokensFromRefreshToken({ ClientId, RefreshToken }), {
      name: 'UserLambdaValidationException',
      message: 'PreTokenGeneration failed with error not now.',
    });
    recorder.reset();
    const { AuthenticationResult } = await world.browser.getTokensFromRefreshToken({ ClientId, RefreshToken });
    assert.ok(AuthenticationResult?.RefreshToken);
  });
});

describe('tokens of programs', () => {
  const setUpProgram = async (version: PreTokenGenerationLambdaVersionType) => {
    const { pool } = await setUp(version);
    const Scopes = ['read', 'write'].map(ScopeName => ({ ScopeName, ScopeDescription: 'x' }));
    await world.aws.createResourceServer({ UserPoolId: pool, Identifier: 'api', Name: 'API', Scopes });
    const { UserPoolClient } = await world.aws.createUserPoolClient({
      ...{
        UserPoolId: pool,
        ClientName: 'program',
        GenerateSecret: true,
        AllowedOAuthScopes: ['api/read', 'api/write'],
      },
      ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as ExplicitAuthFlowsType],
    });
    const program = { ClientId: UserPoolClient?.ClientId ?? '', Secret: UserPoolClient?.ClientSecret ?? '' };
    const ask = (more: object = {}) => signing.getClientToken({ ...program, ...more });
    return { pool, program, ask };
  };

  it('come with version 3, which is told that there is nobody', async () => {
    const { pool, program, ask } = await setUpProgram('V3_0');
    recorder.respond('TokenGeneration', {
      claimsAndScopeOverrideDetails: {
        idTokenGeneration: { claimsToAddOrOverride: { plan: 'gold' } },
        accessTokenGeneration: {
          claimsToAddOrOverride: { tenant: 'acme', sub: 'jane', username: 'jane' },
          scopesToAdd: ['api/extra'],
          scopesToSuppress: ['api/read'],
        },
        groupOverrideDetails: { groupsToOverride: ['staff'] },
      },
    });
    const { ClientAuthenticationResult } = await ask({ ClientMetadata: { environment: 'dev' } });
    const [event] = recorder.events();
    assert.deepEqual(event, {
      ...{ version: '3', region: 'us-east-1', userPoolId: pool, userName: 'ClientCredentials' },
      triggerSource: 'TokenGeneration_ClientCredentials',
      callerContext: { awsSdkVersion: event?.callerContext.awsSdkVersion, clientId: program.ClientId },
      request: {
        ...{ userAttributes: {}, groupConfiguration: null, scopes: ['api/read', 'api/write'] },
        clientMetadata: { environment: 'dev' },
      },
      response: { claimsAndScopeOverrideDetails: null },
    });
    const token = ClientAuthenticationResult?.AccessToken ?? '';
    await isSigned(pool, token);
    const { iat, exp, auth_time, jti, ...claims } = claimsOf(token);
    assert.deepEqual(claims, {
      ...{ sub: program.ClientId, client_id: program.ClientId, token_use: 'access', version: 2 },
      ...{ iss: `${world.url}/${pool}`, scope: 'api/write api/extra', tenant: 'acme' },
    });
  });

  for (const version of ['V1_0', 'V2_0'] as const)
    it(`do not concern version ${version}`, async () => {
      const { ask } = await setUpProgram(version);
      recorder.fail('TokenGeneration', 'never asked');
      assert.ok((await ask()).ClientAuthenticationResult?.AccessToken);
      assert.deepEqual(recorder.fired(), []);
    });

  it('are not given when the function fails: in the words that the operation has', async () => {
    const { ask } = await setUpProgram('V3_0');
    recorder.fail('TokenGeneration', 'not for you');
    await assert.rejects(ask(), {
      name: 'NotAuthorizedException',
      message: 'PreTokenGeneration failed with error not for you.',
    });
    recorder.respond('TokenGeneration', { claimsAndScopeOverrideDetails: 'all' });
    await assert.rejects(ask(), { name: 'NotAuthorizedException', message: 'Unrecognizable lambda output' });
    recorder.behave('TokenGeneration', () => process.exit(1));
    await assert.rejects(ask(), { name: 'NotAuthorizedException', message: /^PreTokenGeneration invocation failed/ });
  });
});
