/** `amazon-cognito-identity-js` in browsers that are remembered as devices, with promises in place of its callbacks. */
import type { DeviceConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AuthenticationDetails,
  CognitoUser,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js';
import { goodPassword, type World } from '../support/world.ts';
import { memoryStorage } from './identity-js.ts';

const phone = '+15550001234';
export const always: DeviceConfigurationType = {
  ChallengeRequiredOnNewDevice: true,
  DeviceOnlyRememberedOnUserPrompt: false,
};
export const optIn: DeviceConfigurationType = { ...always, DeviceOnlyRememberedOnUserPrompt: true };

/** A pool with MFA by text message, and jane in it. */
export const setUp = async (world: World, DeviceConfiguration: DeviceConfigurationType, { mfa = true } = {}) => {
  const UserPoolId = await world.createPool({ DeviceConfiguration });
  const SmsConfiguration = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };
  if (mfa)
    await world.aws.setUserPoolMfaConfig({
      UserPoolId,
      MfaConfiguration: 'ON',
      SmsMfaConfiguration: { SmsConfiguration },
    });
  const ClientId = await world.createClient(UserPoolId);
  await world.createUser(UserPoolId, 'jane', goodPassword, { phone_number: phone, phone_number_verified: 'true' });
  return { UserPoolId, ClientId };
};

/** A browser: what it keeps outlives the page. */
export const browserOf = (world: World, { UserPoolId, ClientId }: { UserPoolId: string; ClientId: string }) => {
  const Storage = memoryStorage();
  /** Opens the page anew. */
  const open = () =>
    new CognitoUser({
      Username: 'jane',
      Pool: new CognitoUserPool({ UserPoolId, ClientId, endpoint: world.url, Storage }),
      Storage,
    });
  return { open };
};

type SignedIn = { session: CognitoUserSession; asked: boolean; prompts: boolean };

/** SRP or the plain password, and the code if one is asked for. */
export const signIn = (world: World, user: CognitoUser): Promise<SignedIn> =>
  new Promise((resolve, reject) => {
    let asked = false;
    const callbacks = {
      onSuccess: (session: CognitoUserSession, prompts = false) => resolve({ session, asked, prompts }),
      onFailure: reject,
      mfaRequired: async () => {
        asked = true;
        user.sendMFACode(await world.codeTo(phone), callbacks, 'SMS_MFA');
      },
    };
    user.authenticateUser(new AuthenticationDetails({ Username: 'jane', Password: goodPassword }), callbacks);
  });

type Callbacks<T> = { onSuccess(result: T): void; onFailure(error: Error): void };
export const told = <T>(call: (callbacks: Callbacks<T>) => void): Promise<T> =>
  new Promise((onSuccess, onFailure) => call({ onSuccess, onFailure }));

type Shown = { DeviceKey: string; DeviceAttributes: { Name: string; Value: string }[] };
export const listed = async (user: CognitoUser): Promise<Shown[]> =>
  (await told<{ Devices: Shown[] }>(callbacks => user.listDevices(60, null, callbacks as never))).Devices;

export const deviceKeyIn = (session: CognitoUserSession) => session.getAccessToken().payload.device_key;
