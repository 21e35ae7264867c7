/** The authorization code grant: what a code becomes, and what it takes. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import {
  authorize,
  type Client,
  callback,
  challengeOf,
  claimsOf,
  codeFor,
  createOAuthClient,
  newVerifier,
  signInBrowser,
  token,
} from './world.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

for (const engine of engines) {
  describe(`the code grant (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: Client;
    let other: Client;
    let sub: string;
    let cookie: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await createOAuthClient(world, pool);
      other = await createOAuthClient(world, pool, { GenerateSecret: true });
      sub = await world.createUser(pool, 'jane', undefined, {
        email: 'jane@example.com',
        email_verified: 'true',
        phone_number: '+15550100',
        name: 'Jane',
      });
      cookie = await signInBrowser(world, { pool, client: client.id, sub });
    });
    after(() => world.stop());

    const code = (parameters: Record<string, string> = {}, of = client) =>
      codeFor(world, { client_id: of.id, ...parameters }, cookie);
    const redeem = (text: string, form: Record<string, string> = {}, by: Partial<Client> = client) =>
      token(world, by, { grant_type: 'authorization_code', redirect_uri: callback, code: text, ...form });
    const refused = async (answer: Promise<Awaited<ReturnType<typeof token>>>, error: string, description?: string) => {
      const { status, body } = await answer;
      assert.deepEqual([status, body.error, body.error_description], [400, error, description]);
    };

    it('gives a code, state and issuer, and three tokens for it', async () => {
      const parameters = { response_type: 'code', client_id: client.id, redirect_uri: callback, state: 'a b&c' };
      const location = await authorize(world, parameters, cookie);
      assert.equal(location.origin + location.pathname, callback);
      assert.equal(location.searchParams.get('state'), 'a b&c');
      assert.equal(location.searchParams.get('iss'), `${world.url}/${pool}`);
      const { status, headers, body } = await redeem(location.searchParams.get('code') ?? '');
      assert.equal(status, 200);
      assert.deepEqual(Object.keys(body), ['id_token', 'access_token', 'refresh_token', 'expires_in', 'token_type']);
      assert.deepEqual([body.expires_in, body.token_type], [3600, 'Bearer']);
      assert.equal(headers.get('content-type'), 'application/json;charset=UTF-8');
      assert.equal(headers.get('access-control-allow-origin'), '*');
      assert.equal(headers.get('cache-control'), 'no-cache, no-store, max-age=0, must-revalidate');
      assert.match(headers.get('x-amz-cognito-request-id') ?? '', uuid);
    });

    it('signs tokens as those of the OAuth server', async () => {
      const parameters = { scope: 'openid email', nonce: 'n-1' };
      const { body } = await redeem(await code(parameters));
      const access = claimsOf(body.access_token);
      const id = claimsOf(body.id_token);
      assert.equal(access.version, 2);
      assert.equal(access.scope, 'openid email');
      assert.equal(access.username, 'jane');
      assert.equal('aud' in access, false);
      assert.deepEqual([id.nonce, id.aud, id.email, id.email_verified], ['n-1', client.id, 'jane@example.com', true]);
      assert.deepEqual([id.name, id.phone_number], [undefined, undefined]);
      assert.deepEqual([id.origin_jti, id.auth_time], [access.origin_jti, access.auth_time]);
      const hash = createHash('sha256')
        .update(body.access_token ?? '')
        .digest()
        .subarray(0, 16);
      assert.equal(id.at_hash, hash.toString('base64url'));
      await assert.rejects(world.browser.getUser({ AccessToken: body.access_token }), /required scopes/);
    });

    it('grants every scope of the client where none is asked for, and no ID token without openid', async () => {
      const { body } = await redeem(await code());
      assert.equal(claimsOf(body.access_token).scope, 'openid email phone profile aws.cognito.signin.user.admin');
      assert.equal((await world.browser.getUser({ AccessToken: body.access_token })).Username, 'jane');
      const plain = await redeem(await code({ scope: 'aws.cognito.signin.user.admin' }));
      assert.deepEqual(Object.keys(plain.body), ['access_token', 'refresh_token', 'expires_in', 'token_type']);
    });

    it('binds the access token to a resource, also when it is refreshed', async () => {
      const { body } = await redeem(await code({ resource: 'https://api.example.com' }));
      assert.equal(claimsOf(body.access_token).aud, 'https://api.example.com');
      const refreshed = await token(world, client, {
        grant_type: 'refresh_token',
        refresh_token: body.refresh_token ?? '',
      });
      assert.deepEqual(Object.keys(refreshed.body), ['id_token', 'access_token', 'expires_in', 'token_type']);
      const claims = claimsOf(refreshed.body.access_token);
      assert.deepEqual([claims.aud, claims.version], ['https://api.example.com', 2]);
      const id = claimsOf(refreshed.body.id_token);
      assert.deepEqual(['nonce' in id, typeof id.at_hash], [false, 'string']);
    });

    it('takes a code once; a second use takes back what the first one gave', async () => {
      const text = await code();
      const { body } = await redeem(text);
      await world.browser.getUser({ AccessToken: body.access_token });
      await refused(redeem(text), 'invalid_grant');
      await assert.rejects(world.browser.getUser({ AccessToken: body.access_token }), /revoked/);
      const again = token(world, client, { grant_type: 'refresh_token', refresh_token: body.refresh_token ?? '' });
      assert.equal((await again).body.error, 'invalid_grant');
    });

    it('leaves nothing of a code that is used twice at the same moment', async () => {
      const text = await code();
      const answers = await Promise.all([1, 2, 3, 4].map(() => redeem(text)));
      const given = answers.filter(({ status }) => status === 200);
      for (const { body } of given)
        await assert.rejects(world.browser.getUser({ AccessToken: body.access_token }), /revoked/);
      assert(given.length <= 1);
    });

    it('is for the client, the redirect URI and the five minutes that it was given for', async () => {
      await refused(redeem(await code(), {}, other), 'invalid_grant');
      await refused(redeem(await code(), { redirect_uri: `${callback}/` }), 'unauthorized_client', 'invalid_redirect');
      const missing = "Required String parameter 'redirect_uri' is not present";
      await refused(redeem(await code(), { redirect_uri: '' }), 'invalid_request', missing);
      await refused(redeem('no-such-code'), 'invalid_grant');
      const [early, late] = [await code(), await code()];
      world.clock.advance(5 * 60_000 - 2000);
      assert.equal((await redeem(early)).status, 200);
      world.clock.advance(3000);
      await refused(redeem(late), 'invalid_grant');
    });

    it('knows no code of another pool', async () => {
      const strange = await world.createPool();
      const stranger = await createOAuthClient(world, strange);
      await refused(redeem(await code(), {}, stranger), 'invalid_grant');
    });

    it('demands the verifier of whoever has sent a challenge, and none of whoever has not', async () => {
      const verifier = newVerifier();
      const challenged = { code_challenge: challengeOf(verifier), code_challenge_method: 'S256' };
      const text = await code(challenged);
      await refused(redeem(text), 'invalid_grant');
      await refused(redeem(text, { code_verifier: newVerifier() }), 'invalid_grant');
      await refused(redeem(text, { code_verifier: challengeOf(verifier) }), 'invalid_grant');
      await refused(redeem(text, { code_verifier: verifier.slice(0, 40) }), 'invalid_grant');
      assert.equal((await redeem(text, { code_verifier: verifier })).status, 200);
      await refused(redeem(await code(), { code_verifier: verifier }), 'invalid_grant');
    });

    it('gives nothing to who has been signed out of everything, or disabled, since', async () => {
      const user = await world.createUser(pool, 'kim');
      const browser = await signInBrowser(world, { pool, client: client.id, sub: user });
      const first = await codeFor(world, { client_id: client.id }, browser);
      await world.aws.adminUserGlobalSignOut({ UserPoolId: pool, Username: 'kim' });
      await refused(redeem(first), 'invalid_grant');
      const second = await codeFor(world, { client_id: client.id }, browser);
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'kim' });
      await refused(redeem(second), 'invalid_grant');
      const after = await authorize(
        world,
        { response_type: 'code', client_id: client.id, redirect_uri: callback },
        browser,
      );
      assert.equal(after.pathname, '/login');
      await world.aws.adminEnableUser({ UserPoolId: pool, Username: 'kim' });
      const enabled = await authorize(
        world,
        { response_type: 'code', client_id: client.id, redirect_uri: callback },
        browser,
      );
      assert.equal(enabled.pathname, '/login', 'enabling revives no session');
    });

    it('gives nothing for scopes whose attributes the client may not all read', async () => {
      const blind = await createOAuthClient(world, pool, { ReadAttributes: ['email'] });
      await refused(redeem(await code({ scope: 'openid email' }, blind), {}, blind), 'invalid_grant');
      const { body } = await redeem(await code({ scope: 'openid profile' }, blind), {}, blind);
      assert.equal(claimsOf(body.id_token).email, undefined);
    });
  });
}
