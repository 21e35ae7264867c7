/** The tables, as Kysely types. Times are epoch milliseconds; flags are 0 or 1; `Json` and `Sealed` columns hold text. */
import type { Generated, Kysely } from 'kysely';
import type { DeviceTables } from './schema-devices.ts';
import type { FederationTables } from './schema-federation.ts';
import type { GroupTables } from './schema-groups.ts';
import type { IdentityPoolTables } from './schema-identity-pools.ts';
import type { ImportTables } from './schema-import.ts';
import type { LoginPageTables } from './schema-login-pages.ts';
import type { OAuthTables } from './schema-oauth.ts';
import type { OutboxTables } from './schema-outbox.ts';
import type { RoleTables } from './schema-roles.ts';

/** Text that holds a JSON document. */
export type Json = string;
/** Text made by `lib/seal`: unreadable without the master key. */
export type Sealed = string;
export type Flag = 0 | 1;

type Tables = {
  access_keys: {
    access_key_id: string;
    account_id: string;
    name: string;
    secret: Sealed;
    policy: Json | null;
    status: 'Active' | 'Inactive';
    is_root: Flag;
    created_at: number;
  };

  user_pools: {
    pool_id: string;
    account_id: string;
    region: string;
    name: string;
    config: Json;
    /** What operations of its own configure and every sign-in needs: {"mfa",…}. */
    settings: Generated<Json>;
    version: number;
    created_at: number;
    modified_at: number;
    /** Set by DeleteUserPool: the pool is gone for every caller, the sweeper removes its rows in small batches. */
    deleted_at: number | null;
  };

  signing_keys: {
    pool_id: string;
    kid: string;
    token_use: 'id' | 'access';
    private_key: Sealed;
    public_jwk: Json;
    created_at: number;
    /** Signs from here on; before, it is only published. */
    active_at: number;
    /** No longer published after this. */
    retires_at: number | null;
  };

  user_pool_clients: {
    pool_id: string;
    client_id: string;
    name: string;
    config: Json;
    settings: Generated<Json>;
    version: number;
    created_at: number;
    modified_at: number;
  };

  client_secrets: {
    pool_id: string;
    client_id: string;
    secret_id: string;
    secret: Sealed;
    created_at: number;
  };

  users: {
    pool_id: string;
    sub: string;
    username: string;
    status: string;
    enabled: Flag;
    /** Standard and custom attributes, without `sub`: {"email":"…","custom:x":"…"}. */
    attributes: Json;
    /** {"salt","verifier"} in hexadecimal (SRP-6a), or null: no password. */
    password: Sealed | null;
    password_set_at: number | null;
    /** Second factors and what is preferred of them, see `user-pools/factors/`. */
    factors: Generated<Json>;
    /** When all sessions were ended last; rises each time. A sign-in that began before it opens no session any more. */
    signed_out_at: number | null;
    version: number;
    created_at: number;
    modified_at: number;
  };

  /** Users of a pool, counted in a few shards so that sign-ups do not queue for one row. */
  user_counts: {
    pool_id: string;
    shard: number;
    count: number;
  };

  /** Every name that a person can sign in with; the primary key is what makes names unique. */
  user_names: {
    pool_id: string;
    name_key: string;
    kind: 'username' | 'email' | 'phone_number' | 'preferred_username';
    sub: string;
  };

  /** Attribute values that ListUsers filters by, folded to lower case. */
  user_attributes: {
    pool_id: string;
    name: string;
    value_key: string;
    sub: string;
  };

  password_history: {
    pool_id: string;
    sub: string;
    set_at: number;
    password: Sealed;
  };

  /** One live code per user and purpose; only a keyed hash of the code is kept. */
  codes: {
    pool_id: string;
    sub: string;
    purpose: string;
    code_hash: string;
    /** The attribute that the code was sent to. */
    attribute: string;
    /** The value that takes effect with the code (verification before update), or the value it was sent to. */
    value: string;
    created_at: number;
    expires_at: number;
  };

  /** One row a sign-in: the family of its refresh tokens. */
  token_sessions: {
    pool_id: string;
    origin_jti: string;
    sub: string;
    client_id: string;
    refresh_hash: string;
    auth_time: number;
    /** What is repeated at refresh besides: {"scopes","deviceKey","eventId",…}. */
    grant_facts: Json;
    revoked_at: number | null;
    created_at: number;
    last_used_at: number;
    expires_at: number;
    /** What session tracking shows; null throughout where it was off at the sign-in. */
    session_id: Generated<string | null>;
    origin_session_id: Generated<string | null>;
    last_ip: Generated<string | null>;
    device_type: Generated<string | null>;
  };

  /** Single sign-on sessions: one a browser that has signed in on the pool's pages. */
  sso_sessions: {
    pool_id: string;
    session_id: string;
    sub: string;
    client_id: string;
    last_ip: string;
    device_type: string;
    created_at: number;
    last_used_at: number;
    expires_at: number;
    /** Keyed hash of what the browser's cookie holds. */
    cookie_hash: Generated<string | null>;
    /** Epoch seconds of the sign-in. */
    auth_time: Generated<number | null>;
    /** A JSON list of what was proven at it. */
    proven: Generated<string | null>;
  };

  /** Refresh tokens that rotation has replaced: usable within the grace period, a sign of theft after it. */
  superseded_refresh_tokens: {
    pool_id: string;
    refresh_hash: string;
    origin_jti: string;
    superseded_at: number;
    expires_at: number;
  };

  /** Sign-in attempts in which something has been proven: `step` is the only next one allowed. */
  sign_in_attempts: {
    pool_id: string;
    attempt_id: string;
    sub: string;
    step: number;
    tries: number;
    expires_at: number;
  };

  /** Counts tries of guessable secrets; `subject` is a user's sub or the keyed hash of a name nobody has. */
  throttles: {
    pool_id: string;
    kind: string;
    subject: string;
    count: number;
    last_at: number;
    expires_at: number;
  };

  /** Passkeys. */
  webauthn_credentials: {
    pool_id: string;
    credential_id: string;
    sub: string;
    public_key: string;
    sign_count: number;
    relying_party_id: string;
    name: string;
    attachment: 'platform' | 'cross-platform' | null;
    /** ["internal","hybrid",…] */
    transports: Json;
    created_at: number;
  };

  /** Passkeys that are being registered: the challenge waits here to be used once. */
  webauthn_registrations: {
    pool_id: string;
    sub: string;
    challenge: string;
    client_id: string;
    relying_party_id: string;
    expires_at: number;
  };

  risk_configurations: {
    pool_id: string;
    /** The client's id, or empty: the pool's own. */
    scope: string;
    client_id: string | null;
    config: Json;
    modified_at: number;
  };

  /** What users have done; see `storage/auth-events.ts`. */
  auth_events: {
    pool_id: string;
    sub: string;
    event_id: string;
    type: 'SignIn' | 'SignUp' | 'ForgotPassword' | 'PasswordChange' | 'ResendCode';
    response: 'Pass' | 'Fail' | 'InProgress';
    /** EventRisk. */
    risk: Json;
    password_result: 'Success' | 'Failure' | null;
    mfa_result: 'Success' | 'Failure' | null;
    /** EventContextData. */
    context: Json;
    client_id: string | null;
    /** {"value","provider","givenAt"}. */
    feedback: Json | null;
    created_at: number;
    expires_at: number;
  };

  /** What signs a pool's SAML requests. */
  saml_certificates: {
    pool_id: string;
    /** Base64 of the DER form. */
    certificate: string;
    private_key: Sealed;
    created_at: number;
  };

  /** Requests a second that an account has asked for, by category of operations. */
  provisioned_limits: {
    account_id: string;
    region: string;
    category: string;
    value: number;
  };
};

export type Schema = Tables &
  DeviceTables &
  FederationTables &
  GroupTables &
  IdentityPoolTables &
  ImportTables &
  LoginPageTables &
  OAuthTables &
  OutboxTables &
  RoleTables;
export type Table = keyof Schema;
export type Db = Kysely<Schema>;
