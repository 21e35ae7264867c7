/** The tables of domains and of what login pages look like: a part of `schema.ts`. */
import type { Flag, Json } from './schema.ts';

export type LoginPageTables = {
  /** A pool's prefix domain and its custom domain; the name is unique over all pools and accounts. */
  user_pool_domains: {
    pool_id: string;
    kind: 'prefix' | 'custom';
    domain: string;
    account_id: string;
    config: Json;
    created_at: number;
    modified_at: number;
  };

  /** The classic login pages: one row a client, and one for all clients that have none. */
  ui_customizations: {
    pool_id: string;
    /** A client id, or ALL. */
    scope: string;
    client_id: string | null;
    css: string | null;
    image: Uint8Array | null;
    image_type: string | null;
    created_at: number;
    modified_at: number;
  };

  managed_login_brandings: {
    pool_id: string;
    branding_id: string;
    client_id: string;
    use_cognito_provided_values: Flag;
    settings: Json | null;
    version: number;
    created_at: number;
    modified_at: number;
  };

  managed_login_assets: {
    pool_id: string;
    branding_id: string;
    category: string;
    color_mode: string;
    /** Tells the icons of identity providers apart, by their ResourceId; empty for every other category. */
    icon_of: string;
    extension: string;
    resource_id: string | null;
    bytes: Uint8Array;
  };

  terms: {
    pool_id: string;
    terms_id: string;
    client_id: string;
    name: string;
    config: Json;
    version: number;
    created_at: number;
    modified_at: number;
  };
};
