/** Programs that check our tokens, unmodified: `aws-jwt-verify`, `jose` and `openid-client`, each as its manual says. */
import assert from 'node:assert/strict';
import { createSign, generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { CognitoJwtVerifier, JwtRsaVerifier } from 'aws-jwt-verify';
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidGroupError,
  CognitoJwtInvalidTokenUseError,
  JwtInvalidAudienceError,
  JwtInvalidSignatureError,
  ParameterValidationError,
} from 'aws-jwt-verify/error';
import { SimpleFetcher } from 'aws-jwt-verify/https';
import { type Jwks, SimpleJwksCache } from 'aws-jwt-verify/jwk';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { allowInsecureRequests, discovery } from 'openid-client';
import { createSigningKeys } from '../../src/user-pools/tokens/keys.ts';
import { goodPassword, startWorld, type Tokens, type World } from '../support/world.ts';

const awsIssuer = 'https://cognito-idp.{region}.amazonaws.com/{poolId}';

/** A pool with a user who has signed in, and the tokens that verifiers get to see. */
const signedIn = async (world: World) => {
  const pool = await world.createPool();
  const client = await world.createClient(pool);
  await world.createUser(pool, 'jane');
  return { pool, client, tokens: await world.signIn(client, 'jane') };
};

const fetchJwks = async (url: string) => (await (await fetch(url)).json()) as Jwks;

/** The same header and claims, signed by somebody else. */
const forged = (token: string) => {
  const [header, claims] = token.split('.');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return `${header}.${claims}.${createSign('sha256').update(`${header}.${claims}`).sign(privateKey, 'base64url')}`;
};

describe('tokens with the server as issuer', () => {
  let world: World;
  let pool: string;
  let client: string;
  let tokens: Tokens;
  let issuer: string;
  let jwksUri: string;
  before(async () => {
    world = await startWorld();
    ({ pool, client, tokens } = await signedIn(world));
    issuer = `${world.url}/${pool}`;
    jwksUri = `${issuer}/.well-known/jwks.json`;
  });
  after(() => world.stop());

  it('aws-jwt-verify: its generic verifier takes the keys published over http', async () => {
    // The library fetches over https only; the document is what the server publishes.
    const jwks = await fetchJwks(jwksUri);
    const verifier = JwtRsaVerifier.create({ issuer, audience: client, jwksUri });
    verifier.cacheJwks(jwks);
    const claims = await verifier.verify(tokens.IdToken);
    assert.equal(claims['cognito:username'], 'jane');
    await assert.rejects(verifier.verify(forged(tokens.IdToken)), JwtInvalidSignatureError);
    const foreign = JwtRsaVerifier.create({ issuer, audience: 'another', jwksUri });
    foreign.cacheJwks(jwks);
    await assert.rejects(foreign.verify(tokens.IdToken), JwtInvalidAudienceError);
  });

  it('jose: a remote key set', async () => {
    const keys = createRemoteJWKSet(new URL(jwksUri));
    const { payload } = await jwtVerify(tokens.IdToken, keys, { issuer, audience: client });
    assert.equal(payload.token_use, 'id');
    const access = await jwtVerify(tokens.AccessToken, keys, { issuer });
    assert.deepEqual([access.payload.client_id, access.payload.token_use], [client, 'access']);
    await assert.rejects(jwtVerify(forged(tokens.AccessToken), keys), {
      code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED',
    });
    await assert.rejects(jwtVerify(tokens.IdToken, keys, { audience: 'another' }), {
      code: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
  });

  it('jose: a key set that was fetched before a rotation learns the new keys, and still takes old tokens', async () => {
    const keys = createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: 0 });
    await jwtVerify(tokens.IdToken, keys);
    // As `cenote keys rotate-signing` does, in another process.
    const { storage, sealer, clock } = world.app.foundation;
    await createSigningKeys({ db: storage.db, sealer, clock }).rotate(pool);
    world.clock.advance(1_500);
    const fresh = await world.signIn(client, 'jane');
    assert.notEqual(decodeProtectedHeader(fresh.IdToken).kid, decodeProtectedHeader(tokens.IdToken).kid);
    await jwtVerify(fresh.IdToken, keys, { currentDate: new Date(world.clock.now()) });
    await jwtVerify(tokens.IdToken, keys);
  });

  it('openid-client: discovers the pool', async () => {
    const found = await discovery(new URL(issuer), client, undefined, undefined, {
      execute: [allowInsecureRequests],
    });
    const metadata = found.serverMetadata();
    assert.equal(metadata.issuer, decodeJwt(tokens.IdToken).iss);
    assert.equal(metadata.jwks_uri, jwksUri);
    assert.deepEqual(metadata.id_token_signing_alg_values_supported, ['RS256']);
    assert.equal(metadata.supportsPKCE(), true, 'announced, unlike by Cognito');
    await assert.rejects(
      discovery(new URL(`${world.url}/us-east-1_none00000`), client, undefined, undefined, {
        execute: [allowInsecureRequests],
      }),
    );
  });
});

