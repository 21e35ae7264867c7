/** What an app client's configuration must not say. Pure, but for the providers and scopes that exist, which the caller gives. */
import { AwsError, invalidOAuthFlow, invalidParameter } from '../../contract/errors.ts';
import type { ClientConfig } from '../../storage/clients.ts';
import type { UserPool } from '../../storage/pools.ts';
import { findAttribute, schemaOf } from '../attributes/schema.ts';
import { serviceAttributes, verifiedFlags } from '../attributes/standard.ts';
import { hasValidLifetimes } from '../tokens/validity.ts';

/** What the pool has that a client may refer to. */
export type Existing = { providers: readonly string[]; scopes: readonly string[] };

export const standardScopes = ['phone', 'email', 'openid', 'profile', 'aws.cognito.signin.user.admin'];

type Checked = { pool: UserPool; config: ClientConfig; hasSecret: boolean; existing: Existing; doing: string };

const invalidAttributes = (kind: 'read' | 'write', doing: string) =>
  invalidParameter(`Invalid ${kind} attributes specified while ${doing} a client`);

const checkAttributes = ({ pool, config: { ReadAttributes = [], WriteAttributes = [] }, doing }: Checked) => {
  if (ReadAttributes.some(name => findAttribute(pool, name) === undefined)) throw invalidAttributes('read', doing);
  const unwritable = (name: string) =>
    findAttribute(pool, name) === undefined || serviceAttributes.includes(name) || verifiedFlags.includes(name);
  const required = schemaOf(pool)
    .filter(({ Name, Required }) => Required && Name !== 'sub')
    .map(({ Name = '' }) => Name);
  const lacksRequired = WriteAttributes.length > 0 && required.some(name => !WriteAttributes.includes(name));
  if (WriteAttributes.some(unwritable) || lacksRequired) throw invalidAttributes('write', doing);
};

const isLegacy = (flow: string) => !flow.startsWith('ALLOW_');

const checkFlows = ({ config: { ExplicitAuthFlows: flows = [], RefreshTokenRotation } }: Checked) => {
  if (flows.some(isLegacy) && !flows.every(isLegacy))
    throw invalidParameter(
      'You can not mix values that start with ALLOW_ with values that do not in ExplicitAuthFlows.',
    );
  if (RefreshTokenRotation?.Feature === 'ENABLED' && flows.includes('ALLOW_REFRESH_TOKEN_AUTH'))
    throw invalidParameter('ALLOW_REFRESH_TOKEN_AUTH can not be enabled when refresh token rotation is enabled.');
};

const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host);

const checkUrl = (text: string) => {
  if (!URL.canParse(text)) throw invalidParameter(`${text} is not a valid URL.`);
  const { protocol, hostname } = new URL(text);
  if (text.includes('#')) throw invalidParameter(`${text} cannot contain a fragment.`);
  if (protocol === 'http:' && !isLoopback(hostname)) throw invalidParameter(`${text} cannot use the HTTP protocol.`);
};

const checkUrls = ({ config: { CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI } }: Checked) => {
  for (const url of [...CallbackURLs, ...LogoutURLs]) checkUrl(url);
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI))
    throw invalidParameter('DefaultRedirectURI must be one of the CallbackURLs.');
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
  }
  const unknown = scopes.find(scope => !standardScopes.includes(scope) && !existing.scopes.includes(scope));
  if (unknown !== undefined) throw new AwsError('ScopeDoesNotExistException', `Invalid scope requested: ${unknown}`);
};

const checkProviders = ({ pool, config, existing }: Checked) => {
  const unknown = config.SupportedIdentityProviders?.find(
    name => name !== 'COGNITO' && !existing.providers.includes(name),
  );
  if (unknown !== undefined) throw invalidParameter(`The provider ${unknown} does not exist for User Pool ${pool.id}`);
};

/** @throws InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException */
export const checkClientConfig = (checked: Checked): void => {
  if (!hasValidLifetimes(checked.config)) throw invalidParameter('Invalid range for token validity.');
  checkAttributes(checked);
  checkFlows(checked);
  checkUrls(checked);
  checkOAuth(checked);
  checkProviders(checked);
  if (checked.config.EnablePropagateAdditionalUserContextData && !checked.hasSecret)
    throw invalidParameter(
      'EnablePropagateAdditionalUserContextData can only be enabled for a client with a client secret.',
    );
};
