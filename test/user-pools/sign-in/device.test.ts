/** Sign-in with a remembered device: in place of a second factor or besides it, and what nobody gets past. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeviceConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeDevices, newSecret, signingIn, trackingPool } from '../factors/device-client.ts';
import { claimsOf } from '../tokens/decode.ts';
import { closeSrp, srpProof, srpStart } from './srp.ts';

const noDevice = { name: 'ResourceNotFoundException', message: 'Device does not exist.' };
const incorrect = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
const invalidRefresh = { name: 'NotAuthorizedException', message: 'Invalid Refresh Token' };
const always: DeviceConfigurationType = { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false };
const optIn: DeviceConfigurationType = { ...always, DeviceOnlyRememberedOnUserPrompt: true };
const tracked: DeviceConfigurationType = {
  ChallengeRequiredOnNewDevice: false,
  DeviceOnlyRememberedOnUserPrompt: false,
};

const functionsFile = new URL('../triggers/functions/magic-word.mjs', import.meta.url).pathname;
const functions = ['define', 'create', 'verify'];

let world: World;
before(async () => {
  world = await startWorld({
    settings: { CENOTE_TRIGGERS: functions.map(name => `${name}=module:${functionsFile}#${name}`).join() },
  });
});
after(async () => {
  await world.stop();
  await closeSrp();
  await closeDevices();
});

const setUp = async (...[configuration, options]: [DeviceConfigurationType?, { mfa?: boolean }?]) => {
  const { pool, client } = await trackingPool(world, configuration, options);
  return { pool, client, ...signingIn(world, client) };
};

describe('a new device', () => {
  it('is announced where the pool tracks devices, and named in the access token, also after a refresh', async () => {
    const { client, confirmed } = await setUp(always, { mfa: false });
    const { device, AccessToken, RefreshToken } = await confirmed();
    assert.match(device.user, /^us-east-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    assert.match(device.group, /^-[A-Za-z0-9]{8}$/);
    assert.equal(claimsOf(AccessToken).device_key, device.user);
    const refreshed = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: RefreshToken, DEVICE_KEY: device.user },
    });
    assert.equal(claimsOf(refreshed.AuthenticationResult?.AccessToken ?? '').device_key, device.user);
    assert.equal(refreshed.AuthenticationResult?.NewDeviceMetadata, undefined);
  });

  it('is not, where it does not; a device key means nothing there', async () => {
    const { begin } = await setUp(undefined, { mfa: false });
    const { AuthenticationResult } = await begin('us-east-1_00000000-0000-0000-0000-000000000000');
    assert.equal(AuthenticationResult?.NewDeviceMetadata, undefined);
    assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? '').device_key, undefined);
  });

  it('is announced by administrators’ sign-ins and the SRP flow as well', async () => {
    const { pool, client } = await setUp(always, { mfa: false });
    const admin = await world.aws.adminInitiateAuth({
      UserPoolId: pool,
      ClientId: client,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
    });
    assert(admin.AuthenticationResult?.NewDeviceMetadata?.DeviceKey);
    const way = { aws: world.browser, client, pool, clock: world.clock, username: 'jane' };
    const proof = await srpProof(await srpStart(way), way);
    const srp = await world.browser.respondToAuthChallenge({
      ClientId: client,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: proof,
    });
    assert(srp.AuthenticationResult?.NewDeviceMetadata?.DeviceGroupKey);
  });
});

describe('a remembered device', () => {
  it('stands for the second factor, and is seen', async () => {
    const { pool, begin, confirmed, proveDevice } = await setUp(always);
    const { device, UserConfirmationNecessary } = await confirmed();
    assert.equal(UserConfirmationNecessary, false);
    const seen = async () => {
      const { Device } = await world.aws.adminGetDevice({ UserPoolId: pool, Username: 'jane', DeviceKey: device.user });
      return Device?.DeviceLastAuthenticatedDate?.getTime() ?? 0;
    };
    const before = await seen();
    world.clock.advance(60_000);
    const asked = await begin(device.user);
    assert.equal(asked.ChallengeName, 'DEVICE_SRP_AUTH');
    assert.deepEqual(asked.ChallengeParameters, { USERNAME: 'jane', DEVICE_KEY: device.user });
    assert(asked.Session);
    assert.equal(await seen(), before);
    const { AuthenticationResult } = await proveDevice(asked, device);
    assert.equal(AuthenticationResult?.NewDeviceMetadata, undefined);
    assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? '').device_key, device.user);
    assert.ok((await seen()) >= before + 59_000, 'the sign-in was not noted');
  });

  it('is asked through two legs, each good once', async () => {
    const { begin, confirmed, prove, proof, respond } = await setUp(always);
    const { device } = await confirmed();
    const asked = await begin(device.user);
    const first = await prove(asked, device);
    assert.equal(first.question.ChallengeName, 'DEVICE_PASSWORD_VERIFIER');
    assert.equal(first.question.Session, undefined);
    const { SALT, SRP_B, SECRET_BLOCK, ...rest } = first.question.ChallengeParameters ?? {};
    assert.deepEqual(rest, { USERNAME: 'jane', DEVICE_KEY: device.user });
    assert.match(SALT ?? '', /^([0-9a-f]{2}){1,16}$/);
    assert.match(SRP_B ?? '', /^[0-9a-f]{768}$/);
    assert.match(SECRET_BLOCK ?? '', /^[A-Za-z0-9+/]+={0,2}$/);
    const used = {
      name: 'NotAuthorizedException',
      message: 'Invalid session for the user, session can only be used once.',
    };
    await assert.rejects(prove(asked, device), used);
    const answers = await proof(first, device);
    assert((await respond('DEVICE_PASSWORD_VERIFIER', answers)).AuthenticationResult);
    await assert.rejects(respond('DEVICE_PASSWORD_VERIFIER', answers), used);
  });

  it('proves itself where no second factor is asked for, and is not asked after one that it does not stand for', async () => {
    const without = await setUp(always, { mfa: false });
    const one = await without.confirmed();
    const first = await without.begin(one.device.user);
    assert.equal(first.ChallengeName, 'DEVICE_SRP_AUTH');
    assert((await without.proveDevice(first, one.device)).AuthenticationResult);

    const besides = await setUp(tracked);
    const two = await besides.confirmed();
    const asked = await besides.begin(two.device.user);
    assert.equal(asked.ChallengeName, 'SMS_MFA');
    assert((await besides.code(asked)).AuthenticationResult);
  });

  it('proves itself whatever its salt begins with, which comes without the zeros that clients disagree on', async () => {
    const { begin, confirmed, prove, proof, respond } = await setUp(always, { mfa: false });
    for (const [given, SALT] of [
      ['7fa1', '7fa1'],
      ['80a1', '80a1'],
      ['0080a1', '80a1'],
      ['00000001', '01'],
      ['0000', '00'],
    ]) {
      const { device } = await confirmed('salt', Buffer.from(given ?? '', 'hex'));
      const leg = await prove(await begin(device.user), device);
      assert.equal(leg.question.ChallengeParameters?.SALT, SALT);
      assert((await respond('DEVICE_PASSWORD_VERIFIER', await proof(leg, device))).AuthenticationResult);
    }
  });

  it('may be named with the SRP proof or with the code', async () => {
    const { pool, client, begin, code, confirmed, respond } = await setUp(always);
    const { device } = await confirmed();
    const way = { aws: world.browser, client, pool, clock: world.clock, username: 'jane' };
    const proof = await srpProof(await srpStart(way), way);
    const asked = await respond('PASSWORD_VERIFIER', { ...proof, DEVICE_KEY: device.user });
    assert.equal(asked.ChallengeName, 'DEVICE_SRP_AUTH');
    const { AuthenticationResult, ChallengeName } = await code(await begin(), device.user);
    assert.equal(ChallengeName, 'DEVICE_SRP_AUTH');
    assert.equal(AuthenticationResult, undefined);
  });

  it('is asked last in custom authentication, when the function has said enough', async () => {
    const { pool, client, confirmed, proveDevice, respond } = await setUp(always, { mfa: false });
    const { device } = await confirmed();
    const [DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse] = functions.map(
      name => `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
    );
    await world.aws.updateUserPool({
      UserPoolId: pool,
      DeviceConfiguration: always,
      LambdaConfig: { DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse },
    });
    await world.aws.updateUserPoolClient({
      UserPoolId: pool,
      ClientId: client,
      ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'],
    });
    const asked = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'CUSTOM_AUTH',
      AuthParameters: { USERNAME: 'jane', DEVICE_KEY: device.user },
    });
    assert.equal(asked.ChallengeName, 'CUSTOM_CHALLENGE');
    const next = await respond('CUSTOM_CHALLENGE', { ANSWER: 'magic-jane' }, asked.Session);
    assert.equal(next.ChallengeName, 'DEVICE_SRP_AUTH');
    const { AuthenticationResult } = await proveDevice(next, device);
    assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? '').device_key, device.user);
  });

  it('does not pass with a wrong secret, another device’s proof or a changed answer', async () => {
    const { begin, confirmed, prove, proof, respond } = await setUp(always);
    const [{ device }, { device: other }] = [await confirmed(), await confirmed()];
    const answer = (answers: Record<string, string>) => respond('DEVICE_PASSWORD_VERIFIER', answers);
    const leg = await prove(await begin(device.user), device);
    await assert.rejects(proof(leg, { ...device, password: 'wrong' }).then(answer), incorrect);
    await assert.rejects(proof(leg, other).then(answer), incorrect);
    await assert.rejects(proof(leg, { ...device, user: other.user }).then(answer), incorrect);
    const right = await proof(leg, device);
    await assert.rejects(answer({ ...right, TIMESTAMP: 'Tue Sep 5 07:01:09 UTC 2000' }), incorrect);
    const { DEVICE_KEY: _, ...nameless } = right;
    await assert.rejects(answer(nameless), { message: 'Missing required parameter DEVICE_KEY' });
    await assert.rejects(respond('PASSWORD_VERIFIER', right), {
      name: 'NotAuthorizedException',
      message: 'Invalid session for the user.',
    });
    assert((await answer(right)).AuthenticationResult);
  });

  it('is locked out for a while after wrong proofs', async () => {
    const { begin, confirmed, proveDevice } = await setUp(always);
    const { device } = await confirmed();
    const wrong = { ...device, password: 'wrong' };
    for (let n = 0; n < 5; n++)
      await assert.rejects(
        begin(device.user).then(asked => proveDevice(asked, wrong)),
        incorrect,
      );
    const locked = { name: 'NotAuthorizedException', message: 'Password attempts exceeded' };
    await assert.rejects(
      begin(device.user).then(asked => proveDevice(asked, device)),
      locked,
    );
    world.clock.advance(1001);
    assert((await proveDevice(await begin(device.user), device)).AuthenticationResult);
  });

  it('is refused when the first leg lacks what SRP needs', async () => {
    const { begin, confirmed, respond } = await setUp(always);
    const { device } = await confirmed();
    const { Session } = await begin(device.user);
    const first = (answers: Record<string, string>) => respond('DEVICE_SRP_AUTH', answers, Session);
    await assert.rejects(first({ SRP_A: 'abcd' }), { message: 'Missing required parameter DEVICE_KEY' });
    await assert.rejects(first({ DEVICE_KEY: device.user }), { message: 'Missing required parameter SRP_A' });
    await assert.rejects(first({ DEVICE_KEY: 'us-east-1_0', SRP_A: 'abcd' }), noDevice);
  });
});

describe('a device that is not remembered', () => {
  it('is announced once and then asked for the code, until the person says so', async () => {
    const { begin, code, confirmed, prove, proof, proveDevice, respond } = await setUp(optIn);
    const { device, AccessToken, UserConfirmationNecessary } = await confirmed();
    assert.equal(UserConfirmationNecessary, true);
    const asked = await begin(device.user);
    assert.equal(asked.ChallengeName, 'SMS_MFA');
    const { AuthenticationResult } = await code(asked);
    assert.equal(AuthenticationResult?.NewDeviceMetadata, undefined);
    assert.equal(claimsOf(AuthenticationResult?.AccessToken ?? '').device_key, device.user);

    const status = (DeviceRememberedStatus: 'remembered' | 'not_remembered') =>
      world.browser.updateDeviceStatus({ AccessToken, DeviceKey: device.user, DeviceRememberedStatus });
    await status('remembered');
    assert((await proveDevice(await begin(device.user), device)).AuthenticationResult);

    // Taken back while the device is proving itself: the proof is of no use.
    const leg = await prove(await begin(device.user), device);
    await status('not_remembered');
    const { ChallengeName } = await respond('DEVICE_PASSWORD_VERIFIER', await proof(leg, device));
    assert.equal(ChallengeName, 'SMS_MFA');
  });

  it('with a key that nobody knows, or of somebody else, is told so once the password is right, and only then', async () => {
    const { pool, client, begin, code, confirmed } = await setUp(always);
    await world.createUser(pool, 'john');
    const { device } = await confirmed();
    const signIn = (USERNAME: string, DEVICE_KEY: string, PASSWORD = goodPassword) =>
      world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD, DEVICE_KEY },
      });
    await assert.rejects(signIn('jane', 'us-east-1_0'), noDevice);
    await assert.rejects(signIn('jane', 'x'.repeat(5000)), noDevice);
    await assert.rejects(signIn('john', device.user), noDevice);
    await assert.rejects(signIn('jane', 'us-east-1_0', 'Wrong-Horse-7'), incorrect);
    // With a code, too, which is not used up by it.
    const asked = await begin();
    await assert.rejects(code(asked, 'us-east-1_0'), noDevice);
    assert((await code(asked)).AuthenticationResult?.NewDeviceMetadata);
  });

  it('lets the same SRP proof be sent again without the key', async () => {
    const { pool, client, respond } = await setUp(always, { mfa: false });
    const way = { aws: world.browser, client, pool, clock: world.clock, username: 'jane' };
    const proof = await srpProof(await srpStart(way), way);
    await assert.rejects(respond('PASSWORD_VERIFIER', { ...proof, DEVICE_KEY: 'us-east-1_0' }), noDevice);
    assert((await respond('PASSWORD_VERIFIER', proof)).AuthenticationResult?.NewDeviceMetadata);
  });

  it('is forgotten also when the key came with the first step of SRP', async () => {
    const { client, respond, pool } = await setUp(always, { mfa: false });
    const more = { DEVICE_KEY: 'us-east-1_0' };
    const way = { aws: world.browser, client, pool, clock: world.clock, username: 'jane', more };
    const proof = await srpProof(await srpStart(way), way);
    assert((await respond('PASSWORD_VERIFIER', proof)).AuthenticationResult?.NewDeviceMetadata);
  });
});

describe('a session of a device', () => {
  it('goes on with that device only, while it is confirmed', async () => {
    const { pool, client, begin, confirmed } = await setUp(always, { mfa: false });
    const { device, RefreshToken } = await confirmed();
    const { device: other } = await confirmed();
    const refresh = (token: string, deviceKey?: string) =>
      world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: token, ...(deviceKey === undefined ? {} : { DEVICE_KEY: deviceKey }) },
      });
    for (const key of [undefined, other.user, 'us-east-1_0'])
      await assert.rejects(refresh(RefreshToken, key), invalidRefresh);
    assert((await refresh(RefreshToken, device.user)).AuthenticationResult);

    const { AuthenticationResult } = await begin();
    const announced = AuthenticationResult?.NewDeviceMetadata?.DeviceKey;
    await assert.rejects(refresh(AuthenticationResult?.RefreshToken ?? '', announced), invalidRefresh);

    await world.aws.updateUserPoolClient({
      UserPoolId: pool,
      ClientId: client,
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 60 },
    });
    const renew = (DeviceKey?: string) =>
      world.browser.getTokensFromRefreshToken({ ClientId: client, RefreshToken, DeviceKey });
    await assert.rejects(renew(), invalidRefresh);
    await assert.rejects(renew(other.user), invalidRefresh);
    const tokens = (await renew(device.user)).AuthenticationResult;
    assert.equal(tokens?.NewDeviceMetadata, undefined);
    await Promise.all([renew(device.user), renew(device.user)]);

    await world.aws.adminForgetDevice({ UserPoolId: pool, Username: 'jane', DeviceKey: device.user });
    await assert.rejects(
      world.browser.getTokensFromRefreshToken({
        ClientId: client,
        RefreshToken: tokens?.RefreshToken,
        DeviceKey: device.user,
      }),
      invalidRefresh,
    );
  });

  it('is bound to none when the pool began to track devices later, or has stopped', async () => {
    const { pool, client, begin, confirmed } = await setUp(undefined, { mfa: false });
    const { RefreshToken = '' } = (await begin()).AuthenticationResult ?? {};
    await world.aws.updateUserPool({ UserPoolId: pool, DeviceConfiguration: always });
    const refresh = (token: string) =>
      world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: token },
      });
    assert((await refresh(RefreshToken)).AuthenticationResult);
    const { RefreshToken: bound } = await confirmed();
    await assert.rejects(refresh(bound), invalidRefresh);
    await world.aws.updateUserPool({ UserPoolId: pool });
    assert((await refresh(bound)).AuthenticationResult);
  });
});

describe('a device without a secret', () => {
  it('is known, but never asked to prove itself', async () => {
    const { begin, code } = await setUp(always);
    const { AuthenticationResult } = await code(await begin());
    const DeviceKey = AuthenticationResult?.NewDeviceMetadata?.DeviceKey;
    await world.browser.confirmDevice({ AccessToken: AuthenticationResult?.AccessToken, DeviceKey });
    assert.equal((await begin(DeviceKey)).ChallengeName, 'SMS_MFA');
    await assert.rejects(
      newSecret(AuthenticationResult?.NewDeviceMetadata).then(({ config }) =>
        world.browser.confirmDevice({
          AccessToken: AuthenticationResult?.AccessToken,
          DeviceKey,
          DeviceSecretVerifierConfig: config,
        }),
      ),
      { name: 'DeviceKeyExistsException' },
    );
  });
});
