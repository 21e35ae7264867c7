/** Facebook Login: an access token, about which Facebook says whose it is and for which application. */
import { notAnIdToken, unsupportedProvider } from '../../contract/identity-errors.ts';
import { loginOf, type VerifyLogin } from './login.ts';
import { askAbout, audiencesOf } from './public-provider.ts';

const facebook = 'graph.facebook.com';

export const facebookLogin: VerifyLogin = async (call, name, token) => {
  const audiences = name === facebook ? audiencesOf(call.pool, facebook) : undefined;
  if (audiences === undefined) return undefined;
  const parameter = `access_token=${encodeURIComponent(token)}`;
  const [app, me] = await Promise.all([
    askAbout(call, facebook, `/app?fields=id&${parameter}`),
    askAbout(call, facebook, `/me?fields=id&${parameter}`),
  ]);
  if (typeof app?.id !== 'string' || typeof me?.id !== 'string') throw notAnIdToken();
  // A token that another application was given would open its owner's identity here.
  if (!audiences.includes(app.id)) throw unsupportedProvider();
  const [subject, audience] = [me.id, app.id];
  return loginOf(facebook, { subject, audience, claims: { iss: facebook, aud: audience, sub: subject } });
};
