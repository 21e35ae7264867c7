/** Roles: kept by administrators, assumed by whom their trust policies name. */
import type { Clock } from '../lib/clock.ts';
import { createFreshCache } from '../lib/fresh-cache.ts';
import {
  changeRole,
  deleteRole,
  findRole,
  insertRole,
  listRoles,
  type RoleChange,
  type RoleRow,
} from '../storage/roles.ts';
import type { Db } from '../storage/schema.ts';
import { newRoleId } from './key-material.ts';
import { parsePolicy, parseTrustPolicy } from './policy-syntax.ts';
import { policiesIn, type Role, roleArn, roleOf } from './role-record.ts';
import { checkTags } from './session-tags.ts';

export type RoleDescription = {
  accountId: string;
  name: string;
  id: string;
  path: string;
  arn: string;
  description: string;
  /** JSON documents. */
  trustPolicy: string;
  policies: Record<string, string>;
  maxSessionSeconds: number;
  tags: Record<string, string>;
  /** Epoch milliseconds. */
  createdAt: number;
};

export type NewRole = {
  accountId: string;
  name: string;
  trustPolicy: string;
  path?: string | undefined;
  description?: string | undefined;
  policies?: Record<string, string> | undefined;
  maxSessionSeconds?: number | undefined;
  tags?: Record<string, string> | undefined;
};

type Key = { accountId: string; name: string };

export type Roles = {
  /** @throws Error that says what is malformed; undefined when the account has a role of that name */
  create(role: NewRole): Promise<RoleDescription | undefined>;
  list(accountId: string): Promise<RoleDescription[]>;
  describe(key: Key): Promise<RoleDescription | undefined>;
  /** @returns false when there is no such role; so too the rest. @throws Error that says what is malformed */
  setTrustPolicy(key: Key, document: string): Promise<boolean>;
  setMaxSession(key: Key, seconds: number): Promise<boolean>;
  /** Adds the permission policy, or replaces the one of that name. */
  putPolicy(key: Key, policyName: string, document: string): Promise<boolean>;
  /** Also false when the role has no policy of that name. */
  removePolicy(key: Key, policyName: string): Promise<boolean>;
  remove(key: Key): Promise<boolean>;
  /** At most a second behind other processes' writes, not at all behind this process's. */
  find(accountId: string, name: string): Promise<Role | undefined>;
};

/** AWS's limits. */
const namePattern = /^[\w+=,.@-]{1,64}$/;
const policyNamePattern = /^[\w+=,.@-]{1,128}$/;
const pathPattern = /^\/(?:[\x21-\x7e]{1,510}\/)?$/;
const longestPolicies = 10_240;
const sessionBounds = { least: 3600, most: 12 * 3600 };

const describe = (row: RoleRow): RoleDescription => ({
  accountId: row.account_id,
  name: row.name,
  id: row.role_id,
  path: row.path,
  arn: roleArn(row.account_id, row.path, row.name),
  description: row.description,
  trustPolicy: row.trust_policy,
  policies: policiesIn(row),
  maxSessionSeconds: Number(row.max_session_seconds),
  tags: JSON.parse(row.tags),
  createdAt: Number(row.created_at),
});

const checkedPolicies = (policies: Record<string, string>): string => {
  for (const [name, document] of Object.entries(policies)) {
    if (!policyNamePattern.test(name))
      throw new Error(`"${name}" is no name for a policy: 1 to 128 of A-Z a-z 0-9 _ + = , . @ -`);
    parsePolicy(document);
  }
  const length = Object.values(policies).reduce((sum, document) => sum + document.length, 0);
  if (length > longestPolicies)
    throw new Error(`the policies of a role have at most ${longestPolicies} characters together`);
  return JSON.stringify(policies);
};

const checkedTrust = (document: string): string => {
  parseTrustPolicy(document);
  return document;
};

const checkedSeconds = (seconds: number): number => {
  const { least, most } = sessionBounds;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= most) return seconds;
  throw new Error(`sessions of a role last from ${least} to ${most} seconds at most`);
};

const rowOf = (role: NewRole, now: number): RoleRow => {
  const { name, path = '/', description = '', maxSessionSeconds = sessionBounds.least } = role;
  if (!namePattern.test(name)) throw new Error(`"${name}" is no name for a role: 1 to 64 of A-Z a-z 0-9 _ + = , . @ -`);
  if (!pathPattern.test(path)) throw new Error(`"${path}" is no path: it begins and ends with /`);
  if (description.length > 1000) throw new Error('a description has at most 1000 characters');
  return {
    account_id: role.accountId,
    name,
    name_key: name.toLowerCase(),
    role_id: newRoleId(),
    path,
    description,
    trust_policy: checkedTrust(role.trustPolicy),
    policies: checkedPolicies(role.policies ?? {}),
    max_session_seconds: checkedSeconds(maxSessionSeconds),
    tags: JSON.stringify(checkTags(role.tags ?? {})),
    created_at: now,
    modified_at: now,
  };
};

export const createRoles = ({ db, clock }: { db: Db; clock: Clock }): Roles => {
  const cache = createFreshCache<Role | undefined>(clock);
  const cacheKey = (accountId: string, name: string) => `${accountId}/${name.toLowerCase()}`;

  const written = async ({ accountId, name }: Key, write: Promise<boolean>): Promise<boolean> => {
    const changed = await write;
    cache.forget(cacheKey(accountId, name));
    return changed;
  };
  const change = (key: Key, become: (row: RoleRow) => RoleChange): Promise<boolean> =>
    written(key, changeRole(db, key, clock.now(), become));

  return {
    async create(role) {
      const row = rowOf(role, clock.now());
      return (await written(role, insertRole(db, row))) ? describe(row) : undefined;
    },
    list: async accountId => (await listRoles(db, accountId)).map(describe),
    async describe({ accountId, name }) {
      const row = await findRole(db, accountId, name);
      return row && describe(row);
    },
    async setTrustPolicy(key, document) {
      const trust_policy = checkedTrust(document);
      return change(key, () => ({ trust_policy }));
    },
    async setMaxSession(key, seconds) {
      const max_session_seconds = checkedSeconds(seconds);
      return change(key, () => ({ max_session_seconds }));
    },
    putPolicy: (key, policyName, document) =>
      change(key, row => ({ policies: checkedPolicies({ ...policiesIn(row), [policyName]: document }) })),
    async removePolicy(key, policyName) {
      let found = false;
      const exists = await change(key, row => {
        const { [policyName]: removed, ...policies } = policiesIn(row);
        found = removed !== undefined;
        return { policies: JSON.stringify(policies) };
      });
      return exists && found;
    },
    remove: key => written(key, deleteRole(db, key.accountId, key.name)),
    async find(accountId, name) {
      if (!namePattern.test(name)) return undefined;
      return cache.get(cacheKey(accountId, name), async () => {
        const row = await findRole(db, accountId, name);
        return row && roleOf(row);
      });
    },
  };
};
