/** What the configuration of an identity pool must be, beyond what the contract says of each member. Pure. */
import { invalidParameter, limitExceeded } from '../contract/errors.ts';
import type { IdentityPoolConfig } from '../storage/identity-pools.ts';
import { tagProblem } from '../user-pools/pools/tag-rules.ts';
import { oidcProviderUrl, ownProvider, samlProviderName } from './logins/provider-names.ts';

/** The public providers that there are; the last one is of the past. */
const publicProviders = [
  'graph.facebook.com',
  'accounts.google.com',
  'www.amazon.com',
  'appleid.apple.com',
  'api.twitter.com',
  'www.digits.com',
];

const mostUserPools = 50;

const checkUserPools = ({ CognitoIdentityProviders = [] }: IdentityPoolConfig) => {
  if (CognitoIdentityProviders.length > mostUserPools)
    throw limitExceeded(`An identity pool can have at most ${mostUserPools} user pool providers.`);
  for (const { ProviderName, ClientId } of CognitoIdentityProviders) {
    if (ProviderName === undefined || ClientId === undefined)
      throw invalidParameter('A Cognito identity provider needs a ProviderName and a ClientId.');
    if (!/^[^/]+(?:\/[^/]+)*\/[\w-]+_[0-9a-zA-Z]+$/.test(ProviderName))
      throw invalidParameter(`Invalid Cognito identity provider ${ProviderName}.`);
  }
};

const checkNames = (config: IdentityPoolConfig) => {
  for (const name of Object.keys(config.SupportedLoginProviders ?? {}))
    if (!publicProviders.includes(name)) throw invalidParameter(`${name} is not a supported login provider.`);
  for (const arn of config.OpenIdConnectProviderARNs ?? [])
    if (oidcProviderUrl(arn) === undefined) throw invalidParameter(`Invalid OpenID Connect provider ARN ${arn}.`);
  for (const arn of config.SamlProviderARNs ?? [])
    if (samlProviderName(arn) === undefined) throw invalidParameter(`Invalid SAML provider ARN ${arn}.`);
};

/** Logins are kept by the name of their provider: one that two have would give the people of one the identities of the other. */
const checkDeveloperProvider = (config: IdentityPoolConfig) => {
  const taken = [
    ownProvider,
    ...publicProviders,
    ...(config.OpenIdConnectProviderARNs ?? []).map(arn => oidcProviderUrl(arn)?.url),
  ];
  if (config.DeveloperProviderName !== undefined && taken.includes(config.DeveloperProviderName))
    throw invalidParameter('The developer provider name is that of another login provider.');
};

/** @throws InvalidParameterException, LimitExceededException */
export const checkConfig = (config: IdentityPoolConfig): void => {
  checkUserPools(config);
  checkNames(config);
  checkDeveloperProvider(config);
  const problem = tagProblem(config.IdentityPoolTags ?? {}, 'An identity pool');
  if (problem !== undefined) throw invalidParameter(problem);
};

/** "Once you have set a developer provider name, you cannot change it." @throws InvalidParameterException */
export const checkDeveloperName = (current: string | undefined, given: string | undefined): void => {
  if (current !== undefined && given !== undefined && given !== current)
    throw invalidParameter('The developer provider name cannot be changed.');
};
