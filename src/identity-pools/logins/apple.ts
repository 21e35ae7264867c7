/** Sign in with Apple: an ID token for one of the configured services or apps. */

import { verifyIdToken } from './id-token.ts';
import { loginOf, type VerifyLogin } from './login.ts';
import { audiencesOf } from './public-provider.ts';

const apple = 'appleid.apple.com';

export const appleLogin: VerifyLogin = async (call, name, token) => {
  const audiences = name === apple ? audiencesOf(call.pool, apple) : undefined;
  return audiences && loginOf(apple, await verifyIdToken(call, apple, token, audiences));
};
