/** Sessions of browsers as session tracking shows them, and what ends them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../support/databases.ts';
import { startWorld, type World } from '../support/world.ts';
import { authorize, type Client, callback, codeFor, createOAuthClient, signInBrowser, token } from './oauth/world.ts';

const HOUR = 3_600_000;

for (const engine of engines) {
  describe(`sessions of browsers (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: Client;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await createOAuthClient(world, pool);
      await world.aws.setUserPoolSessionConfiguration({
        UserPoolId: pool,
        UserSessionTracking: 'ENABLED',
        TokenSession: { MaxPerUser: 20 },
      });
    });
    after(() => world.stop());

    let count = 0;
    const newcomer = async () => {
      count += 1;
      const Username = `user${count}`;
      const sub = await world.createUser(pool, Username);
      return { Username, sub, cookie: await signInBrowser(world, { pool, client: client.id, sub }) };
    };
    const isSignedIn = async (cookie: string, of = client) => {
      const query = { response_type: 'code', client_id: of.id, redirect_uri: callback };
      return (await authorize(world, query, cookie)).searchParams.has('code');
    };
    const sessionsOf = async (Username: string) =>
      (await world.aws.adminListUserSessions({ UserPoolId: pool, Username })).Sessions ?? [];

    it('are listed beside the tokens that came through them, with the browser’s name', async () => {
      const { Username, cookie } = await newcomer();
      const code = await codeFor(world, { client_id: client.id }, cookie);
      await token(world, client, { grant_type: 'authorization_code', redirect_uri: callback, code });
      const sessions = await sessionsOf(Username);
      const sso = sessions.find(({ SessionType }) => SessionType === 'SSO');
      const tokens = sessions.find(({ SessionType }) => SessionType === 'TOKEN');
      assert.match(sso?.SessionId ?? '', /^sso[a-z0-9]{25}$/);
      assert.match(sso?.DeviceType ?? '', /Firefox/);
      assert.equal(tokens?.OriginSessionId, sso?.SessionId);
    });

    it('end by AdminRevokeUserSession, with what came through them where that is asked for', async () => {
      const { Username, cookie } = await newcomer();
      const code = await codeFor(world, { client_id: client.id }, cookie);
      const form = { grant_type: 'authorization_code', redirect_uri: callback, code };
      const { refresh_token = '' } = (await token(world, client, form)).body;
      const SessionId = (await sessionsOf(Username)).find(({ SessionType }) => SessionType === 'SSO')?.SessionId;
      const which = { UserPoolId: pool, Username, SessionId, RevokeAssociatedSessions: 'LINKED' as const };
      await world.aws.adminRevokeUserSession(which);
      assert.equal(await isSignedIn(cookie), false);
      assert.equal((await token(world, client, { grant_type: 'refresh_token', refresh_token })).status, 400);
    });

    it('end with their user, disabled or deleted, and outlive a global sign-out, as at Cognito', async () => {
      const [kept, disabled, deleted] = [await newcomer(), await newcomer(), await newcomer()];
      await world.aws.adminUserGlobalSignOut({ UserPoolId: pool, Username: kept.Username });
      assert.equal(await isSignedIn(kept.cookie), true);
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: disabled.Username });
      await world.aws.adminEnableUser({ UserPoolId: pool, Username: disabled.Username });
      assert.equal(await isSignedIn(disabled.cookie), false);
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: deleted.Username });
      assert.equal(await isSignedIn(deleted.cookie), false);
    });

    it('are reused by each client for as long as it says', async () => {
      const [never, long] = [await createOAuthClient(world, pool), await createOAuthClient(world, pool)];
      const reuse = (of: Client, MaxValidityMinutes: number) =>
        world.aws.setUserPoolClientSessionConfiguration({
          UserPoolId: pool,
          ClientId: of.id,
          SSOSession: { MaxValidityMinutes },
        });
      await reuse(never, 0);
      await reuse(long, 24 * 60);
      const { cookie } = await newcomer();
      assert.deepEqual([await isSignedIn(cookie, never), await isSignedIn(cookie)], [false, true]);
      world.clock.advance(2 * HOUR);
      assert.deepEqual([await isSignedIn(cookie), await isSignedIn(cookie, long)], [false, true]);
      world.clock.advance(23 * HOUR);
      assert.equal(await isSignedIn(cookie, long), false);
    });

    it('are not told apart by their cookies, of which no database keeps any', async () => {
      const { cookie } = await newcomer();
      const value = cookie.split('=')[1] ?? '';
      assert.match(value, /^[\w-]{43}$/);
      const rows = await world.app.foundation.storage.db.selectFrom('sso_sessions').selectAll().execute();
      assert(rows.length > 0 && !JSON.stringify(rows).includes(value));
    });
  });
}
