/** Every column that holds what the master key has sealed, and how the values in it are bound to their rows. */
import type { Sealer } from '../lib/seal.ts';
import type { Table } from '../storage/schema.ts';
import type { UserFactors } from '../storage/users.ts';

export type Row = Readonly<Record<string, string | number | null>>;

export type SealedColumn = {
  table: Table;
  /** The primary key. */
  key: readonly string[];
  column: string;
  /** What it holds, for people. */
  what: string;
  /** The row's value under the newest key; undefined when it cannot be opened. */
  reseal(sealer: Sealer, value: string, row: Row): string | undefined;
};

/** A column that holds one sealed text, whose context is these columns, joined by slashes. */
const whole = (
  table: Table,
  key: readonly string[],
  column: string,
  { what, purpose, context }: { what: string; purpose: string; context: readonly string[] },
): SealedColumn => ({
  table,
  key,
  column,
  what,
  reseal: (sealer, value, row) => sealer.reseal(purpose, value, context.map(name => row[name]).join('/')),
});

/** The secrets of authenticator apps, within the JSON of a user's factors. */
const authenticatorApps: SealedColumn = {
  table: 'users',
  key: ['pool_id', 'sub'],
  column: 'factors',
  what: 'secrets of authenticator apps',
  reseal(sealer, value, { pool_id, sub }) {
    const factors = JSON.parse(value) as UserFactors;
    const apps = [factors.totp, factors.pendingTotp].filter(app => app !== undefined);
    for (const app of apps) {
      const secret = sealer.reseal('totp', app.secret, `${pool_id}/${sub}`);
      if (secret === undefined) return undefined;
      app.secret = secret;
    }
    return apps.length === 0 ? value : JSON.stringify(factors);
  },
};

export const sealedColumns: readonly SealedColumn[] = [
  whole('access_keys', ['access_key_id'], 'secret', {
    what: 'secrets of access keys',
    purpose: 'access-key',
    context: ['access_key_id'],
  }),
  whole('signing_keys', ['pool_id', 'kid'], 'private_key', {
    what: 'signing keys',
    purpose: 'signing-key',
    context: ['pool_id', 'kid'],
  }),
  whole('identity_keys', ['region', 'number'], 'private_key', {
    what: 'keys of identity pools',
    purpose: 'identity-key',
    context: ['region', 'number'],
  }),
  whole('saml_certificates', ['pool_id'], 'private_key', {
    what: 'SAML signing keys',
    purpose: 'saml-certificate',
    context: ['pool_id'],
  }),
  whole('client_secrets', ['pool_id', 'client_id', 'secret_id'], 'secret', {
    what: 'client secrets',
    purpose: 'client-secret',
    context: ['pool_id', 'client_id'],
  }),
  whole('identity_providers', ['pool_id', 'name'], 'details', {
    what: 'details of identity providers',
    purpose: 'identity-provider',
    context: ['pool_id', 'name'],
  }),
  whole('users', ['pool_id', 'sub'], 'password', {
    what: 'passwords',
    purpose: 'password',
    context: ['pool_id', 'sub'],
  }),
  authenticatorApps,
  whole('password_history', ['pool_id', 'sub', 'set_at'], 'password', {
    what: 'earlier passwords',
    purpose: 'password',
    context: ['pool_id', 'sub'],
  }),
  whole('devices', ['pool_id', 'sub', 'device_key'], 'verifier', {
    what: 'secrets of devices',
    purpose: 'device',
    context: ['pool_id', 'sub', 'device_key'],
  }),
  whole('outbox', ['message_id'], 'content', {
    what: 'messages',
    purpose: 'outbox',
    context: ['message_id'],
  }),
  whole('user_import_chunks', ['pool_id', 'job_id', 'upload_id', 'chunk'], 'content', {
    what: 'pieces of import files',
    purpose: 'import-chunk',
    context: ['pool_id', 'job_id', 'upload_id', 'chunk'],
  }),
];
