/** The tables of the OAuth server: a part of `schema.ts`. Of codes that clients and browsers carry only keyed hashes are kept. */
import type { Json } from './schema.ts';

export type OAuthTables = {
  /** One row a code; it outlives its redemption for a while, so that a second use is noticed. */
  authorization_codes: {
    pool_id: string;
    code_hash: string;
    client_id: string;
    sub: string;
    /** The family that the code's tokens form. */
    origin_jti: string;
    /** What the code stands for: {"redirectUri","scopes","codeChallenge",…}. */
    facts: Json;
    redeemed_at: number | null;
    /** Set by a second use: whoever has come first loses what they were given. */
    replayed_at: number | null;
    expires_at: number;
  };

  /** Authorization requests that a client has pushed (RFC 9126). */
  pushed_requests: {
    pool_id: string;
    request_hash: string;
    client_id: string;
    parameters: Json;
    expires_at: number;
  };

  /** Devices that wait for somebody to approve them elsewhere (RFC 8628). */
  device_grants: {
    pool_id: string;
    device_hash: string;
    user_hash: string;
    client_id: string;
    /** A JSON list. */
    scopes: Json;
    state: 'pending' | 'approved' | 'denied' | 'redeemed';
    /** Who has approved. */
    sub: string | null;
    /** Of the approval: {"authTime","proven",…}. */
    facts: Json | null;
    polled_at: number | null;
    /** How long the device has to wait between two polls. */
    wait_ms: number;
    expires_at: number;
  };
};
