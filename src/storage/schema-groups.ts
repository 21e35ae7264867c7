/** The tables of groups and of resource servers, as Kysely types; see `schema.ts`. */
import type { Json } from './schema.ts';

export type GroupTables = {
  user_groups: {
    pool_id: string;
    group_id: string;
    name: string;
    description: string | null;
    role_arn: string | null;
    precedence: number | null;
    created_at: number;
    modified_at: number;
    /** Set by DeleteGroup: the group is gone for every caller, the sweeper removes it and its members. */
    deleted_at: number | null;
  };

  group_members: {
    pool_id: string;
    sub: string;
    group_id: string;
  };

  resource_servers: {
    pool_id: string;
    identifier: string;
    name: string;
    /** [{"ScopeName","ScopeDescription"},…] */
    scopes: Json;
  };
};
