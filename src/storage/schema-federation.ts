/** The tables of identity providers and of the identities that they vouch for, as Kysely types; see `schema.ts`. */
import type { Flag, Json, Sealed } from './schema.ts';

export type FederationTables = {
  identity_providers: {
    pool_id: string;
    name: string;
    type: string;
    /** {"attributeMapping","acrMapping","identifiers"}. */
    config: Json;
    /** ProviderDetails: {"client_id","client_secret",…}. */
    details: Sealed;
    created_at: number;
    modified_at: number;
  };

  provider_identifiers: {
    pool_id: string;
    identifier: string;
    provider_name: string;
  };

  /** What a user is called by identity providers; see `storage/linked-identities.ts`. */
  linked_identities: {
    pool_id: string;
    provider_name: string;
    attribute: string;
    value_key: string;
    sub: string;
    is_primary: Flag;
    disabled_at: number | null;
    created_at: number;
  };
};
