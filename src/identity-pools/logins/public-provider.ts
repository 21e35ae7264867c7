/** What the public providers have in common: the pool's SupportedLoginProviders, and answers about access tokens. */
import { externalServiceFailed } from '../../contract/identity-errors.ts';
import type { IdentityPool } from '../../storage/identity-pools.ts';
import type { IdentityPoolCall } from '../call.ts';

/** The application's ids at the provider; several are separated by semicolons. undefined: the pool does not have the provider. */
export const audiencesOf = ({ config }: IdentityPool, provider: string): string[] | undefined => {
  const { SupportedLoginProviders = {} } = config;
  return Object.hasOwn(SupportedLoginProviders, provider) ? SupportedLoginProviders[provider]?.split(';') : undefined;
};

/**
 * What a provider says about an access token.
 * @returns undefined when it refuses the token
 * @throws ExternalServiceException when it does not answer as it should
 */
export const askAbout = async (
  { reach }: Pick<IdentityPoolCall, 'reach'>,
  provider: string,
  path: string,
): Promise<Record<string, unknown> | undefined> => {
  const answer = await reach.ask(provider, path);
  if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return undefined;
  if (answer.status !== 200) throw externalServiceFailed(`${provider} answers with status ${answer.status}`);
  try {
    const said: unknown = await answer.json();
    if (said !== null && typeof said === 'object') return said as Record<string, unknown>;
  } catch (error) {
    throw externalServiceFailed(error);
  }
  throw externalServiceFailed(`${provider} answers with what is no object`);
};
