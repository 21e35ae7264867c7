/** The table of IAM roles. */
import type { Json } from './schema.ts';

export type RoleTables = {
  roles: {
    account_id: string;
    name: string;
    /** The name in lower case: IAM tells names of roles apart by more than their case. */
    name_key: string;
    /** `AROA…`: a role that is made anew under an old name is another role. */
    role_id: string;
    /** `/` or `/…/`: part of the ARN. */
    path: string;
    description: string;
    trust_policy: Json;
    /** Permission policies by their names: {"read":"{…}"}. */
    policies: Json;
    max_session_seconds: number;
    /** {"key":"value"} */
    tags: Json;
    created_at: number;
    modified_at: number;
  };
};
