/** Login with a token of GetOpenIdTokenForDeveloperIdentity: it proves a user of the developer's own, who has been linked before. */
import {
  loginExpired,
  loginIssuerMismatch,
  notAnIdToken,
  unsupportedProvider,
} from '../../contract/identity-errors.ts';
import { readToken, tagsIn } from '../token.ts';
import type { VerifyLogin } from './login.ts';
import { ownProvider } from './provider-names.ts';

/** What the pool's token says in `amr` of a user of the developer's own. */
export const developerAmr = (provider: string, poolId: string, user: string): [string, string] => [
  provider,
  `${provider}:${poolId}:${user}`,
];

export const ownTokenLogin: VerifyLogin = async (call, name, token) => {
  const { config, id } = call.pool;
  const provider = config.DeveloperProviderName;
  if (name !== ownProvider || provider === undefined) return undefined;
  const claims = await readToken(call, token);
  if (claims === undefined) throw token.split('.').length === 3 ? loginIssuerMismatch() : notAnIdToken();
  if (claims.aud !== id) throw unsupportedProvider();
  const now = Math.floor(call.clock.now() / 1000);
  if (now >= claims.exp) throw loginExpired(now, claims.exp);
  const prefix = `${provider}:${id}:`;
  const subject = claims.amr.find(each => each.startsWith(prefix))?.slice(prefix.length);
  // A guest's token, or one of another provider, proves no user of the developer's.
  if (subject === undefined) throw unsupportedProvider();
  return {
    provider,
    subject,
    developer: true,
    // The user may have been unlinked since: a token that is still valid must not bring the link back.
    mayLink: false,
    claims,
    mappingKeys: [provider],
    tagKeys: [provider],
    ownTags: tagsIn(claims),
    amr: developerAmr(provider, id, subject),
  };
};
