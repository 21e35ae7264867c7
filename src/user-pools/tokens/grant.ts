/** A grant: everything that is known once a sign-in has succeeded. Whatever ends in tokens builds one. */
import type { AppClient } from '../../storage/clients.ts';
import type { Membership } from '../../storage/group-members.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import type { Proof } from './assurance.ts';
import type { GrantDevice } from './device-tracking.ts';

/** Why tokens are issued, in the words of the pre-token-generation trigger (TokenGeneration_…). */
export type GrantSource = 'Authentication' | 'AuthenticateDevice' | 'NewPasswordChallenge' | 'RefreshTokens';

export type Grant = {
  pool: UserPool;
  client: AppClient;
  user: User;
  /** The user's groups at this moment, the best precedence first. */
  groups: readonly Membership[];
  /** Id of the refresh-token family: the same in every token of one sign-in. */
  originJti: string;
  /** Id of the authentication event; it also names the family where tokens carry no `origin_jti`. */
  eventId: string;
  /** Epoch seconds of the sign-in; a refresh keeps it. */
  authTime: number;
  scopes: string[];
  source: GrantSource;
  /** Where the pool tracks devices, and the sign-in came through the API. */
  device?: GrantDevice | undefined;
  /** What the person has shown at the sign-in; a refresh adds nothing to it. */
  proven: readonly Proof[];
  /** The name of the level that this reaches, where tokens tell it. */
  acr: string | undefined;
};

/** What is granted to a program in its own name: no user, no refresh token, custom scopes only. */
export type ClientGrant = Pick<Grant, 'pool' | 'client' | 'scopes'>;

/** What a sign-in through the API may do: everything a user may do to their own account. */
export const apiScope = 'aws.cognito.signin.user.admin';
