/** Login with Amazon: an access token, about which Amazon says whose it is and for which application. */
import { loginExpired, notAnIdToken, unsupportedProvider } from '../../contract/identity-errors.ts';
import { loginOf, type VerifyLogin } from './login.ts';
import { askAbout, audiencesOf } from './public-provider.ts';

const amazon = 'www.amazon.com';
/** What answers about tokens is at another host. */
const api = 'api.amazon.com';

export const amazonLogin: VerifyLogin = async (call, name, token) => {
  const audiences = name === amazon ? audiencesOf(call.pool, amazon) : undefined;
  if (audiences === undefined) return undefined;
  const said = await askAbout(call, api, `/auth/o2/tokeninfo?access_token=${encodeURIComponent(token)}`);
  const { iss, user_id: subject, app_id, aud, exp } = said ?? {};
  if (iss !== 'https://www.amazon.com' || typeof subject !== 'string' || typeof exp !== 'number') throw notAnIdToken();
  const now = Math.floor(call.clock.now() / 1000);
  // Documented as epoch seconds, and answered as the seconds that are left.
  if (exp > 1_000_000_000 ? now >= exp : exp <= 0) throw loginExpired(now, exp);
  const audience = [app_id, aud].find(id => typeof id === 'string' && audiences.includes(id));
  if (typeof audience !== 'string') throw unsupportedProvider();
  return loginOf(amazon, { subject, audience, claims: { iss: amazon, aud: audience, sub: subject } });
};
