/** Access tokens as the token-authorised operations check them, one check at a time. */
import assert from 'node:assert/strict';
import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type Tokens, type World } from '../../support/world.ts';
import { claimsOf, encode, forge, headerOf, refresh } from './decode.ts';

const denied = (message: string) => ({ name: 'NotAuthorizedException', message });
const invalid = denied('Invalid Access Token');
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

for (const engine of engines) {
  describe(`tokens of a sign-in (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    let sub: string;
    let tokens: Tokens;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
      sub = await world.createUser(pool, 'jane', goodPassword, { email: 'jane@example.com', email_verified: 'true' });
      tokens = await world.signIn(client, 'jane');
    });
    after(() => world.stop());
    const getUser = (AccessToken: string) => world.browser.getUser({ AccessToken });
    const jwks = async () =>
      (await (await fetch(`${world.url}/${pool}/.well-known/jwks.json`)).json()) as JSONWebKeySet;

    it('have a header of key id and algorithm, and a key for each use', async () => {
      const [id, access] = [headerOf(tokens.IdToken), headerOf(tokens.AccessToken)];
      for (const header of [id, access]) {
        assert.deepEqual(Object.keys(header), ['kid', 'alg']);
        assert.equal(header.alg, 'RS256');
        assert.match(String(header.kid), /^[A-Za-z0-9+/]{43}=$/);
      }
      assert.notEqual(id.kid, access.kid);
      const keys = createLocalJWKSet(await jwks());
      for (const token of [tokens.IdToken, tokens.AccessToken])
        await jwtVerify(token, keys, { issuer: `${world.url}/${pool}`, algorithms: ['RS256'] });
    });

    it('carry exactly the claims of Cognito', () => {
      const [id, access] = [claimsOf(tokens.IdToken), claimsOf(tokens.AccessToken)];
      const { origin_jti, event_id, auth_time, iat } = access as { [name: string]: number };
      const shared = {
        sub,
        iss: `${world.url}/${pool}`,
        origin_jti,
        event_id,
        auth_time,
        iat,
        exp: Number(iat) + 3600,
      };
      assert.deepEqual(access, {
        ...shared,
        client_id: client,
        token_use: 'access',
        scope: 'aws.cognito.signin.user.admin',
        jti: access.jti,
        username: 'jane',
      });
      assert.deepEqual(id, {
        ...shared,
        email: 'jane@example.com',
        email_verified: true,
        'cognito:username': 'jane',
        aud: client,
        token_use: 'id',
        jti: id.jti,
      });
      for (const value of [origin_jti, event_id, access.jti, id.jti]) assert.match(String(value), uuid);
      assert.notEqual(id.jti, access.jti);
      assert(Number.isInteger(auth_time) && Math.abs(Number(auth_time) - world.clock.now() / 1000) < 30);
    });

    it('belong to a new family at each sign-in, and stay in theirs at a refresh', async () => {
      const again = await world.signIn(client, 'jane');
      assert.notEqual(claimsOf(again.AccessToken).origin_jti, claimsOf(tokens.AccessToken).origin_jti);
      const [before, refreshed] = [claimsOf(again.AccessToken), await refresh(world, client, again.RefreshToken)];
      const after_ = claimsOf(refreshed.AccessToken);
      for (const kept of ['origin_jti', 'auth_time', 'event_id', 'sub', 'scope', 'username', 'client_id'])
        assert.equal(after_[kept], before[kept], kept);
      assert.notEqual(after_.jti, before.jti);
      assert.equal(claimsOf(refreshed.IdToken).origin_jti, before.origin_jti);
    });

    it('are refused when they are something else than an access token of a pool here', async () => {
      const { AccessToken, IdToken, RefreshToken } = tokens;
      const other = await world.createPool();
      const otherClient = await world.createClient(other);
      await world.createUser(other, 'jane');
      const foreign = (await world.signIn(otherClient, 'jane')).AccessToken;
      const [header, payload] = AccessToken.split('.');
      const key = (await jwks()).keys.find(({ kid }) => kid === headerOf(AccessToken).kid) as JsonWebKey;
      const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
      const hs256 = `${encode({ kid: headerOf(AccessToken).kid, alg: 'HS256' })}.${payload}`;
      const refused: Record<string, string> = {
        garbage: 'garbage',
        'an ID token': IdToken,
        'a refresh token': RefreshToken,
        'no signature': `${header}.${payload}.`,
        'two parts': `${header}.${payload}`,
        'a changed signature': `${AccessToken.slice(0, -6)}AAAAAA`,
        'changed claims': forge(AccessToken, { claims: { username: 'admin' } }),
        'an expiry that was moved': forge(AccessToken, { claims: { exp: 9_999_999_999 } }),
        'an ID token that says it is an access token': forge(IdToken, {
          claims: { token_use: 'access', client_id: client, scope: 'aws.cognito.signin.user.admin' },
        }),
        'no algorithm': `${encode({ kid: headerOf(AccessToken).kid, alg: 'none' })}.${payload}.`,
        'the public key as a secret': `${hs256}.${createHmac('sha256', pem).update(hs256).digest('base64url')}`,
        'a key of nobody': forge(AccessToken, { header: { kid: 'AAAA' } }),
        'the key of ID tokens': forge(AccessToken, { header: { kid: headerOf(IdToken).kid } }),
        'no key': `${encode({ alg: 'RS256' })}.${payload}.${AccessToken.split('.')[2]}`,
        'another pool’s token under this pool’s name': forge(foreign, {
          claims: { iss: `${world.url}/${pool}`, client_id: client },
        }),
        'an issuer elsewhere': forge(AccessToken, { claims: { iss: 'https://elsewhere.example' } }),
        'a client that is none': forge(AccessToken, { claims: { client_id: '\0' } }),
        'a client that is no text': forge(AccessToken, { claims: { client_id: 7 } }),
        'claims that are no object': `${header}.${encode(null)}.${AccessToken.split('.')[2]}`,
      };
      for (const [what, token] of Object.entries(refused)) await assert.rejects(getUser(token), invalid, what);
      assert.equal((await getUser(AccessToken)).Username, 'jane');
      assert.equal((await getUser(foreign)).Username, 'jane');
    });

    it('end with their client, with a global sign-out of either kind, and a new sign-in is good', async () => {
      const brief = await world.createClient(pool);
      const gone = await world.signIn(brief, 'jane');
      await world.aws.deleteUserPoolClient({ UserPoolId: pool, ClientId: brief });
      await assert.rejects(getUser(gone.AccessToken), invalid);

      for (const signOut of [
        ({ AccessToken }: Tokens) => world.browser.globalSignOut({ AccessToken }),
        () => world.aws.adminUserGlobalSignOut({ UserPoolId: pool, Username: 'jane' }),
      ]) {
        const [one, two] = [await world.signIn(client, 'jane'), await world.signIn(client, 'jane')];
        await signOut(one);
        for (const { AccessToken, RefreshToken } of [one, two]) {
          await assert.rejects(getUser(AccessToken), denied('Access Token has been revoked'));
          await assert.rejects(refresh(world, client, RefreshToken), denied('Refresh Token has been revoked'));
        }
        await assert.rejects(world.browser.globalSignOut(one), denied('Access Token has been revoked'));
        await getUser((await world.signIn(client, 'jane')).AccessToken);
      }
    });

    it('end with a global sign-out also where they cannot be revoked one by one', async () => {
      const ClientId = await world.createClient(pool, { EnableTokenRevocation: false });
      const { AccessToken, IdToken } = await world.signIn(ClientId, 'jane');
      for (const claims of [claimsOf(AccessToken), claimsOf(IdToken)]) assert(!('origin_jti' in claims));
      await getUser(AccessToken);
      await world.browser.globalSignOut({ AccessToken });
      await assert.rejects(getUser(AccessToken), denied('Access Token has been revoked'));
      await getUser((await world.signIn(ClientId, 'jane')).AccessToken);
    });

    it('end with the account: disabled, enabled again, deleted', async () => {
      const user = { UserPoolId: pool, Username: 'brief' };
      await world.createUser(pool, 'brief');
      const { AccessToken, RefreshToken } = await world.signIn(client, 'brief');
      await world.aws.adminDisableUser(user);
      await assert.rejects(getUser(AccessToken), denied('User is disabled.'));
      await world.aws.adminEnableUser(user);
      await assert.rejects(getUser(AccessToken), denied('Access Token has been revoked'));
      await assert.rejects(refresh(world, client, RefreshToken), denied('Refresh Token has been revoked'));
      const last = await world.signIn(client, 'brief');
      await world.aws.adminDeleteUser(user);
      await assert.rejects(getUser(last.AccessToken), {
        name: 'UserNotFoundException',
        message: 'User does not exist.',
      });
      await assert.rejects(world.browser.globalSignOut(last), denied('Access Token has been revoked'));
      await assert.rejects(refresh(world, client, last.RefreshToken), denied('Invalid Refresh Token'));
    });

    it('expire when they say so', async () => {
      const short = await world.createClient(pool, {
        AccessTokenValidity: 300,
        IdTokenValidity: 6,
        RefreshTokenValidity: 60,
        TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'minutes', RefreshToken: 'minutes' },
      });
      const { AuthenticationResult } = await world.browser.initiateAuth({
        ClientId: short,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
      });
      const { AccessToken, IdToken, RefreshToken, ExpiresIn } = AuthenticationResult as Tokens & { ExpiresIn: number };
      assert.equal(ExpiresIn, 300);
      const lifetime = ({ exp, iat }: Record<string, unknown>) => Number(exp) - Number(iat);
      assert.equal(lifetime(claimsOf(AccessToken)), 300);
      assert.equal(lifetime(claimsOf(IdToken)), 360);
      world.clock.advance(298_000);
      await getUser(AccessToken);
      world.clock.advance(2_000);
      await assert.rejects(getUser(AccessToken), denied('Access Token has expired'));
      world.clock.advance(3_600_000 - 301_000);
      await refresh(world, short, RefreshToken);
      world.clock.advance(1_000);
      await assert.rejects(refresh(world, short, RefreshToken), denied('Refresh Token has expired'));
    });
  });
}
