/** Where credentials come from: our own roles, with tags and narrowed for guests; our own STS with the pool's token; another STS. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { STS } from '@aws-sdk/client-sts';
import { startWorld, type World } from '../support/world.ts';
import {
  account,
  clientWith,
  createIdentityPool,
  createRole,
  payloadOf,
  roleArn,
  setRoles,
  userPoolName,
} from './house.ts';

/** What another STS is asked, and answers. */
const startSts = async () => {
  const asked: URLSearchParams[] = [];
  let status = 200;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(new URLSearchParams(body));
    const answer =
      status === 200
        ? `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`
        : `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`;
    response.writeHead(status, { 'content-type': 'text/xml' }).end(answer);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer: (code: number) => {
      status = code;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

const setUp = async (world: World, prefix: string) => {
  const userPool = await world.createPool();
  const client = await world.createClient(userPool);
  const provider = userPoolName(userPool);
  await world.createUser(userPool, 'jane', undefined, { email: 'jane@example.com' });
  const pool = await createIdentityPool(world, {
    CognitoIdentityProviders: [{ ProviderName: provider, ClientId: client }],
  });
  const Roles = await setRoles(world, pool, prefix);
  const Logins = { [provider]: (await world.signIn(client, 'jane')).IdToken };
  const { IdentityId = '' } = await world.guest.getId({ IdentityPoolId: pool, Logins });
  return { userPool, client, provider, pool, Roles, Logins, IdentityId };
};

describe('our own credentials', () => {
  let world: World;
  let made: Awaited<ReturnType<typeof setUp>>;
  before(async () => {
    world = await startWorld();
    made = await setUp(world, 'own');
  });
  after(() => world.stop());

  const stsWith = (credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken: string }) =>
    new STS({ endpoint: world.url, region: 'us-east-1', maxAttempts: 1, ...(credentials && { credentials }) });

  it('are those of a session of the role, for an hour', async () => {
    const { IdentityId, Logins } = made;
    const { Credentials } = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
    const left = (Credentials?.Expiration?.getTime() ?? 0) - world.clock.now();
    assert.ok(left > 3_590_000 && left <= 3_600_000);
    const sts = stsWith({
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    });
    const { Arn } = await sts.getCallerIdentity();
    assert.equal(Arn, `arn:aws:sts::${account}:assumed-role/own-users/CognitoIdentityCredentials`);
    sts.destroy();
  });

  it('do not reach identity pools, whatever the role allows', async () => {
    const { IdentityId, Logins, pool } = made;
    const authenticated = await createRole(world, pool, 'own-everything', { actions: ['*'] });
    await world.identity.setIdentityPoolRoles({ IdentityPoolId: pool, Roles: { ...made.Roles, authenticated } });
    const { Credentials } = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
    await clientWith(world, Credentials).listUserPools({ MaxResults: 1 });
    const identity = world.identityAs({
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      },
    });
    await assert.rejects(identity.listIdentityPools({ MaxResults: 1 }), { name: 'AccessDeniedException' });
    await world.identity.setIdentityPoolRoles({ IdentityPoolId: pool, Roles: made.Roles });
  });

  it('carry tags that policies can ask for', async () => {
    const { IdentityId, Logins, pool, provider, userPool } = made;
    const statement = {
      Effect: 'Allow',
      Action: 'cognito-idp:ListUserPools',
      Resource: '*',
      Condition: {
        StringEquals: {
          'aws:PrincipalTag/mail': 'jane@example.com',
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of IAM's
          'cognito-identity.amazonaws.com:sub': '${cognito-identity.amazonaws.com:sub}',
        },
      },
    };
    const trust = {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: 'cognito-identity.amazonaws.com' },
          Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
          Condition: { StringEquals: { 'cognito-identity.amazonaws.com:aud': pool } },
        },
      ],
    };
    await world.app.foundation.roles.create({
      accountId: account,
      name: 'own-tagged',
      trustPolicy: JSON.stringify(trust),
      policies: { tagged: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
    });
    const Roles = { authenticated: roleArn('own-tagged') };
    await world.identity.setIdentityPoolRoles({ IdentityPoolId: pool, Roles });
    const credentials = async () => {
      const { Credentials } = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
      return clientWith(world, Credentials);
    };
    await assert.rejects((await credentials()).listUserPools({ MaxResults: 1 }), { name: 'AccessDeniedException' });
    const map = { IdentityPoolId: pool, IdentityProviderName: provider, PrincipalTags: { mail: 'email' } };
    await world.identity.setPrincipalTagAttributeMap(map);
    await (await credentials()).listUserPools({ MaxResults: 1 });
    await assert.rejects((await credentials()).describeUserPool({ UserPoolId: userPool }), {
      name: 'AccessDeniedException',
    });
    const { Token = '' } = await world.guest.getOpenIdToken({ IdentityId, Logins });
    const tags = payloadOf(Token)['https://aws.amazon.com/tags'];
    assert.deepEqual(tags, { principal_tags: { mail: ['jane@example.com'] } });
    await world.identity.setPrincipalTagAttributeMap({ ...map, PrincipalTags: {} });
    await world.identity.setIdentityPoolRoles({ IdentityPoolId: pool, Roles: made.Roles });
  });

  it('come from our STS for the token of the classic flow', async () => {
    const { IdentityId, Logins, Roles } = made;
    const { Token = '' } = await world.guest.getOpenIdToken({ IdentityId, Logins });
    const sts = stsWith();
    const request = { RoleSessionName: 'classic', WebIdentityToken: Token };
    const { Credentials, ...rest } = await sts.assumeRoleWithWebIdentity({ ...request, RoleArn: Roles.authenticated });
    assert.equal(rest.SubjectFromWebIdentityToken, IdentityId);
    assert.equal(rest.Audience, made.pool);
    await clientWith(world, { ...Credentials, SecretKey: Credentials?.SecretAccessKey }).listUserPools({
      MaxResults: 1,
    });
    // Signed in is not a guest.
    await assert.rejects(sts.assumeRoleWithWebIdentity({ ...request, RoleArn: Roles.unauthenticated }), {
      name: 'AccessDenied',
    });
    const forged = `${Token.slice(0, -4)}AAAA`;
    await assert.rejects(
      sts.assumeRoleWithWebIdentity({ ...request, WebIdentityToken: forged, RoleArn: Roles.authenticated }),
      /InvalidIdentityToken/,
    );
    sts.destroy();
  });
});

