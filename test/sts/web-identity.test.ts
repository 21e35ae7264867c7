/** Tokens of identity pools, and of providers that an account has registered, at AssumeRoleWithWebIdentity. */
import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { CognitoIdentity } from '@aws-sdk/client-cognito-identity';
import { STS } from '@aws-sdk/client-sts';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { identityPoolTrust } from '../../src/iam/identity-pool-trust.ts';
import { saveOidcProvider } from '../../src/storage/federated-providers.ts';
import { startWorld, type World } from '../support/world.ts';

const account = '000000000000';
const provider = 'login.example.com/tenant';
const refusal = (promise: Promise<unknown>): Promise<[name: string, message: string]> =>
  promise.then(
    () => assert.fail('it was not refused'),
    error => [error.name, error.message],
  );

describe('web identities', () => {
  let world: World;
  let issuer: Server;
  let sign: (claims: JWTPayload, expiry?: number) => Promise<string>;
  let sts: STS;
  let identities: CognitoIdentity;
  before(async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const key = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' };
    issuer = createServer((request, response) => {
      const base = `http://${request.headers.host}`;
      const documents: Record<string, object> = {
        '/.well-known/openid-configuration': { issuer: base, jwks_uri: `${base}/keys` },
        '/keys': { keys: [key] },
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(documents[request.url ?? ''] ?? {}));
    });
    await new Promise<void>(resolve => issuer.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
    world = await startWorld({
      settings: { CENOTE_LOGIN_PROVIDERS: `${provider}=${base},silent.example.com=http://127.0.0.1:9` },
    });
    sign = (claims, expiry = 600) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setExpirationTime(Math.floor(world.clock.now() / 1000) + expiry)
        .sign(privateKey);
    const options = { endpoint: world.url, region: 'us-east-1', maxAttempts: 1 };
    const nobody = () => Promise.reject(new Error('nobody signs'));
    sts = new STS({ ...options, credentials: nobody });
    const credentials = await world.aws.config.credentials();
    identities = new CognitoIdentity({ ...options, credentials });
    const { storage } = world.app.foundation;
    for (const url of [provider, 'silent.example.com', 'cognito-identity.amazonaws.com'])
      await saveOidcProvider(storage.db, { accountId: account, url, clientIds: ['app', 'other'], createdAt: 0 });
  });
  after(async () => {
    sts.destroy();
    identities.destroy();
    await world.stop();
    issuer.close();
  });

  let count = 0;
  const role = async (trustPolicy: string): Promise<string> => {
    count += 1;
    const made = await world.app.foundation.roles.create({ accountId: account, name: `role-${count}`, trustPolicy });
    return made!.arn;
  };
  const trusting = (name: string, audience = 'app') =>
    role(
      JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${name}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: { StringEquals: { [`${name}:aud`]: audience } },
        },
      }),
    );
  const assume = (RoleArn: string, WebIdentityToken: string) =>
    sts.assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'web', WebIdentityToken });

  it('a registered provider, for the clients that are registered and the audience that the role names', async () => {
    const arn = await trusting(provider);
    const claims = { iss: `https://${provider}`, sub: 'jane', aud: 'app' };
    const answer = await assume(arn, await sign(claims));
    assert.deepEqual(
      [answer.SubjectFromWebIdentityToken, answer.Audience, answer.Provider],
      ['jane', 'app', `https://${provider}`],
    );
    assert.match(answer.Credentials?.AccessKeyId ?? '', /^ASIA/);

    const refused: Record<string, [claims: JWTPayload, name: string]> = {
      'a client that is registered and not trusted': [{ ...claims, aud: 'other' }, 'AccessDenied'],
      'a client that is not registered': [{ ...claims, aud: 'stranger' }, 'InvalidIdentityTokenException'],
      'an issuer that is not registered': [
        { ...claims, iss: 'https://other.example.com' },
        'InvalidIdentityTokenException',
      ],
      'an issuer that does not answer': [
        { ...claims, iss: 'https://silent.example.com' },
        'IDPCommunicationErrorException',
      ],
      'nobody in particular': [{ iss: claims.iss, aud: 'app' }, 'InvalidIdentityTokenException'],
    };
    for (const [what, [each, name]] of Object.entries(refused))
      assert.equal((await refusal(assume(arn, await sign(each))))[0], name, what);
    const [late, message] = await refusal(assume(arn, await sign(claims, -1)));
    assert.equal(late, 'ExpiredTokenException');
    assert.match(message, /^Token expired: current date/);
  });

  it('nobody registers a provider that speaks for our identity pools', async () => {
    const arn = await role(identityPoolTrust('us-east-1:11111111-2222-3333-4444-555555555555', 'authenticated'));
    const claims = { sub: 'x', aud: 'us-east-1:11111111-2222-3333-4444-555555555555', amr: ['authenticated'] };
    const token = await sign({ ...claims, iss: 'https://cognito-identity.amazonaws.com' });
    assert.match((await refusal(assume(arn, token)))[1], /No OpenIDConnect provider found/);
  });

  it('the classic flow: the token of an identity pool', async () => {
    const { IdentityPoolId = '' } = await identities.createIdentityPool({
      IdentityPoolName: 'classic',
      AllowUnauthenticatedIdentities: true,
      AllowClassicFlow: true,
    });
    const { IdentityId } = await identities.getId({ IdentityPoolId });
    const { Token = '' } = await identities.getOpenIdToken({ IdentityId });
    const guest = await role(identityPoolTrust(IdentityPoolId, 'unauthenticated'));
    const answer = await assume(guest, Token);
    assert.deepEqual([answer.SubjectFromWebIdentityToken, answer.Audience], [IdentityId, IdentityPoolId]);
    const user = await role(identityPoolTrust(IdentityPoolId, 'authenticated'));
    assert.deepEqual(await refusal(assume(user, Token)), [
      'AccessDenied',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    ]);
  });
});
