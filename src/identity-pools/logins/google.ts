/** Sign in with Google: an ID token for one of the configured client ids. */

import { verifyIdToken } from './id-token.ts';
import { loginOf, type VerifyLogin } from './login.ts';
import { audiencesOf } from './public-provider.ts';

const google = 'accounts.google.com';

export const googleLogin: VerifyLogin = async (call, name, token) => {
  const audiences = name === google ? audiencesOf(call.pool, google) : undefined;
  return audiences && loginOf(google, await verifyIdToken(call, google, token, audiences));
};