describe('another STS', () => {
  let world: World;
  let sts: Awaited<ReturnType<typeof startSts>>;
  let made: Awaited<ReturnType<typeof setUp>>;
  before(async () => {
    sts = await startSts();
    const settings = { CENOTE_STS_ENDPOINT: sts.url, CENOTE_IDENTITY_ISSUER: 'https://cognito-identity.amazonaws.com' };
    world = await startWorld({ settings });
    made = await setUp(world, 'other');
  });
  after(async () => {
    await world.stop();
    sts.close();
  });

  it('is shown the pool’s token, and its credentials are handed on', async () => {
    const { IdentityId, Logins, Roles, pool } = made;
    const { Credentials } = await world.guest.getCredentialsForIdentity({ IdentityId, Logins });
    assert.deepEqual(
      [
        Credentials?.AccessKeyId,
        Credentials?.SecretKey,
        Credentials?.SessionToken,
        Credentials?.Expiration?.toISOString(),
      ],
      ['ASIAEXAMPLE', 'secret', 'session', '2030-01-01T00:00:00.000Z'],
    );
    const asked = sts.asked.at(-1);
    assert.equal(asked?.get('Action'), 'AssumeRoleWithWebIdentity');
    assert.equal(asked.get('RoleArn'), Roles.authenticated);
    assert.equal(asked.get('RoleSessionName'), 'CognitoIdentityCredentials');
    assert.equal(asked.get('DurationSeconds'), '3600');
    assert.equal(asked.get('Policy'), null);
    const claims = payloadOf(asked.get('WebIdentityToken') ?? '');
    assert.deepEqual(
      [claims.iss, claims.sub, claims.aud],
      ['https://cognito-identity.amazonaws.com', IdentityId, pool],
    );
  });

  it('is told to narrow what guests get', async () => {
    const { IdentityId } = await world.guest.getId({ IdentityPoolId: made.pool });
    await world.guest.getCredentialsForIdentity({ IdentityId });
    assert.match(sts.asked.at(-1)?.get('Policy') ?? '', /"dynamodb:\*"/);
  });

  it('that refuses, or fails, is answered as Cognito does', async () => {
    const { IdentityId, Logins } = made;
    sts.answer(403);
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId, Logins }), {
      name: 'InvalidIdentityPoolConfigurationException',
    });
    sts.answer(500);
    await assert.rejects(world.guest.getCredentialsForIdentity({ IdentityId, Logins }), {
      name: 'ExternalServiceException',
    });
    sts.answer(200);
  });
});
