/** `amazon-cognito-identity-js`, unmodified, on devices that are remembered: it confirms them and proves their secret by itself. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CognitoUser, CognitoUserSession } from 'amazon-cognito-identity-js';
import { startWorld, type World } from '../support/world.ts';
import { always, browserOf, deviceKeyIn, listed, optIn, setUp, signIn, told } from './device-browser.ts';
import { promised } from './identity-js.ts';

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

describe('amazon-cognito-identity-js and devices', () => {
  it('signs in without a code on a device that is always remembered, also after many times', async () => {
    const { open } = browserOf(world, await setUp(world, always));
    const first = await signIn(world, open());
    assert.deepEqual([first.asked, first.prompts], [true, false]);
    const key = deviceKeyIn(first.session);
    for (let n = 0; n < 5; n++) {
      const { session, asked } = await signIn(world, open());
      assert.equal(asked, false);
      assert.equal(deviceKeyIn(session), key);
    }
    const user = open();
    const { session } = await signIn(world, user);
    const refreshed = await promised<CognitoUserSession>(done => user.refreshSession(session.getRefreshToken(), done));
    assert.equal(deviceKeyIn(refreshed), key);
    const [device, ...others] = await listed(user);
    assert.deepEqual([device?.DeviceKey, others], [key, []]);
    assert.ok(device?.DeviceAttributes.some(({ Name, Value }) => Name === 'device_name' && Value));
  });

  it('asks for a code on every other device', async () => {
    const setting = await setUp(world, always);
    const [one, two] = [browserOf(world, setting), browserOf(world, setting)];
    await signIn(world, one.open());
    assert.equal((await signIn(world, two.open())).asked, true);
    assert.equal((await signIn(world, two.open())).asked, false);
    assert.equal((await listed(await signedIn(one.open()))).length, 2);
  });

  it('prompts where the pool says so, and is remembered after a yes, not after a no', async () => {
    const { open } = browserOf(world, await setUp(world, optIn));
    const user = open();
    assert.equal((await signIn(world, user)).prompts, true);
    assert.deepEqual(await listed(user), []);
    assert.equal((await signIn(world, open())).asked, true);
    assert.equal(await told<string>(callbacks => user.setDeviceStatusRemembered(callbacks)), 'SUCCESS');
    assert.equal((await listed(user)).length, 1);
    const again = open();
    assert.equal((await signIn(world, again)).asked, false);
    assert.equal(await told<string>(callbacks => again.setDeviceStatusNotRemembered(callbacks)), 'SUCCESS');
    assert.equal((await signIn(world, open())).asked, true);
  });

  it('proves the device also where there is no second factor, with SRP and with the plain password', async () => {
    for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
      const { open } = browserOf(world, await setUp(world, always, { mfa: false }));
      const key = deviceKeyIn((await signIn(world, through(open(), flow))).session);
      assert.equal(deviceKeyIn((await signIn(world, through(open(), flow))).session), key);
    }
  });

  it('finds by itself that its device was forgotten by an administrator, and begins anew', async () => {
    const setting = await setUp(world, always);
    const { open } = browserOf(world, setting);
    const user = open();
    const old = deviceKeyIn((await signIn(world, user)).session);
    await world.aws.adminForgetDevice({ UserPoolId: setting.UserPoolId, Username: 'jane', DeviceKey: old });
    const page = open();
    const { session, asked } = await signIn(world, page);
    assert.equal(asked, true);
    assert.notEqual(deviceKeyIn(session), old);
    // On the same page, where the library sends the key with the first step already.
    const newer = deviceKeyIn(session);
    await world.aws.adminForgetDevice({ UserPoolId: setting.UserPoolId, Username: 'jane', DeviceKey: newer });
    const later = await signIn(world, page);
    assert.equal(later.asked, true);
    assert.notEqual(deviceKeyIn(later.session), newer);
    assert.equal((await signIn(world, open())).asked, false);
  });

  it('forgets its own device, whose session cannot be refreshed any more', async () => {
    const { open } = browserOf(world, await setUp(world, always));
    const user = open();
    const { session } = await signIn(world, user);
    assert.equal(await told<string>(callbacks => user.forgetDevice(callbacks)), 'SUCCESS');
    assert.deepEqual(await listed(user), []);
    await assert.rejects(
      promised(done => user.refreshSession(session.getRefreshToken(), done)),
      { name: 'NotAuthorizedException', message: 'Invalid Refresh Token' },
    );
    assert.equal((await signIn(world, open())).asked, true);
  });
});

const signedIn = async (user: CognitoUser): Promise<CognitoUser> => {
  await signIn(world, user);
  return user;
};

const through = (user: CognitoUser, flow: string): CognitoUser => {
  user.setAuthenticationFlowType(flow);
  return user;
};