describe("tokens with AWS's form of issuer", () => {
  let world: World;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_ISSUER: awsIssuer } });
  });
  after(() => world.stop());

  it('aws-jwt-verify: its Cognito verifier takes the right tokens and no others', async () => {
    const { pool, client, tokens } = await signedIn(world);
    const jwks = await fetchJwks(`${world.url}/${pool}/.well-known/jwks.json`);
    const verifierOf = <const T extends 'id' | 'access'>(tokenUse: T, clientId: string, userPoolId = pool) => {
      const verifier = CognitoJwtVerifier.create({ userPoolId, tokenUse, clientId });
      // By itself it would ask AWS.
      verifier.cacheJwks(jwks);
      return verifier;
    };
    assert.equal((await verifierOf('access', client).verify(tokens.AccessToken)).username, 'jane');
    assert.equal((await verifierOf('id', client).verify(tokens.IdToken))['cognito:username'], 'jane');

    await assert.rejects(verifierOf('access', client).verify(tokens.IdToken), CognitoJwtInvalidTokenUseError);
    await assert.rejects(verifierOf('id', client).verify(tokens.AccessToken), CognitoJwtInvalidTokenUseError);
    await assert.rejects(verifierOf('access', 'another').verify(tokens.AccessToken), CognitoJwtInvalidClientIdError);
    await assert.rejects(verifierOf('id', 'another').verify(tokens.IdToken), CognitoJwtInvalidClientIdError);
    await assert.rejects(verifierOf('access', client).verify(forged(tokens.AccessToken)), JwtInvalidSignatureError);
    await assert.rejects(
      verifierOf('access', client, 'us-east-1_Another01').verify(tokens.AccessToken),
      ParameterValidationError,
    );
    await assert.rejects(
      verifierOf('access', client).verify(tokens.AccessToken, { groups: 'admins' } as never),
      CognitoJwtInvalidGroupError,
    );
  });
});

describe('tokens over https', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_TLS: 'development' } });
  });
  after(() => world.stop());

  it('aws-jwt-verify: its generic verifier fetches the keys itself, once told of the certificate', async () => {
    const ca = readFileSync(join(world.app.foundation.config.dataDir, 'tls/cert.pem'));
    const profile = readFileSync(world.app.credentialsFile, 'utf8');
    const [, accessKeyId = '', secretAccessKey = ''] = /_key_id=(.+)\n.*_access_key=(.+)/.exec(profile) ?? [];
    const aws = world.awsAs({ credentials: { accessKeyId, secretAccessKey }, requestHandler: { httpsAgent: { ca } } });
    const { UserPool } = await aws.createUserPool({ PoolName: 'https' });
    const UserPoolId = UserPool?.Id;
    const { UserPoolClient } = await aws.createUserPoolClient({
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    const ClientId = UserPoolClient?.ClientId;
    await aws.adminCreateUser({ UserPoolId, Username: 'jane', MessageAction: 'SUPPRESS' });
    await aws.adminSetUserPassword({ UserPoolId, Username: 'jane', Password: goodPassword, Permanent: true });
    const { AuthenticationResult } = await aws.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
    });
    const issuer = `${world.url}/${UserPoolId}`;
    const properties = { issuer, audience: ClientId as string, jwksUri: `${issuer}/.well-known/jwks.json` };
    const verifier = JwtRsaVerifier.create(properties, {
      // As its manual says for proxies and private certificates.
      jwksCache: new SimpleJwksCache({ fetcher: new SimpleFetcher({ defaultRequestOptions: { ca } }) }),
    });
    const claims = await verifier.verify(AuthenticationResult?.IdToken as string);
    assert.equal(claims.iss, issuer);
  });
});
