/** The tables of identity pools, as Kysely types: pools, identities, their logins, the keys of tokens, and providers registered with IAM. */
import type { Flag, Json, Sealed } from './schema.ts';

export type IdentityPoolTables = {
  identity_pools: {
    identity_pool_id: string;
    account_id: string;
    region: string;
    name: string;
    config: Json;
    /** Roles, role mappings and principal tags. */
    settings: Json;
    version: number;
    created_at: number;
    modified_at: number;
    /** Set by DeleteIdentityPool: the pool is gone for every caller, the sweeper removes its rows in small batches. */
    deleted_at: number | null;
  };

  identities: {
    identity_pool_id: string;
    identity_id: string;
    /** Has or had a login: whoever has none is no guest any more, even when the last one has been unlinked. */
    authenticated: Flag;
    /** Set when the identity was merged into another one. */
    disabled_at: number | null;
    created_at: number;
    modified_at: number;
  };

  /** The primary key is what makes a login one identity's. */
  identity_logins: {
    identity_pool_id: string;
    provider: string;
    /** The subject, or its hash where it is longer than an index entry can be. */
    subject_key: string;
    subject: string;
    identity_id: string;
    /** A user of the developer's own: an identity may have several of one provider. */
    is_developer: Flag;
    created_at: number;
  };

  /** What signs the tokens of identity pools: a few keys a region, numbered. */
  identity_keys: {
    region: string;
    number: number;
    private_key: Sealed;
    public_jwk: Json;
    created_at: number;
    /** No longer published after this. */
    retires_at: number | null;
  };

  /** OpenID Connect providers that an account trusts (IAM). */
  oidc_providers: {
    account_id: string;
    /** Host and path, as in the provider's ARN. */
    url: string;
    /** ["aud",…] */
    client_ids: Json;
    created_at: number;
  };

  /** SAML providers that an account trusts (IAM). */
  saml_providers: {
    account_id: string;
    name: string;
    /** The metadata document, XML. */
    metadata: string;
    created_at: number;
  };
};
