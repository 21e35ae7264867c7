/** The names of login providers, as ARNs and as keys of `Logins`. Pure. */

/** Identity pools themselves, with a token of GetOpenIdTokenForDeveloperIdentity. */
export const ownProvider = 'cognito-identity.amazonaws.com';

/** `arn:aws:iam::<account>:oidc-provider/<host and path>` in its parts. */
export const oidcProviderUrl = (arn: string): { accountId: string; url: string } | undefined => {
  const [, accountId, url] = /^arn:aws:iam::(\d{12}):oidc-provider\/([\w.:/~%-]+)$/.exec(arn) ?? [];
  return accountId === undefined ? undefined : { accountId, url: url! };
};

/** `arn:aws:iam::<account>:saml-provider/<name>` in its parts. */
export const samlProviderName = (arn: string): { accountId: string; name: string } | undefined => {
  const [, accountId, name] = /^arn:aws:iam::(\d{12}):saml-provider\/([\w._-]{1,128})$/.exec(arn) ?? [];
  return accountId === undefined ? undefined : { accountId, name: name! };
};

/** An issuer without its scheme: so a provider is called where its issuer is meant. */
export const withoutScheme = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');
