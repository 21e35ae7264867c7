/** A grant: everything that is known once a sign-in has succeeded. Whatever ends in tokens builds one. */
import type { AppClient } from '../../storage/clients.ts';
import type { Membership } from '../../storage/group-members.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import type { StringMap, TokenOccasion } from '../triggers/catalog.ts';
import type { Proof } from './assurance.ts';
import type { GrantDevice } from './device-tracking.ts';

/** Why tokens are issued to a user. */
export type GrantSource = Exclude<TokenOccasion, 'ClientCredentials'>;

/** What a grant of the OAuth server says besides. */
export type OAuthGrant = {
  /** The access token's audience (RFC 8707). */
  resource?: string | undefined;
  /** Repeated in the ID token; not at a refresh. */
  nonce?: string | undefined;
  /** The browser's session that it came through. */
  ssoSessionId?: string | undefined;
  /** false: an implicit grant, which ends with its access token. */
  refreshable?: boolean;
};

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
  /** ClientMetadata of the request that ends in tokens, where it reaches the pool's functions. */
  metadata?: StringMap | undefined;
  /** undefined: tokens of the API. */
  oauth?: OAuthGrant | undefined;
};

/** What is granted to a program in its own name: no user, no refresh token, custom scopes only. */
export type ClientGrant = Pick<Grant, 'pool' | 'client' | 'scopes' | 'metadata'>;

/** What a sign-in through the API may do: everything a user may do to their own account. */
export const apiScope = 'aws.cognito.signin.user.admin';
