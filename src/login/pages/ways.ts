/** How people begin to sign in with a client on its pages. */
import type { AppClient } from '../../storage/clients.ts';
import type { UserPool } from '../../storage/pools.ts';
import { allowedFirstFactors } from '../../user-pools/sign-in/first-factors.ts';
import { flows, isAllowed } from '../../user-pools/sign-in/flows.ts';

/** `password`: with name and password at once. `choice`: with the name, then with what they have. `custom`: with what the pool's functions ask. */
export type Way = 'password' | 'choice' | 'custom';

type Settings = { pool: UserPool; client: AppClient };

const allows = (client: AppClient, name: 'CUSTOM_AUTH' | 'USER_AUTH' | 'USER_SRP_AUTH' | 'USER_PASSWORD_AUTH') => {
  const flow = flows[name];
  return flow !== undefined && isAllowed(flow, client);
};

/** ALLOW_USER_AUTH is what lets a client offer anything else than passwords. */
export const allowsChoice = ({ client }: Pick<Settings, 'client'>): boolean => allows(client, 'USER_AUTH');

/** Clients that allow CUSTOM_AUTH and nothing with a password, in pools that have the functions for it. */
const isCustom = ({ pool: { config }, client }: Settings): boolean => {
  const { DefineAuthChallenge, CreateAuthChallenge, VerifyAuthChallengeResponse } = config.LambdaConfig ?? {};
  const hasFunctions = DefineAuthChallenge && CreateAuthChallenge && VerifyAuthChallengeResponse;
  if (!hasFunctions || !allows(client, 'CUSTOM_AUTH')) return false;
  return !(allows(client, 'USER_SRP_AUTH') || allows(client, 'USER_PASSWORD_AUTH') || allows(client, 'USER_AUTH'));
};

export const wayOf = (settings: Settings): Way => {
  if (isCustom(settings)) return 'custom';
  const onlyPasswords = allowedFirstFactors(settings.pool).every(factor => factor === 'PASSWORD');
  return allowsChoice(settings) && !onlyPasswords ? 'choice' : 'password';
};

/** The pool's own users, unless the client names other identity providers only. */
export const takesOwnUsers = ({ config }: AppClient): boolean => {
  const providers = config.SupportedIdentityProviders ?? [];
  return providers.length === 0 || providers.includes('COGNITO');
};

export const otherProviders = ({ config }: AppClient): string[] =>
  (config.SupportedIdentityProviders ?? []).filter(name => name !== 'COGNITO');

export const allowsSignUp = ({ config }: UserPool): boolean => !config.AdminCreateUserConfig?.AllowAdminCreateUserOnly;
