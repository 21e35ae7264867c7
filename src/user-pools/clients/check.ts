/** What an app client's configuration must not say. Pure, but for the providers and scopes that exist, which the caller gives. */
import { AwsError, invalidOAuthFlow, invalidParameter } from '../../contract/errors.ts';
import type { ClientConfig } from '../../storage/clients.ts';
import type { UserPool } from '../../storage/pools.ts';
import { findAttribute, schemaOf } from '../attributes/schema.ts';
import { serviceAttributes, verifiedFlags } from '../attributes/standard.ts';
import { requirePlan } from '../pools/feature-plan.ts';
import { hasValidLifetimes, tokenLifetimes } from '../tokens/validity.ts';
import { checkFlows } from './flows.ts';
import { isActiveScope, isStandardScope, registrationScope } from './scopes.ts';

/** What the pool has that a client may refer to. */
export type Existing = { providers: readonly string[]; scopes: readonly string[] };

type Checked = {
  pool: UserPool;
  config: ClientConfig;
  hasSecret: boolean;
  existing: Existing;
  /** Whether the pool's plan may lack something. */
  enforcesTiers: boolean;
  doing: string;
};

const checkLifetimes = ({ config }: Checked) => {
  if (hasValidLifetimes(config)) return;
  const { access, id, refresh } = tokenLifetimes(config);
  const longest = Math.max(access, id);
  throw refresh >= 3600 && refresh < longest && longest <= 86_400
    ? invalidParameter(
        'Access and Id Token expiration times must be less than or equal to refresh token expiration times.',
      )
    : invalidParameter('Invalid range for token validity.');
};

const invalidAttributes = (kind: 'read' | 'write', doing: string) =>
  invalidParameter(`Invalid ${kind} attributes specified while ${doing} a client`);

const checkAttributes = ({ pool, config: { ReadAttributes = [], WriteAttributes = [] }, doing }: Checked) => {
  if (ReadAttributes.some(name => findAttribute(pool, name) === undefined)) throw invalidAttributes('read', doing);
  // Developer attributes are read-only to every client.
  const unwritable = (name: string) =>
    (findAttribute(pool, name)?.DeveloperOnlyAttribute ?? true) ||
    serviceAttributes.includes(name) ||
    verifiedFlags.includes(name);
  const required = schemaOf(pool)
    .filter(({ Name, Required }) => Required && Name !== 'sub')
    .map(({ Name = '' }) => Name);
  const lacksRequired = WriteAttributes.length > 0 && required.some(name => !WriteAttributes.includes(name));
  if (WriteAttributes.some(unwritable) || lacksRequired) throw invalidAttributes('write', doing);
};

const checkTier = ({ pool, config: { ExplicitAuthFlows: flows = [] }, enforcesTiers }: Checked) => {
  if (flows.includes('ALLOW_USER_AUTH'))
    requirePlan({ enforcesTiers }, pool.config, 'ESSENTIALS', 'Choice-Based Sign-In');
};

const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host);

const checkUrl = (text: string) => {
  if (!URL.canParse(text)) throw invalidParameter(`${text} is not a valid URL.`);
  const { protocol, hostname } = new URL(text);
  if (text.includes('#')) throw invalidParameter(`${text} cannot use fragment`);
  if (protocol === 'http:' && !isLoopback(hostname)) throw invalidParameter(`${text} cannot use the HTTP protocol.`);
};

const checkUrls = ({ config: { CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI } }: Checked) => {
  for (const url of [...CallbackURLs, ...LogoutURLs]) checkUrl(url);
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI))
    throw invalidParameter(`The default redirect URI ${DefaultRedirectURI} is not in the callback URIs list.`);
};

const checkOAuth = ({ config, hasSecret, existing }: Checked) => {
  const { AllowedOAuthFlows: flows = [], AllowedOAuthScopes: scopes = [] } = config;
  if (config.AllowedOAuthFlowsUserPoolClient && (flows.length === 0 || scopes.length === 0))
    throw invalidParameter(
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    );
  if (flows.includes('client_credentials')) {
    if (flows.length > 1)
      throw invalidOAuthFlow('client_credentials flow can not be selected along with code flow or implicit flow.');
    if (!hasSecret)
      throw invalidOAuthFlow('client_credentials flow can not be selected if client does not have a client secret.');
    // The standard scopes are about users, and this flow has none.
    const standard = scopes.find(isStandardScope);
    if (standard !== undefined) throw invalidOAuthFlow(`${standard} is not supported with client_credentials flow`);
  } else if (config.AllowedOAuthFlowsUserPoolClient && !config.CallbackURLs?.length)
    throw invalidOAuthFlow('CallbackUrls can not be empty when code flow or implicit flow is selected');
  if (config.ClientType === 'DCR' && scopes.includes(registrationScope))
    throw invalidParameter(`${registrationScope} is not supported for clients that have registered themselves.`);
  const unknown = scopes.find(scope => !isStandardScope(scope) && !isActiveScope(scope, existing.scopes));
  if (unknown !== undefined) throw new AwsError('ScopeDoesNotExistException', `Invalid scope requested: ${unknown}`);
};

const checkProviders = ({ pool, config, existing }: Checked) => {
  const unknown = config.SupportedIdentityProviders?.find(
    name => name !== 'COGNITO' && !existing.providers.includes(name),
  );
  if (unknown !== undefined) throw invalidParameter(`The provider ${unknown} does not exist for User Pool ${pool.id}`);
};

const checkAnalytics = ({ config: { AnalyticsConfiguration } }: Checked) => {
  if (AnalyticsConfiguration === undefined) return;
  const { ApplicationArn, ApplicationId, RoleArn, ExternalId } = AnalyticsConfiguration;
  const longForm = [ApplicationId, RoleArn, ExternalId].filter(member => member !== undefined).length;
  if (longForm !== (ApplicationArn === undefined ? 3 : 0))
    throw invalidParameter(
      'Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid',
    );
};

/** @throws InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException, FeatureUnavailableInTierException */
export const checkClientConfig = (checked: Checked): void => {
  checkLifetimes(checked);
  checkAttributes(checked);
  checkFlows(checked.config, checked.hasSecret);
  checkTier(checked);
  checkUrls(checked);
  checkOAuth(checked);
  checkProviders(checked);
  checkAnalytics(checked);
  if (checked.config.EnablePropagateAdditionalUserContextData && !checked.hasSecret)
    throw invalidParameter('Client Secret is required to set EnablePropagateAdditionalUserContextData as true');
};
