/** `amazon-cognito-identity-js`, unmodified, on a remembered device; more of it in the long suite. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CognitoUserSession } from 'amazon-cognito-identity-js';
import { startWorld, type World } from '../support/world.ts';
import { always, browserOf, deviceKeyIn, listed, setUp, signIn } from './device-browser.ts';
import { promised } from './identity-js.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

describe('amazon-cognito-identity-js on a remembered device', () => {
  it('signs in without a code, refreshes, and begins anew when an administrator has the device forgotten', async () => {
    const setting = await setUp(world, always);
    const { open } = browserOf(world, setting);
    const first = await signIn(world, open());
    assert.deepEqual([first.asked, first.prompts], [true, false]);
    const key = deviceKeyIn(first.session);
    const user = open();
    const { session, asked } = await signIn(world, user);
    assert.deepEqual([asked, deviceKeyIn(session)], [false, key]);
    const refreshed = await promised<CognitoUserSession>(done => user.refreshSession(session.getRefreshToken(), done));
    assert.equal(deviceKeyIn(refreshed), key);
    assert.deepEqual(
      (await listed(user)).map(({ DeviceKey }) => DeviceKey),
      [key],
    );

    await world.aws.adminForgetDevice({ UserPoolId: setting.UserPoolId, Username: 'jane', DeviceKey: key });
    const again = await signIn(world, open());
    assert.equal(again.asked, true);
    assert.notEqual(deviceKeyIn(again.session), key);
  });
});
