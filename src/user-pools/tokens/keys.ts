/** A pool's signing keys: two RSA-2048 pairs, one for ID and one for access tokens, their rotation and publication (JWKS, RFC 7517). */
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyPairKeyObjectResult,
  randomBytes,
} from 'node:crypto';
import { promisify } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import { createFreshCache } from '../../lib/fresh-cache.ts';
import type { Sealer } from '../../lib/seal.ts';
import type { Db } from '../../storage/schema.ts';
import {
  insertSigningKey,
  listSigningKeys,
  retireSigningKeys,
  type SigningKeyRecord,
  type TokenUse,
} from '../../storage/signing-keys.ts';
import type { SigningKey, SigningKeys } from '../call/signing-keys.ts';

/** The longest life of an ID or access token, and a minute for replicas that have yet to notice the new keys. */
const overlap = 86_400_000 + 60_000;
const generateRsa = promisify(generateKeyPair);

/** Makes an RSA-2048 pair: a twentieth of a second of one core. */
export type NewPair = () => Promise<KeyPairKeyObjectResult>;

const newRsaPair: NewPair = () => generateRsa('rsa', { modulusLength: 2048 });

type Deps = { db: Db; sealer: Sealer; clock: Clock; newPair?: NewPair | undefined };

type LoadedKey = SigningKey & Pick<SigningKeyRecord, 'activeAt' | 'retiresAt' | 'publicJwk'>;

export const createSigningKeys = ({ db, sealer, clock, newPair = newRsaPair }: Deps): SigningKeys => {
  const cache = createFreshCache<LoadedKey[]>(clock);
  // Opening a key is dear, and its material never changes.
  const objects = new LRUCache<string, LoadedKey>({ max: 20_000 });

  const load = (record: SigningKeyRecord): LoadedKey => {
    const known = objects.get(record.kid);
    if (known !== undefined) return { ...known, retiresAt: record.retiresAt };
    const pkcs8 = sealer.open('signing-key', record.privateKey, `${record.poolId}/${record.kid}`);
    if (pkcs8 === undefined)
      throw new Error(`signing key ${record.kid} of pool ${record.poolId} cannot be opened with this master key`);
    const privateKey = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
    const { kid, tokenUse, activeAt, retiresAt, publicJwk } = record;
    const key = { kid, tokenUse, activeAt, retiresAt, publicJwk, privateKey, publicKey: createPublicKey(privateKey) };
    objects.set(kid, key);
    return key;
  };
  /** Newest first. */
  const published = async (poolId: string): Promise<LoadedKey[]> => {
    const keys = await cache.get(poolId, async () => (await listSigningKeys(db, poolId)).map(load));
    return keys.filter(key => key.retiresAt === null || key.retiresAt > clock.now());
  };
  const newRecord = async (poolId: string, tokenUse: TokenUse): Promise<SigningKeyRecord> => {
    const { privateKey, publicKey } = await newPair();
    // Standard base64 of 32 bytes, as Cognito's key ids are.
    const kid = randomBytes(32).toString('base64');
    const { kty = '', n = '', e = '' } = publicKey.export({ format: 'jwk' }) as Record<string, string>;
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
    const now = clock.now();
    return {
      poolId,
      kid,
      tokenUse,
      privateKey: sealer.seal('signing-key', pkcs8, `${poolId}/${kid}`),
      publicJwk: { kty, n, e },
      createdAt: now,
      activeAt: now,
      retiresAt: null,
    };
  };
  const generate = (poolId: string) =>
    Promise.all((['id', 'access'] as const).map(tokenUse => newRecord(poolId, tokenUse)));

  return {
    generate,
    forget: cache.forget,
    async current(poolId, tokenUse) {
      const now = clock.now();
      const mine = (await published(poolId)).filter(each => each.tokenUse === tokenUse && each.activeAt <= now);
      // Of keys made in the same millisecond, the one that has not been replaced.
      const key = mine.find(({ retiresAt }) => retiresAt === null) ?? mine[0];
      if (key === undefined) throw new Error(`pool ${poolId} has no active ${tokenUse} key`);
      return key;
    },
    async byId(poolId, kid, tokenUse) {
      return (await published(poolId)).find(key => key.kid === kid && key.tokenUse === tokenUse);
    },
    async jwks(poolId) {
      const keys = await published(poolId);
      return {
        keys: keys.map(({ kid, publicJwk: { kty, n, e } }) => ({ alg: 'RS256', e, kid, kty, n, use: 'sig' })),
      };
    },
    async rotate(poolId) {
      const records = await generate(poolId);
      const kids = records.map(({ kid }) => kid);
      await db.transaction().execute(async tx => {
        for (const record of records) await insertSigningKey(tx, record);
        await retireSigningKeys(tx, poolId, kids, clock.now() + overlap);
      });
      cache.forget(poolId);
      return kids;
    },
  };
};
