/** Verifies every login of a request, each by the kind of its provider. */
import { unsupportedProvider } from '../../contract/identity-errors.ts';
import type { IdentityPoolCall } from '../call.ts';
import { amazonLogin } from './amazon.ts';
import { appleLogin } from './apple.ts';
import { facebookLogin } from './facebook.ts';
import { googleLogin } from './google.ts';
import type { VerifiedLogin, VerifyLogin } from './login.ts';
import { oidcLogin } from './oidc.ts';
import { ownTokenLogin } from './own-token.ts';
import { samlLogin } from './saml.ts';
import { userPoolLogin } from './user-pool.ts';

/** Each knows its providers by their names. */
const kinds: VerifyLogin[] = [
  userPoolLogin,
  ownTokenLogin,
  googleLogin,
  appleLogin,
  facebookLogin,
  amazonLogin,
  oidcLogin,
  samlLogin,
];

const verifyLogin = async (call: IdentityPoolCall, name: string, token: string): Promise<VerifiedLogin> => {
  for (const verify of kinds) {
    const login = await verify(call, name, token);
    if (login !== undefined) return login;
  }
  throw unsupportedProvider();
};

/**
 * All of them must be valid. The same person under two names of one provider counts once.
 * @throws NotAuthorizedException, ExternalServiceException: what is wrong with the first that is not
 */
export const verifyLogins = async (
  call: IdentityPoolCall,
  logins: Readonly<Record<string, string>> = {},
): Promise<VerifiedLogin[]> => {
  const verified = await Promise.all(Object.entries(logins).map(([name, token]) => verifyLogin(call, name, token)));
  const same = (a: VerifiedLogin, b: VerifiedLogin) => a.provider === b.provider && a.subject === b.subject;
  return verified.filter((login, index) => verified.findIndex(each => same(each, login)) === index);
};
