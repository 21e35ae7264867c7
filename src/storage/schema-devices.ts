/** The table of devices, as Kysely types; see `schema.ts`. */
import type { Flag, Sealed } from './schema.ts';

export type DeviceTables = {
  /** Confirmed devices: one that was only announced to a client stands in its token session. */
  devices: {
    pool_id: string;
    sub: string;
    device_key: string;
    group_key: string;
    name: string | null;
    /** {"salt","verifier"} in hexadecimal (SRP-6a), or null: the device has no secret. */
    verifier: Sealed | null;
    remembered: Flag;
    last_ip: string;
    created_at: number;
    modified_at: number;
    authenticated_at: number;
  };
};
