/** `amazon-cognito-identity-js` with promises in place of its callbacks. */
import assert from 'node:assert/strict';
import { AuthenticationDetails, type CognitoUser, type CognitoUserSession } from 'amazon-cognito-identity-js';

/** One callback of Node's form, as a promise. */
export const promised = <T>(call: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => call((error, result) => (error ? reject(error) : resolve(result as T))));

type SignedIn = { session: CognitoUserSession } | { attributes: Record<string, string>; required: string[] };

export const authenticate = (user: CognitoUser, Username: string, Password: string): Promise<SignedIn> =>
  new Promise((resolve, reject) =>
    user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
      onSuccess: session => resolve({ session }),
      onFailure: reject,
      newPasswordRequired: (attributes, required) => resolve({ attributes, required }),
    }),
  );

/** SRP. */
export const signIn = async (user: CognitoUser, password: string): Promise<CognitoUserSession> => {
  const result = await authenticate(user, user.getUsername(), password);
  assert.ok('session' in result, 'a challenge came instead of tokens');
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
