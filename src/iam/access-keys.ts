/** Access keys: who may sign requests, and with what permissions. */
import type { Clock } from '../lib/clock.ts';
import { createFreshCache } from '../lib/fresh-cache.ts';
import type { Sealer } from '../lib/seal.ts';
import {
  type AccessKeyRow,
  deleteAccessKey,
  findAccessKey,
  insertAccessKey,
  listAccessKeys,
  setAccessKeyStatus,
} from '../storage/access-keys.ts';
import type { Db } from '../storage/schema.ts';
import type { Principal } from './authorize.ts';
import { derivedAccessKeyId, isAccessKeyId, newAccessKeyId, newSecret } from './key-material.ts';
import { parsePolicy } from './policy-syntax.ts';
import { userContext } from './session-context.ts';

/** The secret in the clear: shown once, at creation. */
export type NewAccessKey = { accessKeyId: string; secret: string };
/** What a signature is checked with, and on whose behalf. */
export type SigningKey = { principal: Principal; secret: string };
/** The key with that id, or undefined when it is unknown or disabled. */
export type FindKey = (accessKeyId: string) => Promise<SigningKey | undefined>;

export type AccessKeyDescription = {
  accessKeyId: string;
  accountId: string;
  name: string;
  status: 'Active' | 'Inactive';
  isRoot: boolean;
  /** The JSON document; null: everything in the account. */
  policy: string | null;
  /** Epoch milliseconds. */
  createdAt: number;
};

export type AccessKeys = {
  /** @throws Error when the name or the policy document is malformed */
  create(key: { accountId: string; name: string; policy: string | null }): Promise<NewAccessKey>;
  list(accountId: string): Promise<AccessKeyDescription[]>;
  /** @returns false when there is no such key; so too `disable` and `remove` */
  enable(accessKeyId: string): Promise<boolean>;
  disable(accessKeyId: string): Promise<boolean>;
  remove(accessKeyId: string): Promise<boolean>;
  /**
   * The account's root key; made when the account has no key at all. Undefined when its owner has disabled or removed it.
   * Safe with several replicas that start at once: all derive the same id, and the primary key lets one of them win.
   */
  ensureRootKey(accountId: string): Promise<NewAccessKey | undefined>;
  /** At most a second behind other processes' writes, not at all behind this process's. Unknown ids are remembered, too. */
  findKey: FindKey;
};

/** The names that IAM allows for users. */
const namePattern = /^[\w+=,.@-]{1,64}$/;

const principalOf = (row: AccessKeyRow): Principal => {
  const [accountId, isRoot] = [row.account_id, row.is_root === 1];
  const arn = `arn:aws:iam::${accountId}:${isRoot ? 'root' : `user/${row.name}`}`;
  // A key is all there is of its user, so the user's unique id is made from it.
  const userId = isRoot ? accountId : row.access_key_id.replace(/^AKIA/, 'AIDA');
  return {
    accountId,
    arn,
    accessKeyId: row.access_key_id,
    isRoot,
    policy: row.policy === null ? null : parsePolicy(row.policy),
    context: userContext({ accountId, arn, name: row.name, isRoot, userId }),
    userId,
  };
};

const describe = (row: AccessKeyRow): AccessKeyDescription => ({
  accessKeyId: row.access_key_id,
  accountId: row.account_id,
  name: row.name,
  status: row.status,
  isRoot: row.is_root === 1,
  policy: row.policy,
  createdAt: row.created_at,
});

export const createAccessKeys = ({ db, sealer, clock }: { db: Db; sealer: Sealer; clock: Clock }): AccessKeys => {
  const cache = createFreshCache<SigningKey | undefined>(clock);

  const seal = (key: NewAccessKey) => sealer.seal('access-key', key.secret, key.accessKeyId);
  const open = (row: AccessKeyRow): string => {
    const secret = sealer.open('access-key', row.secret, row.access_key_id);
    if (secret !== undefined) return secret.toString();
    throw new Error(`the secret of access key ${row.access_key_id} cannot be opened with this master key`);
  };
  const load = async (accessKeyId: string): Promise<SigningKey | undefined> => {
    const row = await findAccessKey(db, accessKeyId);
    return row?.status === 'Active' ? { principal: principalOf(row), secret: open(row) } : undefined;
  };
  const insert = async (
    key: NewAccessKey,
    facts: { accountId: string; name: string; policy: string | null },
    isRoot: boolean,
  ) => {
    const inserted = await insertAccessKey(db, {
      access_key_id: key.accessKeyId,
      account_id: facts.accountId,
      name: facts.name,
      secret: seal(key),
      policy: facts.policy,
      status: 'Active',
      is_root: isRoot ? 1 : 0,
      created_at: clock.now(),
    });
    cache.forget(key.accessKeyId);
    return inserted;
  };
  const written = async (accessKeyId: string, write: Promise<boolean>): Promise<boolean> => {
    const changed = await write;
    cache.forget(accessKeyId);
    return changed;
  };

  return {
    async create({ accountId, name, policy }) {
      if (!namePattern.test(name))
        throw new Error(`"${name}" is no name for a key: 1 to 64 of A-Z a-z 0-9 _ + = , . @ -`);
      if (policy !== null) parsePolicy(policy);
      const key = { accessKeyId: newAccessKeyId(), secret: newSecret() };
      if (!(await insert(key, { accountId, name, policy }, false))) throw new Error('two access keys of one id');
      return key;
    },
    list: async accountId => (await listAccessKeys(db, accountId)).map(describe),
    enable: accessKeyId => written(accessKeyId, setAccessKeyStatus(db, accessKeyId, 'Active')),
    disable: accessKeyId => written(accessKeyId, setAccessKeyStatus(db, accessKeyId, 'Inactive')),
    remove: accessKeyId => written(accessKeyId, deleteAccessKey(db, accessKeyId)),
    async ensureRootKey(accountId) {
      const accessKeyId = derivedAccessKeyId(sealer.mac('root-access-key-id', accountId));
      const keys = await listAccessKeys(db, accountId);
      if (keys.length === 0) {
        const key = { accessKeyId, secret: newSecret() };
        if (await insert(key, { accountId, name: 'root', policy: null }, true)) return key;
      }
      const root = keys.find(({ is_root }) => is_root === 1) ?? (await findAccessKey(db, accessKeyId));
      return root?.status === 'Active' ? { accessKeyId: root.access_key_id, secret: open(root) } : undefined;
    },
    findKey: accessKeyId =>
      isAccessKeyId(accessKeyId) ? cache.get(accessKeyId, () => load(accessKeyId)) : Promise.resolve(undefined),
  };
};
