/** What the rest of the house sees of a pool's signing keys; `tokens/keys.ts` makes, keeps and rotates them. */
import type { KeyObject } from 'node:crypto';
import type { SigningKeyRecord, TokenUse } from '../../storage/signing-keys.ts';

export type SigningKey = { kid: string; tokenUse: TokenUse; privateKey: KeyObject; publicKey: KeyObject };

export type Jwk = { alg: 'RS256'; e: string; kid: string; kty: string; n: string; use: 'sig' };

export type SigningKeys = {
  /** The key that signs now. */
  current(poolId: string, tokenUse: TokenUse): Promise<SigningKey>;
  /** A published key by its id; undefined for a stranger's. */
  byId(poolId: string, kid: string, tokenUse: TokenUse): Promise<SigningKey | undefined>;
  /** What `/.well-known/jwks.json` answers: also keys about to sign and keys whose tokens still live. */
  jwks(poolId: string): Promise<{ keys: Jwk[] }>;
  /** To be called when a pool has been made: one with the same id may have been known before. */
  forget(poolId: string): void;
  /** Makes two key pairs; their insertion belongs into the transaction of the pool. */
  generate(poolId: string): Promise<SigningKeyRecord[]>;
  /** New pairs sign at once; the old ones stay published for as long as a token of theirs may live. @returns the new key ids */
  rotate(poolId: string): Promise<string[]>;
};
