/** Devices through the SDK: confirmed, listed, remembered or not, forgotten; by their owners and by administrators. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeviceConfigurationType, DeviceType } from '@aws-sdk/client-cognito-identity-provider';
import { startWorld, type World } from '../../support/world.ts';
import { closeDevices, newSecret, signingIn, trackingPool } from './device-client.ts';

const noDevice = { name: 'ResourceNotFoundException', message: 'Device does not exist.' };
const untracked = {
  name: 'InvalidUserPoolConfigurationException',
  message: 'Device tracking is not enabled for this user pool.',
};
const invalid = (message: string) => ({ name: 'InvalidParameterException', message });
const invalidKey = invalid('Invalid device key given.');
const always: DeviceConfigurationType = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
const optIn: DeviceConfigurationType = { ...always, DeviceOnlyRememberedOnUserPrompt: true };

let world: World;
before(async () => {
  world = await startWorld();
});
after(async () => {
  await world.stop();
  await closeDevices();
});

const setUp = async (configuration?: DeviceConfigurationType) => {
  const { pool, client } = await trackingPool(world, configuration, { mfa: false });
  return { UserPoolId: pool, client, ...signingIn(world, client) };
};
const attributesOf = (device: DeviceType | undefined) =>
  device?.DeviceAttributes?.map(({ Name, Value }) => [Name, Value]);
const keysOf = ({ Devices }: { Devices?: DeviceType[] | undefined }) => Devices?.map(({ DeviceKey }) => DeviceKey);

describe('a device', () => {
  it('is shown to its owner and, with more, to administrators', async () => {
    const { UserPoolId, confirmed } = await setUp(always);
    const { device, AccessToken } = await confirmed('Jane’s phone');
    const DeviceKey = device.user;
    const { Device } = await world.browser.getDevice({ AccessToken, DeviceKey });
    const seen = [
      ['device_status', 'valid'],
      ['device_name', 'Jane’s phone'],
      ['last_ip_used', '127.0.0.1'],
    ];
    assert.deepEqual(attributesOf(Device), seen);
    assert.equal(Device?.DeviceKey, DeviceKey);
    assert.deepEqual(Device?.DeviceLastModifiedDate, Device?.DeviceCreateDate);
    assert.equal((Device?.DeviceLastAuthenticatedDate?.getTime() ?? 1) % 1000, 0);
    assert.deepEqual((await world.browser.listDevices({ AccessToken })).Devices, [Device]);

    const owner = `jane.${UserPoolId}`;
    const administered = await world.aws.adminGetDevice({ UserPoolId, Username: 'jane', DeviceKey });
    assert.deepEqual(attributesOf(administered.Device), [
      ['device_status', 'valid'],
      ['device_name', 'Jane’s phone'],
      ['dev:device_arn', `arn:aws:cognito-idp:us-east-1:000000000000:owner/${owner}/device/${DeviceKey}`],
      ['dev:device_owner', owner],
      ['last_ip_used', '127.0.0.1'],
      ['dev:device_remembered_status', 'remembered'],
      ['dev:device_sdk', 'aws-sdk-unknown-unknown'],
    ]);
    const { Devices } = await world.aws.adminListDevices({ UserPoolId, Username: 'jane' });
    assert.deepEqual(Devices, [administered.Device]);
  });

  it('is listed for its owner while it is remembered, for administrators always', async () => {
    const { UserPoolId, confirmed } = await setUp(optIn);
    const { device, AccessToken } = await confirmed();
    const DeviceKey = device.user;
    const lists = async () => [
      keysOf(await world.browser.listDevices({ AccessToken })),
      keysOf(await world.aws.adminListDevices({ UserPoolId, Username: 'jane' })),
    ];
    const status = async () => {
      const { Device } = await world.aws.adminGetDevice({ UserPoolId, Username: 'jane', DeviceKey });
      return Device?.DeviceAttributes?.find(({ Name }) => Name === 'dev:device_remembered_status')?.Value;
    };
    assert.deepEqual([await lists(), await status()], [[[], [DeviceKey]], 'not_remembered']);
    world.clock.advance(5000);
    await world.browser.updateDeviceStatus({ AccessToken, DeviceKey, DeviceRememberedStatus: 'remembered' });
    assert.deepEqual([await lists(), await status()], [[[DeviceKey], [DeviceKey]], 'remembered']);
    const { Device } = await world.browser.getDevice({ AccessToken, DeviceKey });
    const [created, modified] = [
      Device?.DeviceCreateDate?.getTime() ?? 0,
      Device?.DeviceLastModifiedDate?.getTime() ?? 0,
    ];
    assert.ok(modified >= created + 5000, 'the change has a date');
    await world.browser.updateDeviceStatus({ AccessToken, DeviceKey });
    assert.equal(await status(), 'remembered');
    const change = { UserPoolId, Username: 'jane', DeviceKey };
    await world.aws.adminUpdateDeviceStatus({ ...change, DeviceRememberedStatus: 'not_remembered' });
    assert.deepEqual([await lists(), await status()], [[[], [DeviceKey]], 'not_remembered']);
  });

  it('is confirmed by the sign-in that it was announced to, once', async () => {
    const { begin, confirmed } = await setUp(always);
    const { device, AccessToken } = await confirmed();
    const { AuthenticationResult } = await begin();
    const announced = AuthenticationResult?.NewDeviceMetadata;
    const { config } = await newSecret(announced);
    const confirm = (token: string | undefined, DeviceKey: string | undefined) =>
      world.browser.confirmDevice({ AccessToken: token, DeviceKey, DeviceSecretVerifierConfig: config });
    await assert.rejects(confirm(AccessToken, announced?.DeviceKey), invalidKey);
    await assert.rejects(confirm(AuthenticationResult?.AccessToken, 'us-east-1_0'), invalidKey);
    await assert.rejects(confirm(AuthenticationResult?.AccessToken, device.user), { name: 'DeviceKeyExistsException' });
    const own = () => confirm(AuthenticationResult?.AccessToken, announced?.DeviceKey);
    const outcomes = await Promise.allSettled([own(), own(), own()]);
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') assert.equal(outcome.reason.name, 'DeviceKeyExistsException');
    await assert.rejects(own(), { name: 'DeviceKeyExistsException' });
    assert.equal((await world.browser.listDevices({ AccessToken })).Devices?.length, 2);
  });

  it('once forgotten is not known any more, and not confirmed again by who still has its access token', async () => {
    const { UserPoolId, confirmed } = await setUp(always);
    const [{ device, AccessToken }, other] = [await confirmed(), await confirmed()];
    const DeviceKey = device.user;
    await world.browser.forgetDevice({ AccessToken: other.AccessToken, DeviceKey });
    const { config } = await newSecret({ DeviceKey, DeviceGroupKey: device.group });
    const unknown: (() => Promise<unknown>)[] = [
      () => world.browser.getDevice({ AccessToken, DeviceKey }),
      () => world.browser.forgetDevice({ AccessToken, DeviceKey }),
      () => world.browser.updateDeviceStatus({ AccessToken, DeviceKey, DeviceRememberedStatus: 'remembered' }),
      () => world.browser.updateDeviceStatus({ AccessToken, DeviceKey }),
      () => world.aws.adminGetDevice({ UserPoolId, Username: 'jane', DeviceKey }),
      () => world.aws.adminForgetDevice({ UserPoolId, Username: 'jane', DeviceKey }),
      () => world.aws.adminUpdateDeviceStatus({ UserPoolId, Username: 'jane', DeviceKey }),
    ];
    for (const act of unknown) await assert.rejects(act(), noDevice);
    const again = world.browser.confirmDevice({ AccessToken, DeviceKey, DeviceSecretVerifierConfig: config });
    await assert.rejects(again, invalidKey);
    await world.aws.adminForgetDevice({ UserPoolId, Username: 'jane', DeviceKey: other.device.user });
    assert.deepEqual((await world.browser.listDevices({ AccessToken })).Devices, []);
  });

  it('is nobody else’s', async () => {
    const { UserPoolId, client, confirmed } = await setUp(always);
    const { device } = await confirmed();
    await world.createUser(UserPoolId, 'john');
    const { AccessToken } = await world.signIn(client, 'john');
    const DeviceKey = device.user;
    await assert.rejects(world.browser.getDevice({ AccessToken, DeviceKey }), noDevice);
    await assert.rejects(world.browser.forgetDevice({ AccessToken, DeviceKey }), noDevice);
    await assert.rejects(world.browser.confirmDevice({ AccessToken, DeviceKey }), invalidKey);
    assert.deepEqual((await world.browser.listDevices({ AccessToken })).Devices, []);
  });

  it('goes with its user', async () => {
    const { UserPoolId, confirmed } = await setUp(always);
    await confirmed();
    await world.aws.adminDeleteUser({ UserPoolId, Username: 'jane' });
    const { db } = world.app.foundation.storage;
    const rows = await db.selectFrom('devices').selectAll().where('pool_id', '=', UserPoolId).execute();
    assert.deepEqual(rows, []);
  });

  it('has its secret sealed', async () => {
    const { UserPoolId, confirmed } = await setUp(always);
    const { device } = await confirmed();
    const { config } = await newSecret({ DeviceKey: device.user, DeviceGroupKey: device.group });
    const { db } = world.app.foundation.storage;
    const [row] = await db.selectFrom('devices').selectAll().where('pool_id', '=', UserPoolId).execute();
    assert.ok((row?.verifier?.length ?? 0) > config.PasswordVerifier.length);
    assert.doesNotMatch(row?.verifier ?? '', /salt|verifier|[{"]/);
  });
});

describe('lists of devices', () => {
  it('come in pages, the oldest first; a token of the one is not good for the other', async () => {
    const { UserPoolId, confirmed } = await setUp(always);
    const all: string[] = [];
    let AccessToken = '';
    for (let n = 0; n < 5; n++) {
      const { device, AccessToken: token } = await confirmed();
      AccessToken = token;
      all.push(device.user);
      world.clock.advance(10);
    }
    const lists = [
      (page: object) => world.browser.listDevices({ AccessToken, ...page }),
      (page: object) => world.aws.adminListDevices({ UserPoolId, Username: 'jane', ...page }),
    ];
    for (const list of lists) {
      const [first, rest] = [await list({ Limit: 2 }), await list({ Limit: 0 })];
      assert.deepEqual(keysOf(rest), all);
      assert.equal(rest.PaginationToken, undefined);
      const second = await list({ Limit: 3, PaginationToken: first.PaginationToken });
      assert.deepEqual([...(keysOf(first) ?? []), ...(keysOf(second) ?? [])], all);
      assert.equal(second.PaginationToken, undefined);
      const [other] = lists.filter(each => each !== list);
      await assert.rejects(async () => other?.({ PaginationToken: first.PaginationToken }), {
        name: 'InvalidParameterException',
        message: 'Invalid pagination token.',
      });
    }
  });
});

describe('what is refused', () => {
  const DeviceKey = 'us-east-1_0';

  it('everything, where the pool does not track devices', async () => {
    const { UserPoolId, client } = await setUp();
    const { AccessToken } = await world.signIn(client, 'jane');
    const administered = { UserPoolId, Username: 'jane', DeviceKey };
    const acts: (() => Promise<unknown>)[] = [
      () => world.browser.confirmDevice({ AccessToken, DeviceKey }),
      () => world.browser.getDevice({ AccessToken, DeviceKey }),
      () => world.browser.listDevices({ AccessToken }),
      () => world.browser.forgetDevice({ AccessToken, DeviceKey }),
      () => world.browser.updateDeviceStatus({ AccessToken, DeviceKey }),
      () => world.aws.adminGetDevice(administered),
      () => world.aws.adminListDevices(administered),
      () => world.aws.adminForgetDevice(administered),
      () => world.aws.adminUpdateDeviceStatus(administered),
    ];
    for (const act of acts) await assert.rejects(act(), untracked);
  });

  it('a user that nobody is, as each operation declares it, and a missing token', async () => {
    const { UserPoolId } = await setUp(always);
    const nobody = { UserPoolId, Username: 'nobody', DeviceKey };
    const userNotFound = (name: string) => ({ name, message: 'User does not exist.' });
    await assert.rejects(world.aws.adminGetDevice(nobody), userNotFound('ResourceNotFoundException'));
    await assert.rejects(world.aws.adminListDevices(nobody), userNotFound('ResourceNotFoundException'));
    await assert.rejects(world.aws.adminForgetDevice(nobody), userNotFound('UserNotFoundException'));
    await assert.rejects(world.aws.adminUpdateDeviceStatus(nobody), userNotFound('UserNotFoundException'));
    for (const act of [world.browser.getDevice({ DeviceKey }), world.browser.forgetDevice({ DeviceKey })])
      await assert.rejects(act, invalid('Missing required parameter AccessToken'));
  });

  it('an access token that is none, a key that looks like none, a reset password, a user who is gone', async () => {
    const { UserPoolId, client } = await setUp(always);
    const { AccessToken } = await world.signIn(client, 'jane');
    type Asked = { AccessToken: string; DeviceKey: string };
    const acts: ((asked: Asked) => Promise<unknown>)[] = [
      asked => world.browser.confirmDevice(asked),
      asked => world.browser.getDevice(asked),
      asked => world.browser.forgetDevice(asked),
      asked => world.browser.updateDeviceStatus(asked),
      asked => world.browser.listDevices(asked),
    ];
    const withKey = acts.slice(0, 4);
    const administered = [
      (key: string) => world.aws.adminGetDevice({ UserPoolId, Username: 'jane', DeviceKey: key }),
      (key: string) => world.aws.adminForgetDevice({ UserPoolId, Username: 'jane', DeviceKey: key }),
      (key: string) => world.aws.adminUpdateDeviceStatus({ UserPoolId, Username: 'jane', DeviceKey: key }),
    ];
    const all = async (name: string, some: typeof acts, asked: Asked) => {
      for (const act of some) await assert.rejects(act(asked), { name });
    };
    await all('NotAuthorizedException', acts, { AccessToken: 'x.y.z', DeviceKey });
    await all('InvalidParameterException', withKey, { AccessToken, DeviceKey: 'no key' });
    for (const act of administered) await assert.rejects(act('no key'), { name: 'InvalidParameterException' });

    const contact = [
      { Name: 'email', Value: 'jane@example.com' },
      { Name: 'email_verified', Value: 'true' },
    ];
    await world.aws.adminUpdateUserAttributes({ UserPoolId, Username: 'jane', UserAttributes: contact });
    await world.aws.adminResetUserPassword({ UserPoolId, Username: 'jane' });
    await all('PasswordResetRequiredException', acts, { AccessToken, DeviceKey });
    await world.aws.adminDeleteUser({ UserPoolId, Username: 'jane' });
    await all('UserNotFoundException', acts, { AccessToken, DeviceKey });
  });

  it('a verifier that is none, and after that the right one is taken', async () => {
    const { begin } = await setUp(always);
    const { AuthenticationResult } = await begin();
    const { AccessToken, NewDeviceMetadata } = AuthenticationResult ?? {};
    const { config } = await newSecret(NewDeviceMetadata);
    const confirm = (DeviceSecretVerifierConfig: { Salt?: string; PasswordVerifier?: string }) =>
      world.browser.confirmDevice({
        AccessToken,
        DeviceKey: NewDeviceMetadata?.DeviceKey,
        DeviceSecretVerifierConfig,
      });
    const noVerifier = invalid('Invalid device password verifier given.');
    await assert.rejects(confirm({ ...config, PasswordVerifier: 'AA==' }), noVerifier);
    await assert.rejects(confirm({ Salt: config.Salt }), noVerifier);
    await assert.rejects(confirm({ PasswordVerifier: config.PasswordVerifier }), invalid('Invalid device salt given.'));
    assert.equal((await confirm(config)).UserConfirmationNecessary, false);
  });
});
