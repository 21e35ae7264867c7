/** `amazon-cognito-identity-js` with promises in place of its callbacks. */
import assert from 'node:assert/strict';
import {
  AuthenticationDetails,
  type CognitoUser,
  type CognitoUserSession,
  type IAuthenticationCallback,
} from 'amazon-cognito-identity-js';

/** One callback of Node's form, as a promise. */
export const promised = <T>(call: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result as T))));

/** An object of two callbacks, as a promise. */
export const settled = <T>(
  call: (done: { onSuccess: (result: T) => void; onFailure: (error: unknown) => void }) => void,
) => new Promise<T>((onSuccess, onFailure) => call({ onSuccess, onFailure }));

/** Which of its callbacks the library has called, and with what. */
export type Step =
  | { step: 'done'; session: CognitoUserSession; confirmsDevice?: boolean }
  | { step: 'newPasswordRequired'; attributes: Record<string, string>; required: string[] }
  | {
      step: 'mfaRequired' | 'totpRequired' | 'mfaSetup' | 'selectMFAType' | 'customChallenge';
      parameters: Record<string, string>;
    };

/** One step of a sign-in. */
export const stepOf = (call: (callbacks: IAuthenticationCallback) => void): Promise<Step> =>
  new Promise((resolve, reject) => {
    const asks = (step: 'mfaRequired' | 'totpRequired' | 'mfaSetup' | 'selectMFAType') => ({
      [step]: (_name: string, parameters: Record<string, string>) => resolve({ step, parameters }),
    });
    call({
      onSuccess: (session, confirmsDevice) => resolve({ step: 'done', session, confirmsDevice }),
      onFailure: reject,
      newPasswordRequired: (attributes, required) => resolve({ step: 'newPasswordRequired', attributes, required }),
      customChallenge: parameters => resolve({ step: 'customChallenge', parameters }),
      ...asks('mfaRequired'),
      ...asks('totpRequired'),
      ...asks('mfaSetup'),
      ...asks('selectMFAType'),
    });
  });

export const authenticate = (user: CognitoUser, Username: string, Password: string): Promise<Step> =>
  stepOf(callbacks => user.authenticateUser(new AuthenticationDetails({ Username, Password }), callbacks));

/** SRP. */
export const signIn = async (user: CognitoUser, password: string): Promise<CognitoUserSession> => {
  const result = await authenticate(user, user.getUsername(), password);
  assert.ok(result.step === 'done', 'a challenge came instead of tokens');
  return result.session;
};

/** Stands for a browser's storage, where the library keeps its tokens: one for each device. */
export const memoryStorage = () => {
  const items = new Map<string, string>();
  return {
    setItem: (key: string, value: string) => void items.set(key, value),
    getItem: (key: string) => items.get(key) ?? null,
    removeItem: (key: string) => void items.delete(key),
    clear: () => items.clear(),
  };
};
