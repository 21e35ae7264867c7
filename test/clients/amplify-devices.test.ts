/** Amplify: devices, which it confirms by itself and which then stand for a second factor. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  confirmSignIn,
  fetchAuthSession,
  fetchDevices,
  forgetDevice,
  rememberDevice,
  signIn,
  signOut,
} from 'aws-amplify/auth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { type Device, openPage } from './amplify.ts';

const phone = '+15550001234';
/** Without the client's own large powers. */
const byPassword = { authFlowType: 'USER_PASSWORD_AUTH' } as const;
const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };
const asksForCode = 'CONFIRM_SIGN_IN_WITH_SMS_CODE';

describe('Amplify on a device', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  /** Text messages are demanded of everybody, but from devices that are remembered. */
  const setUp = async (DeviceOnlyRememberedOnUserPrompt: boolean, more: object = {}) => {
    const pool = await world.createPool({
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt },
      SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' },
      MfaConfiguration: 'ON',
      ...more,
    });
    const client = await world.createClient(pool);
    return { pool, client };
  };
  const begin = async (username = 'jane', options: Parameters<typeof signIn>[0]['options'] = {}) =>
    (await signIn({ username, password: goodPassword, options })).nextStep.signInStep;
  const enterCode = async () => confirmSignIn({ challengeResponse: await world.codeTo(phone) });
  const refreshes = async () => (await fetchAuthSession({ forceRefresh: true })).tokens !== undefined;

  it('is remembered after its first sign-in, until it is forgotten', async () => {
    const app = await setUp(false);
    await world.createUser(app.pool, 'jane', goodPassword, { phone_number: phone });
    const device = openPage(world, app);
    assert.equal(await begin(), asksForCode);
    assert.deepEqual(await enterCode(), done);
    const [found, ...others] = await fetchDevices();
    assert.deepEqual(others, []);
    assert.match(found?.id ?? '', /^us-east-1_[0-9a-f-]{36}$/);
    assert.match(found?.name ?? '', /^Node\.js\//);
    assert.equal(found?.attributes?.device_status, 'valid');
    assert.ok(Math.abs((found?.createDate?.getTime() ?? 0) - world.clock.now()) < 60_000);
    assert.ok(await refreshes(), 'with the key of the device');

    for (const authFlowType of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const) {
      await signOut();
      assert.equal(await begin('jane', { authFlowType }), 'DONE', authFlowType);
      const { tokens } = await fetchAuthSession();
      assert.equal(tokens?.accessToken.payload.device_key, found?.id);
      assert.ok(await refreshes());
    }
    // Another one has to enter a code.
    openPage(world, app);
    assert.equal(await begin('jane', byPassword), asksForCode);
    assert.deepEqual(await enterCode(), done);
    assert.equal((await fetchDevices()).length, 2);

    openPage(world, app, device);
    await forgetDevice();
    await signOut();
    assert.equal(await begin('jane', byPassword), asksForCode);
  });

  it('is forgotten elsewhere, and begins anew by itself', async () => {
    const app = await setUp(false);
    await world.createUser(app.pool, 'jane', goodPassword, { phone_number: phone });
    const known = async (device: Device) => {
      openPage(world, app, device);
      await begin('jane', byPassword);
      await enterCode();
      const DeviceKey = (await fetchAuthSession()).tokens?.accessToken.payload.device_key as string;
      await signOut();
      return DeviceKey;
    };
    for (const authFlowType of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] as const) {
      const device = openPage(world, app);
      const DeviceKey = await known(device);
      await world.aws.adminForgetDevice({ UserPoolId: app.pool, Username: 'jane', DeviceKey });
      assert.equal(await begin('jane', { authFlowType }), asksForCode, authFlowType);
      assert.deepEqual(await enterCode(), done);
      assert.notEqual((await fetchAuthSession()).tokens?.accessToken.payload.device_key, DeviceKey);
    }
  });

  it('is remembered when the person says so', async () => {
    const app = await setUp(true);
    await world.createUser(app.pool, 'jane', goodPassword, { phone_number: phone });
    openPage(world, app);
    for (const round of [1, 2]) {
      assert.equal(await begin('jane', byPassword), asksForCode, `round ${round}`);
      await enterCode();
      if (round === 2) await rememberDevice();
      await signOut();
    }
    assert.equal(await begin('jane', byPassword), 'DONE');
    assert.equal((await fetchDevices()).length, 1);
  });

  it('belongs to the person, however they are called', async () => {
    const app = await setUp(false, { UsernameAttributes: ['email'] });
    await world.createUser(app.pool, 'jane@example.com', goodPassword, { phone_number: phone });
    openPage(world, app);
    assert.equal(await begin('jane@example.com'), asksForCode);
    assert.deepEqual(await enterCode(), done);
    await signOut();
    assert.equal(await begin('jane@example.com'), 'DONE');
    assert.ok(await refreshes());
  });
});
