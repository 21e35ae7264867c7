/** The client's side of a device, for tests that look between the steps: its secret, and how it proves it. */
import { randomBytes } from 'node:crypto';
import type {
  CognitoIdentityProvider,
  DeviceConfigurationType,
  InitiateAuthCommandOutput,
  NewDeviceMetadataType,
  RespondToAuthChallengeCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import { createModPow } from '../../../src/lib/mod-pow.ts';
import { claimSignature, passwordExponent } from '../../../src/lib/srp.ts';
import { clientKey, startClient } from '../../../src/lib/srp-client.ts';
import { formatTimestamp } from '../../../src/lib/srp-timestamp.ts';
import { goodPassword, type World } from '../../support/world.ts';

const modPow = createModPow({ threads: 1 });

/** Lets go of the threads; call after the suite. */
export const closeDevices = (): Promise<void> => modPow.close();

export type Device = { group: string; user: string; password: string };

/** A secret for the device that was announced, and what ConfirmDevice is to be told of it. */
export const newSecret = async (announced: NewDeviceMetadataType | undefined, salt = randomBytes(16)) => {
  const { DeviceGroupKey: group = '', DeviceKey: user = '' } = announced ?? {};
  const device: Device = { group, user, password: randomBytes(40).toString('base64') };
  const verifier = await modPow.verifier(passwordExponent(device, salt.toString('hex')));
  return { device, config: { Salt: salt.toString('base64'), PasswordVerifier: verifier.toString('base64') } };
};

type Question = InitiateAuthCommandOutput | RespondToAuthChallengeCommandOutput;

/** A pool that tracks devices, with a client and the user jane, who may be asked for codes by text message. */
export const trackingPool = async (
  world: World,
  DeviceConfiguration?: DeviceConfigurationType,
  { mfa = true } = {},
) => {
  const pool = await world.createPool(DeviceConfiguration && { DeviceConfiguration });
  const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
  if (mfa)
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: pool,
      MfaConfiguration: 'ON',
      SmsMfaConfiguration: { SmsConfiguration },
    });
  const client = await world.createClient(pool);
  await world.createUser(pool, 'jane', goodPassword, { phone_number: phone, phone_number_verified: 'true' });
  return { pool, client };
};
export const phone = '+15550001234';

/** The steps of jane's sign-ins through one client. */
export const signingIn = ({ browser, clock, codeTo }: World, ClientId: string) => {
  const named = (deviceKey: string | undefined): Record<string, string> =>
    deviceKey === undefined ? {} : { DEVICE_KEY: deviceKey };
  const respond = (
    ChallengeName: Parameters<CognitoIdentityProvider['respondToAuthChallenge']>[0]['ChallengeName'],
    answers: Record<string, string>,
    Session?: string,
  ) =>
    browser.respondToAuthChallenge({
      ClientId,
      ChallengeName,
      Session,
      ChallengeResponses: { USERNAME: 'jane', ...answers },
    });

  const begin = (deviceKey?: string) =>
    browser.initiateAuth({
      ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword, ...named(deviceKey) },
    });
  /** Answers SMS_MFA. */
  const code = async (asked: Question, deviceKey?: string) =>
    respond('SMS_MFA', { SMS_MFA_CODE: await codeTo(phone), ...named(deviceKey) }, asked.Session);

  /** The first leg of the device's proof. */
  const prove = async (asked: Question, { user }: Device) => {
    const { a, A } = await startClient(modPow);
    const question = await respond('DEVICE_SRP_AUTH', { DEVICE_KEY: user, SRP_A: A }, asked.Session);
    return { a, A, question };
  };
  /** The answer to DEVICE_PASSWORD_VERIFIER. */
  const proof = async ({ a, A, question }: Awaited<ReturnType<typeof prove>>, device: Device) => {
    const { SALT = '', SRP_B = '', SECRET_BLOCK = '' } = question.ChallengeParameters ?? {};
    const key = await clientKey(modPow, device, { salt: SALT, a, A, B: SRP_B });
    const timestamp = formatTimestamp(clock.now());
    const secretBlock = Buffer.from(SECRET_BLOCK, 'base64');
    return {
      DEVICE_KEY: device.user,
      PASSWORD_CLAIM_SECRET_BLOCK: SECRET_BLOCK,
      PASSWORD_CLAIM_SIGNATURE: claimSignature(key, { ...device, secretBlock, timestamp }).toString('base64'),
      TIMESTAMP: timestamp,
    };
  };
  /** Both legs of the device's proof. */
  const proveDevice = async (asked: Question, device: Device) =>
    respond('DEVICE_PASSWORD_VERIFIER', await proof(await prove(asked, device), device));

  /** Signs in on a new device, with a code where one is asked for, and confirms it. */
  const confirmed = async (DeviceName?: string, salt?: Buffer<ArrayBuffer>) => {
    const asked = await begin();
    const { AuthenticationResult } = asked.ChallengeName === 'SMS_MFA' ? await code(asked) : asked;
    const { device, config } = await newSecret(AuthenticationResult?.NewDeviceMetadata, salt);
    const { AccessToken = '', RefreshToken = '' } = AuthenticationResult ?? {};
    const { UserConfirmationNecessary } = await browser.confirmDevice({
      AccessToken,
      DeviceKey: device.user,
      DeviceName,
      DeviceSecretVerifierConfig: config,
    });
    return { device, AccessToken, RefreshToken, UserConfirmationNecessary };
  };
  return { respond, begin, code, prove, proof, proveDevice, confirmed };
};
