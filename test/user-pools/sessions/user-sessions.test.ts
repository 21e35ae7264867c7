/** Tracked sessions: what a list tells of them, the cap for each user, and the end of one and of those linked to it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SessionDescriptionType } from '@aws-sdk/client-cognito-identity-provider';
import { insertSsoSession } from '../../../src/storage/sso-sessions.ts';
import { goodPassword, startWorld, type Tokens, type World } from '../../support/world.ts';
import { claimsOf, refresh } from '../tokens/decode.ts';
import { refused } from '../users/refused.ts';

const MINUTE = 60_000;
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0';
const revoked = ['NotAuthorizedException', 'Access Token has been revoked'] as const;

/** As a browser does: the SDK's own user agent goes into `x-amz-user-agent`. */
const withUserAgent = (world: World, userAgent: string) => {
  const client = world.awsAs({ credentials: () => Promise.reject(new Error('a browser has no AWS credentials')) });
  client.middlewareStack.add(
    next => args => {
      (args.request as { headers: Record<string, string> }).headers['user-agent'] = userAgent;
      return next(args);
    },
    { step: 'finalizeRequest', priority: 'low', name: 'userAgentOfTest' },
  );
  return { ...world, browser: client };
};

describe('user sessions', () => {
  let world: World;
  let people = 0;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const track = (UserPoolId: string, MaxPerUser = 20, UserSessionTracking: 'ENABLED' | 'DISABLED' = 'ENABLED') =>
    world.aws.setUserPoolSessionConfiguration({ UserPoolId, UserSessionTracking, TokenSession: { MaxPerUser } });
  const newPool = async (MaxPerUser?: number) => {
    const pool = await world.createPool();
    await track(pool, MaxPerUser);
    const name = `jane${++people}`;
    const sub = await world.createUser(pool, name);
    return { pool, client: await world.createClient(pool), name, sub };
  };
  const own = async (AccessToken: string) => (await world.browser.listUserSessions({ AccessToken })).Sessions ?? [];
  const listed = async (UserPoolId: string, Username: string) =>
    (await world.aws.adminListUserSessions({ UserPoolId, Username })).Sessions ?? [];
  const current = async (AccessToken: string): Promise<SessionDescriptionType & { SessionId: string }> => {
    const found = (await own(AccessToken)).filter(({ IsCurrentSession }) => IsCurrentSession);
    assert.equal(found.length, 1);
    return found[0] as SessionDescriptionType & { SessionId: string };
  };
  const isAlive = ({ AccessToken }: Pick<Tokens, 'AccessToken'>) => world.browser.getUser({ AccessToken });
  const isDead = ({ AccessToken }: Pick<Tokens, 'AccessToken'>) => refused(isAlive({ AccessToken }), ...revoked);

  it('are listed with app client, dates, address and device, the newest first', async () => {
    const { pool, client, name } = await newPool();
    const second = await world.createClient(pool);
    const first = await world.signIn(client, name);
    world.clock.advance(MINUTE);
    const before = world.clock.now();
    const { AccessToken } = await withUserAgent(world, firefox)
      .browser.initiateAuth({
        ClientId: second,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: name, PASSWORD: goodPassword },
      })
      .then(({ AuthenticationResult }) => AuthenticationResult as Tokens);
    const sessions = await own(AccessToken);
    assert.deepEqual(
      sessions.map(({ ClientId, IsCurrentSession, SessionType }) => [ClientId, IsCurrentSession, SessionType]),
      [
        [second, true, 'TOKEN'],
        [client, false, 'TOKEN'],
      ],
    );
    const [newest, oldest] = sessions;
    assert.match(newest?.SessionId ?? '', /^tkn[a-z0-9]{25}$/);
    assert.notEqual(newest?.SessionId, oldest?.SessionId);
    assert.equal(newest?.DeviceType, 'Firefox 126 / Linux');
    assert.match(oldest?.DeviceType ?? '', /^aws-sdk-js \d+ \/ Linux$/);
    assert.match(newest?.LastIPAddress ?? '', /^(127\.0\.0\.1|::1|::ffff:127\.0\.0\.1)$/);
    assert.deepEqual(newest?.LastLocation, { Country: 'unknown' });
    assert.equal(newest?.OriginSessionId, undefined);
    assert.ok(Math.abs((newest?.CreateDate?.getTime() ?? 0) - before) < MINUTE);
    assert.deepEqual(newest?.LastActiveDate, newest?.CreateDate);

    // The administrator has no token, and so no session of their own.
    const asAdmin = await listed(pool, name);
    assert.deepEqual(
      asAdmin,
      sessions.map(session => ({ ...session, IsCurrentSession: false })),
    );
    assert.equal((await current(first.AccessToken)).SessionId, oldest?.SessionId);
  });

  it('show the person, not the server that an administrator signs in from', async () => {
    const { pool, client, name } = await newPool();
    const { AuthenticationResult } = await world.aws.adminInitiateAuth({
      UserPoolId: pool,
      ClientId: client,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: name, PASSWORD: goodPassword },
      ContextData: {
        IpAddress: '192.0.2.33',
        ServerName: 'app',
        ServerPath: '/',
        HttpHeaders: [{ headerName: 'User-Agent', headerValue: firefox }],
      },
    });
    const { LastIPAddress, DeviceType } = await current(AuthenticationResult?.AccessToken as string);
    assert.deepEqual([LastIPAddress, DeviceType], ['192.0.2.33', 'Firefox 126 / Linux']);
  });

  it('know their current one also where tokens carry no origin_jti', async () => {
    const { pool, name } = await newPool();
    const client = await world.createClient(pool, { EnableTokenRevocation: false });
    const { AccessToken } = await world.signIn(client, name);
    assert.equal(claimsOf(AccessToken).origin_jti, undefined);
    assert.equal((await current(AccessToken)).ClientId, client);
  });

  it('are as active as their last refresh, to the minute', async () => {
    const { client, name } = await newPool();
    const tokens = await world.signIn(client, name);
    const signedIn = await current(tokens.AccessToken);
    const browser = withUserAgent(world, firefox);
    await refresh(browser, client, tokens.RefreshToken);
    assert.deepEqual(await current(tokens.AccessToken), signedIn);
    world.clock.advance(2 * MINUTE);
    await refresh(browser, client, tokens.RefreshToken);
    const refreshed = await current(tokens.AccessToken);
    assert.equal(refreshed.DeviceType, 'Firefox 126 / Linux');
    assert.deepEqual(refreshed.CreateDate, signedIn.CreateDate);
    assert.equal(refreshed.SessionId, signedIn.SessionId);
    const moved = (refreshed.LastActiveDate?.getTime() ?? 0) - (signedIn.LastActiveDate?.getTime() ?? 0);
    assert.ok(moved >= 2 * MINUTE, `LastActiveDate moved by ${moved} ms`);
  });

  it('are as active as the last rotation of their refresh token', async () => {
    const { pool, name } = await newPool();
    const ClientId = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    });
    const { AccessToken, RefreshToken } = await world.signIn(ClientId, name);
    const { SessionId } = await current(AccessToken);
    await withUserAgent(world, firefox).browser.getTokensFromRefreshToken({ ClientId, RefreshToken });
    const rotated = await current(AccessToken);
    assert.deepEqual([rotated.SessionId, rotated.DeviceType], [SessionId, 'Firefox 126 / Linux']);
  });

  it('are no longer listed once revoked, signed out or expired', async () => {
    const { pool, client, name } = await newPool();
    const short = await world.createClient(pool, {
      RefreshTokenValidity: 60,
      AccessTokenValidity: 60,
      IdTokenValidity: 60,
      TokenValidityUnits: { RefreshToken: 'minutes', AccessToken: 'minutes', IdToken: 'minutes' },
    });
    await world.signIn(short, name);
    const first = await world.signIn(client, name);
    await world.signIn(client, name);
    assert.equal((await listed(pool, name)).length, 3);
    await world.browser.revokeToken({ Token: first.RefreshToken, ClientId: client });
    assert.equal((await listed(pool, name)).length, 2);
    world.clock.advance(60 * MINUTE);
    assert.equal((await listed(pool, name)).length, 1);
    await world.aws.adminUserGlobalSignOut({ UserPoolId: pool, Username: name });
    assert.deepEqual(await listed(pool, name), []);
  });

  it('give way to new ones beyond the cap, the least recently used first', async () => {
    const { pool, client, name } = await newPool(2);
    const signIn = async () => {
      world.clock.advance(2 * MINUTE);
      return world.signIn(client, name);
    };
    const [first, second] = [await signIn(), await signIn()];
    world.clock.advance(2 * MINUTE);
    await refresh(world, client, first.RefreshToken);
    const third = await signIn();
    await isDead(second);
    await refused(refresh(world, client, second.RefreshToken), 'NotAuthorizedException');
    await isAlive(first);
    await isAlive(third);
    // A lower cap ends nothing by itself.
    await track(pool, 1);
    await isAlive(first);
    const fourth = await signIn();
    for (const tokens of [first, third]) await isDead(tokens);
    await isAlive(fourth);
    assert.equal((await listed(pool, name)).length, 1);
  });

  it('of other users, and of none, do not count for the cap', async () => {
    const { pool, client, name } = await newPool(1);
    await world.createUser(pool, 'other');
    await track(pool, 1, 'DISABLED');
    const untracked = [await world.signIn(client, name), await world.signIn(client, name)];
    await track(pool, 1);
    const other = await world.signIn(client, 'other');
    const mine = await world.signIn(client, name);
    for (const tokens of [...untracked, other, mine]) await isAlive(tokens);
    assert.deepEqual(
      (await own(untracked[0]?.AccessToken as string)).map(({ IsCurrentSession }) => IsCurrentSession),
      [false],
    );
  });

  it('end one by one, but not the one that asks', async () => {
    const { client, name } = await newPool();
    const [lost, mine] = [await world.signIn(client, name), await world.signIn(client, name)];
    const { AccessToken } = mine;
    const target = await current(lost.AccessToken);
    const answer = await world.browser.revokeUserSession({ AccessToken, SessionId: target.SessionId });
    assert.deepEqual({ ...answer, $metadata: undefined }, { $metadata: undefined });
    await isDead(lost);
    await refused(
      refresh(world, client, lost.RefreshToken),
      'NotAuthorizedException',
      'Refresh Token has been revoked',
    );
    assert.equal((await own(AccessToken)).length, 1);
    const { SessionId } = await current(AccessToken);
    await refused(world.browser.revokeUserSession({ AccessToken, SessionId }), 'InvalidParameterException');
    await isAlive(mine);
    await refused(
      world.browser.revokeUserSession({ AccessToken, SessionId: target.SessionId }),
      'ResourceNotFoundException',
    );
  });

  it('end only by the hand of their own user, or under their own user’s name', async () => {
    const { pool, client, name } = await newPool();
    await world.createUser(pool, 'mallory');
    const [jane, mallory] = [await world.signIn(client, name), await world.signIn(client, 'mallory')];
    const { SessionId } = await current(jane.AccessToken);
    await refused(
      world.browser.revokeUserSession({ AccessToken: mallory.AccessToken, SessionId }),
      'ResourceNotFoundException',
    );
    const revoke = (Username: string, id = SessionId) =>
      world.aws.adminRevokeUserSession({ UserPoolId: pool, Username, SessionId: id });
    await refused(revoke('mallory'), 'ResourceNotFoundException');
    await refused(revoke('nobody'), 'UserNotFoundException', 'User does not exist.');
    for (const id of ['nonsense', `tkn${'0'.repeat(25)}`, `sso${'0'.repeat(25)}`])
      await refused(revoke(name, id), 'ResourceNotFoundException');
    await isAlive(jane);
    await revoke(name);
    await isDead(jane);
    await isAlive(mallory);
  });

  describe('that came through a single sign-on session', () => {
    /** What the hosted pages will write: a single sign-on session with two token sessions that came through it. */
    const throughSso = async () => {
      const { pool, client, name, sub } = await newPool();
      const { db } = world.app.foundation.storage;
      const now = world.clock.now();
      const sso = `sso${String(people).padStart(25, '0')}`;
      await insertSsoSession(db, {
        poolId: pool,
        sessionId: sso,
        sub,
        clientId: client,
        lastIp: '192.0.2.7',
        deviceType: 'Firefox 126 / Linux',
        createdAt: now,
        lastUsedAt: now,
        expiresAt: now + 60 * MINUTE,
      });
      const [one, two] = [await world.signIn(client, name), await world.signIn(client, name)];
      await db.updateTable('token_sessions').set({ origin_session_id: sso }).where('sub', '=', sub).execute();
      const direct = await world.signIn(client, name);
      return { pool, client, name, sso, one, two, direct };
    };
    const ssoIds = async (pool: string, name: string) =>
      (await listed(pool, name)).filter(({ SessionType }) => SessionType === 'SSO').map(({ SessionId }) => SessionId);

    it('name it, and it is listed beside them', async () => {
      const { client, sso, one, direct } = await throughSso();
      const sessions = await own(one.AccessToken);
      assert.equal(sessions.length, 4);
      const { CreateDate, LastActiveDate, ...described } = sessions.find(({ SessionId }) => SessionId === sso) ?? {};
      assert.ok(CreateDate && LastActiveDate);
      assert.deepEqual(described, {
        SessionId: sso,
        SessionType: 'SSO',
        ClientId: client,
        DeviceType: 'Firefox 126 / Linux',
        LastIPAddress: '192.0.2.7',
        LastLocation: { Country: 'unknown' },
        IsCurrentSession: false,
      });
      assert.equal((await current(one.AccessToken)).OriginSessionId, sso);
      assert.equal((await current(direct.AccessToken)).OriginSessionId, undefined);
    });

    it('end alone unless LINKED, which ends the parent and no sibling', async () => {
      const { pool, name, sso, one, two, direct } = await throughSso();
      const { AccessToken } = direct;
      const revoke = async (tokens: Tokens, RevokeAssociatedSessions?: 'NONE' | 'LINKED') => {
        const { SessionId } = await current(tokens.AccessToken);
        await world.browser.revokeUserSession({ AccessToken, SessionId, RevokeAssociatedSessions });
      };
      await revoke(one, 'NONE');
      assert.deepEqual(await ssoIds(pool, name), [sso]);
      await revoke(two, 'LINKED');
      assert.deepEqual(await ssoIds(pool, name), []);
      await isAlive(direct);
    });

    it('end with it when it ends LINKED, and outlive it otherwise', async () => {
      for (const RevokeAssociatedSessions of ['LINKED', undefined] as const) {
        const { pool, name, sso, one, two, direct } = await throughSso();
        const revoke = () =>
          world.aws.adminRevokeUserSession({
            UserPoolId: pool,
            Username: name,
            SessionId: sso,
            RevokeAssociatedSessions,
          });
        await revoke();
        for (const tokens of [one, two]) await (RevokeAssociatedSessions ? isDead(tokens) : isAlive(tokens));
        await isAlive(direct);
        assert.deepEqual(await ssoIds(pool, name), []);
        await refused(revoke(), 'ResourceNotFoundException');
      }
    });

    it('take it along by RevokeToken with LINKED, while sessions are tracked', async () => {
      const { pool, client, name, sso, one, two, direct } = await throughSso();
      const revoke = ({ RefreshToken }: Tokens, RevokeAssociatedSessions?: 'NONE' | 'LINKED') =>
        world.browser.revokeToken({ Token: RefreshToken, ClientId: client, RevokeAssociatedSessions });
      await revoke(direct, 'LINKED');
      await track(pool, 20, 'DISABLED');
      await revoke(one, 'LINKED');
      await track(pool);
      assert.deepEqual(await ssoIds(pool, name), [sso]);
      await isDead(one);
      await revoke(two, 'LINKED');
      assert.deepEqual(await ssoIds(pool, name), []);
    });

    it('are ended with it when the user is disabled', async () => {
      const { pool, name, one } = await throughSso();
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: name });
      await world.aws.adminEnableUser({ UserPoolId: pool, Username: name });
      assert.deepEqual(await listed(pool, name), []);
      await isDead(one);
    });
  });

  it('are listed in pages of 125', async () => {
    const { pool, client, name, sub } = await newPool();
    const { AccessToken } = await world.signIn(client, name);
    const { db } = world.app.foundation.storage;
    const now = world.clock.now();
    const ids = Array.from({ length: 130 }, (_, n) => `sso${String(n).padStart(25, 'a')}`);
    for (const [n, sessionId] of ids.entries())
      await insertSsoSession(db, {
        poolId: pool,
        sessionId,
        sub,
        clientId: client,
        lastIp: '::1',
        deviceType: 'unknown',
        createdAt: now - 1000 - Math.floor(n / 3),
        lastUsedAt: now,
        expiresAt: now + 60 * MINUTE,
      });
    const first = await world.browser.listUserSessions({ AccessToken });
    const second = await world.browser.listUserSessions({ AccessToken, NextToken: first.NextToken });
    assert.deepEqual([first.Sessions?.length, second.Sessions?.length, second.NextToken], [125, 6, undefined]);
    const all = [...(first.Sessions ?? []), ...(second.Sessions ?? [])].map(({ SessionId }) => SessionId);
    assert.deepEqual(new Set(all), new Set([(await current(AccessToken)).SessionId, ...ids]));
    await refused(
      world.browser.listUserSessions({ AccessToken, NextToken: 'forged' }),
      'InvalidParameterException',
      'Invalid pagination token.',
    );
  });

  it('are neither kept nor told of where the pool does not track them', async () => {
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    const sub = await world.createUser(pool, 'jane');
    const { AccessToken } = await world.signIn(client, 'jane');
    const rows = await world.app.foundation.storage.db
      .selectFrom('token_sessions')
      .select(['session_id', 'last_ip', 'device_type'])
      .where('sub', '=', sub)
      .execute();
    assert.deepEqual(
      rows.map(row => ({ ...row })),
      [{ session_id: null, last_ip: null, device_type: null }],
    );
    const SessionId = `tkn${'0'.repeat(25)}`;
    const user = { UserPoolId: pool, Username: 'jane' };
    for (const call of [
      () => world.browser.listUserSessions({ AccessToken }),
      () => world.browser.revokeUserSession({ AccessToken, SessionId }),
      () => world.aws.adminListUserSessions(user),
      () => world.aws.adminRevokeUserSession({ ...user, SessionId }),
    ])
      await refused(call(), 'OperationNotEnabledException', 'User session tracking is not enabled for this user pool.');
  });

  it('are only for those who may see them', async () => {
    const { pool, client, name } = await newPool();
    const { AccessToken } = await world.signIn(client, name);
    const SessionId = `tkn${'0'.repeat(25)}`;
    const nowhere = { UserPoolId: 'us-east-1_nowhere00', Username: name };
    await refused(world.aws.adminListUserSessions(nowhere), 'ResourceNotFoundException');
    await refused(world.aws.adminRevokeUserSession({ ...nowhere, SessionId }), 'ResourceNotFoundException');
    await refused(world.aws.adminListUserSessions({ UserPoolId: pool, Username: 'nobody' }), 'UserNotFoundException');
    await refused(
      world.browser.listUserSessions({ AccessToken: `${AccessToken.slice(0, -4)}AAAA` }),
      'NotAuthorizedException',
    );
    await world.aws.adminDeleteUser({ UserPoolId: pool, Username: name });
    for (const call of [
      () => world.browser.listUserSessions({ AccessToken }),
      () => world.browser.revokeUserSession({ AccessToken, SessionId }),
    ])
      await refused(call(), 'UserNotFoundException');
  });
});
