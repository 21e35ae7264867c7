/** What ExplicitAuthFlows of an app client may combine. Pure. */
import { invalidParameter } from '../../contract/errors.ts';
import type { ClientConfig } from '../../storage/clients.ts';

/** The flow of GetClientToken. AWS documents it; the SDK's types do not have it yet. */
const clientTokenAuth = 'ALLOW_CLIENT_TOKEN_AUTH';

/** Whether the client is a program that gets tokens in its own name. */
export const allowsClientToken = ({ ExplicitAuthFlows = [] }: ClientConfig): boolean =>
  (ExplicitAuthFlows as readonly string[]).includes(clientTokenAuth);

const isLegacy = (flow: string) => !flow.startsWith('ALLOW_');

/** @throws InvalidParameterException */
export const checkFlows = (config: ClientConfig, hasSecret: boolean): void => {
  const { ExplicitAuthFlows: flows = [], RefreshTokenRotation } = config;
  if (flows.some(isLegacy) && !flows.every(isLegacy))
    throw invalidParameter("Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.");
  if (RefreshTokenRotation?.Feature === 'ENABLED' && flows.includes('ALLOW_REFRESH_TOKEN_AUTH'))
    throw invalidParameter(
      'ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.',
    );
  if (!allowsClientToken(config)) return;
  if (flows.length > 1) throw invalidParameter(`${clientTokenAuth} cannot be used with other auth flows.`);
  if (!hasSecret) throw invalidParameter(`${clientTokenAuth} requires a client secret.`);
};
