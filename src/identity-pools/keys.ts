/** What signs the tokens of identity pools: an RSA-2048 pair a region, made at first need; its rotation and publication (RFC 7517). */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import { createFreshCache } from '../lib/fresh-cache.ts';
import type { Sealer } from '../lib/seal.ts';
import {
  type IdentityKeyRecord,
  insertIdentityKey,
  listIdentityKeys,
  retireIdentityKeys,
} from '../storage/identity-keys.ts';
import type { Db } from '../storage/schema.ts';

export type IdentityKey = { kid: string; region: string; privateKey: KeyObject; publicKey: KeyObject };
type LoadedKey = IdentityKey & Pick<IdentityKeyRecord, 'number' | 'retiresAt' | 'publicJwk'>;

type Jwk = { alg: 'RS512'; e: string; kid: string; kty: string; n: string; use: 'sig' };

export type IdentityKeys = {
  /** The key that signs for pools of the region. */
  current(region: string): Promise<IdentityKey>;
  /** A published key by its id; undefined for a stranger's. */
  byId(kid: string): Promise<IdentityKey | undefined>;
  jwks(): Promise<{ keys: Jwk[] }>;
  /** A new pair signs at once; the old ones stay published for as long as a token of theirs may live. @returns the new key's id */
  rotate(region: string): Promise<string>;
};

/** The longest life of a token for a developer's user, and a minute for replicas that have yet to notice the new key. */
const overlap = 86_400_000 + 60_000;
const generateRsa = promisify(generateKeyPair);
const all = 'all';

/** As Cognito's are: region and number, `us-east-11`. */
const kidOf = ({ region, number }: Pick<IdentityKeyRecord, 'region' | 'number'>) => `${region}${number}`;

export const createIdentityKeys = ({ db, sealer, clock }: { db: Db; sealer: Sealer; clock: Clock }): IdentityKeys => {
  const cache = createFreshCache<LoadedKey[]>(clock);
  // Opening a key is dear, and its material never changes.
  const opened = new Map<string, KeyObject>();

  const load = (record: IdentityKeyRecord): LoadedKey => {
    const kid = kidOf(record);
    let privateKey = opened.get(kid);
    if (privateKey === undefined) {
      const pkcs8 = sealer.open('identity-key', record.privateKey, `${record.region}/${record.number}`);
      if (pkcs8 === undefined) throw new Error(`identity key ${kid} cannot be opened with this master key`);
      privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
      opened.set(kid, privateKey);
    }
    return { ...record, kid, privateKey, publicKey: createPublicKey(privateKey) };
  };
  const published = async (): Promise<LoadedKey[]> => {
    const keys = await cache.get(all, async () => (await listIdentityKeys(db)).map(load));
    return keys.filter(({ retiresAt }) => retiresAt === null || retiresAt > clock.now());
  };
  const newest = async (region: string) => (await published()).find(key => key.region === region);

  const make = async (region: string, number: number): Promise<void> => {
    const { privateKey, publicKey } = await generateRsa('rsa', { modulusLength: 2048 });
    const { kty = '', n = '', e = '' } = publicKey.export({ format: 'jwk' }) as Record<string, string>;
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    await insertIdentityKey(db, {
      region,
      number,
      privateKey: sealer.seal('identity-key', pkcs8, `${region}/${number}`),
      publicJwk: { kty, n, e },
      createdAt: clock.now(),
      retiresAt: null,
    });
    cache.forget(all);
  };

  // Whoever needs the first key waits for the one that is being made.
  const making = new Map<string, Promise<void>>();
  const makeFirst = (region: string): Promise<void> => {
    const made = making.get(region) ?? make(region, 1).finally(() => making.delete(region));
    making.set(region, made);
    return made;
  };

  return {
    async current(region) {
      const known = await newest(region);
      if (known !== undefined) return known;
      await makeFirst(region);
      const made = await newest(region);
      if (made === undefined) throw new Error(`region ${region} has no identity key`);
      return made;
    },
    async byId(kid) {
      return (await published()).find(key => key.kid === kid);
    },
    async jwks() {
      const keys = await published();
      return {
        keys: keys.map(({ kid, publicJwk: { kty, n, e } }) => ({ alg: 'RS512', e, kid, kty, n, use: 'sig' })),
      };
    },
    async rotate(region) {
      cache.forget(all);
      const number = ((await newest(region))?.number ?? 0) + 1;
      await make(region, number);
      await retireIdentityKeys(db, { region, number }, clock.now() + overlap);
      cache.forget(all);
      return kidOf({ region, number });
    },
  };
};
