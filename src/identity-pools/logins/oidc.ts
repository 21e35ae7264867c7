/** Login with an ID token of any OpenID Connect provider that the pool's account trusts (IAM). */

import { verifyIdToken } from './id-token.ts';
import { loginOf, type VerifyLogin } from './login.ts';
import { oidcProviderUrl } from './provider-names.ts';

export const oidcLogin: VerifyLogin = async (call, name, token) => {
  const { OpenIdConnectProviderARNs = [] } = call.pool.config;
  const arn = OpenIdConnectProviderARNs.find(each => each === name || oidcProviderUrl(each)?.url === name);
  const named = arn === undefined ? undefined : oidcProviderUrl(arn);
  if (arn === undefined || named === undefined) return undefined;
  const trusted = await call.identityPools.oidcProviders(named.accountId);
  const provider = trusted.find(({ url }) => url === named.url);
  // Whose tokens for which clients: without that, any application of the provider could sign its users in here.
  if (provider === undefined) return undefined;
  const verified = await verifyIdToken(call, provider.url, token, provider.clientIds);
  return loginOf(provider.url, verified, [arn, provider.url]);
};
