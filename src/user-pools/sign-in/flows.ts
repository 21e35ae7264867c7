/** Each `AuthFlow`: who may call it, which setting of the client allows it, what it needs, and what it begins with. */
import type { AuthFlowType, ChallengeNameType, ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider';
import { type AwsError, invalidParameter } from '../../contract/errors.ts';
import type { AppClient } from '../../storage/clients.ts';

/** InitiateAuth, AdminInitiateAuth or the login pages. */
export type Side = 'public' | 'admin' | 'pages';

export type Flow = {
  sides: readonly Side[];
  /** Any of these in ExplicitAuthFlows allows it. */
  allowedBy: readonly ExplicitAuthFlowsType[];
  /** Allowed also where ExplicitAuthFlows is absent, or has the older names only. */
  allowedByDefault?: boolean;
  /** The login pages are not bound by ExplicitAuthFlows here: they are allowed by the client's OAuth settings. */
  allowedOnPages?: boolean;
  refusal: () => AwsError;
  needs: readonly string[];
  /** The first challenge: asked, or answered at once where its answer is among the parameters; or the person's choice, or that of the pool's triggers. */
  begins: ChallengeNameType | 'choice' | 'triggers' | 'refresh';
};

const refuse = (message: string) => () => invalidParameter(message);

const adminPassword: Flow = {
  sides: ['admin'],
  allowedBy: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'],
  refusal: refuse('Auth flow not enabled for this client'),
  needs: ['USERNAME', 'PASSWORD'],
  begins: 'PASSWORD',
};

const refresh: Flow = {
  sides: ['public', 'admin'],
  allowedBy: ['ALLOW_REFRESH_TOKEN_AUTH'],
  allowedByDefault: true,
  refusal: refuse('REFRESH_TOKEN_AUTH is not enabled for the client.'),
  needs: ['REFRESH_TOKEN'],
  begins: 'refresh',
};

export const flows: Partial<Record<AuthFlowType, Flow>> = {
  USER_SRP_AUTH: {
    sides: ['public', 'admin'],
    allowedBy: ['ALLOW_USER_SRP_AUTH'],
    allowedByDefault: true,
    refusal: refuse('USER_SRP_AUTH is not enabled for the client.'),
    needs: ['USERNAME', 'SRP_A'],
    begins: 'PASSWORD_VERIFIER',
  },
  USER_PASSWORD_AUTH: {
    sides: ['public', 'pages'],
    allowedBy: ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH'],
    allowedOnPages: true,
    refusal: refuse('USER_PASSWORD_AUTH flow not enabled for this client'),
    needs: ['USERNAME', 'PASSWORD'],
    begins: 'PASSWORD',
  },
  ADMIN_USER_PASSWORD_AUTH: adminPassword,
  // The older name of the same, which may leave the password to a challenge.
  ADMIN_NO_SRP_AUTH: { ...adminPassword, needs: ['USERNAME'], begins: 'ADMIN_NO_SRP_AUTH' },
  CUSTOM_AUTH: {
    sides: ['public', 'admin', 'pages'],
    allowedBy: ['ALLOW_CUSTOM_AUTH', 'CUSTOM_AUTH_FLOW_ONLY'],
    allowedByDefault: true,
    refusal: refuse('CUSTOM_AUTH is not enabled for the client.'),
    needs: ['USERNAME'],
    begins: 'triggers',
  },
  USER_AUTH: {
    sides: ['public', 'admin', 'pages'],
    allowedBy: ['ALLOW_USER_AUTH'],
    refusal: refuse('USER_AUTH flow not enabled for this client'),
    needs: ['USERNAME'],
    begins: 'choice',
  },
  REFRESH_TOKEN_AUTH: refresh,
  REFRESH_TOKEN: refresh,
};

/** Values without ALLOW_ are the older ones, which add to the defaults; CUSTOM_AUTH_FLOW_ONLY takes the defaults away. */
export const isAllowed = (flow: Flow, { config: { ExplicitAuthFlows: enabled = [] } }: AppClient): boolean => {
  if (enabled.some(value => flow.allowedBy.includes(value))) return true;
  const hasDefaults = enabled.every(value => !value.startsWith('ALLOW_') && value !== 'CUSTOM_AUTH_FLOW_ONLY');
  return (flow.allowedByDefault ?? false) && hasDefaults;
};
