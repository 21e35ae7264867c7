/** The main job through the AWS SDK: sign up, confirm, sign in, refresh, sign out; on both database engines. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../support/databases.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

for (const engine of engines) {
  describe(`a person's way through the house (${engine})`, () => {
    let world: World;
    before(async () => {
      world = await startWorld({ engine });
    });
    after(() => world.stop());

    it('signs up, confirms, signs in, refreshes, reads the account and signs out everywhere', async () => {
      const { browser } = world;
      const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
      const client = await world.createClient(pool);
      const email = 'jane@example.com';

      const signedUp = await world.signUp(client, 'jane', { email });
      assert.equal(signedUp.UserConfirmed, false);
      assert.deepEqual(signedUp.CodeDeliveryDetails, {
        Destination: 'j***@e***',
        DeliveryMedium: 'EMAIL',
        AttributeName: 'email',
      });
      await assert.rejects(world.signIn(client, 'jane'), { name: 'UserNotConfirmedException' });
      const ConfirmationCode = await world.codeTo(email);
      await browser.confirmSignUp({ ClientId: client, Username: 'jane', ConfirmationCode });

      const { AccessToken, RefreshToken } = await world.signIn(client, 'jane');
      const user = await browser.getUser({ AccessToken });
      assert.equal(user.Username, 'jane');
      assert.deepEqual(user.UserAttributes, [
        { Name: 'sub', Value: signedUp.UserSub },
        { Name: 'email', Value: email },
        { Name: 'email_verified', Value: 'true' },
      ]);

      const refreshed = await browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: RefreshToken },
      });
      assert.equal(refreshed.AuthenticationResult?.RefreshToken, undefined);
      assert.notEqual(refreshed.AuthenticationResult?.AccessToken, AccessToken);

      await browser.globalSignOut({ AccessToken });
      await assert.rejects(browser.getUser({ AccessToken }), {
        name: 'NotAuthorizedException',
        message: 'Access Token has been revoked',
      });
      await assert.rejects(
        browser.initiateAuth({
          ClientId: client,
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: RefreshToken },
        }),
        { name: 'NotAuthorizedException', message: 'Refresh Token has been revoked' },
      );
      await assert.rejects(world.signIn(client, 'jane', `${goodPassword}!`), { name: 'NotAuthorizedException' });
    });
  });
}
