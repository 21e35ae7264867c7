/** Sign-ins at the same time as each other and as an administrator's refusal: nothing lives on that should not; on both engines. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { refresh } from '../tokens/decode.ts';
import { refused } from '../users/refused.ts';

for (const engine of engines) {
  describe(`sign-ins at the same time (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
    });
    after(() => world.stop());

    it('leave nothing that outlives AdminDisableUser', async () => {
      for (let round = 0; round < 4; round++) {
        const Username = `overlap${round}`;
        await world.createUser(pool, Username);
        const signIns = Array.from({ length: 6 }, () => world.signIn(client, Username));
        const settled = Promise.allSettled(signIns);
        await Promise.race(signIns.slice(round).map(signIn => signIn.catch(() => undefined)));
        await world.aws.adminDisableUser({ UserPoolId: pool, Username });
        const outcomes = await settled;
        await world.aws.adminEnableUser({ UserPoolId: pool, Username });
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') assert.equal(outcome.reason.message, 'User is disabled.');
          else {
            await refused(
              world.browser.getUser(outcome.value),
              'NotAuthorizedException',
              'Access Token has been revoked',
            );
            await refused(refresh(world, client, outcome.value.RefreshToken), 'NotAuthorizedException');
          }
        }
      }
    });

    it('come to nothing when all sessions are ended between two of their steps', async () => {
      const user = { UserPoolId: pool, Username: 'between' };
      await world.createUser(pool, user.Username);
      await world.aws.adminSetUserPassword({ ...user, Password: goodPassword, Permanent: false });
      const begin = async () => {
        const { Session } = await world.browser.initiateAuth({
          ClientId: client,
          AuthFlow: 'USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: user.Username, PASSWORD: goodPassword },
        });
        return Session;
      };
      const finish = (Session: string | undefined) =>
        world.browser.respondToAuthChallenge({
          ClientId: client,
          ChallengeName: 'NEW_PASSWORD_REQUIRED',
          ChallengeResponses: { USERNAME: user.Username, NEW_PASSWORD: `New-${goodPassword}` },
          Session,
        });
      const early = await begin();
      await world.aws.adminUserGlobalSignOut(user);
      await refused(finish(early), 'NotAuthorizedException', 'Invalid session for the user.');
      const { AuthenticationResult } = await finish(await begin());
      assert.ok(AuthenticationResult?.AccessToken);
    });

    it('end with no more sessions than the cap', async () => {
      const TokenSession = { MaxPerUser: 3 };
      await world.aws.setUserPoolSessionConfiguration({
        UserPoolId: pool,
        UserSessionTracking: 'ENABLED',
        TokenSession,
      });
      await world.createUser(pool, 'crowd');
      await Promise.all(Array.from({ length: 10 }, () => world.signIn(client, 'crowd')));
      const { Sessions } = await world.aws.adminListUserSessions({ UserPoolId: pool, Username: 'crowd' });
      assert.equal(Sessions?.length, 3);
    });
  });
}
