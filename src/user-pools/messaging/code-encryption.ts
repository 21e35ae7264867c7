/** How codes are encrypted for custom senders: as AWS Encryption SDK messages, under an AWS KMS key or a key of the operator's own. */
import { readFile } from 'node:fs/promises';
import type { KeyringNode } from '@aws-crypto/client-node';
import { decodeKey } from '../../lib/master-key.ts';
import { deliveryFailure } from './transport.ts';

/** 32 bytes for each KMSKeyID that does not stand for a key of AWS KMS. */
export type CodeKeys = ReadonlyMap<string, Uint8Array>;

/**
 * Reads the keys that the settings name.
 * @param given KMSKeyID → 32 bytes in base64 or hexadecimal, or a file with them
 * @throws Error that says what to do and never shows a key
 */
export const loadCodeKeys = async (given: ReadonlyMap<string, string>): Promise<CodeKeys> => {
  const entries = [...given].map(async ([id, keyOrFile]): Promise<[string, Uint8Array]> => {
    const key = decodeKey(keyOrFile) ?? decodeKey((await readFile(keyOrFile, 'utf8').catch(() => '')).trim());
    if (key === undefined)
      throw new Error(
        `CENOTE_CODE_KEYS: ${id} needs 32 bytes in base64 or hexadecimal, or a file with them ("openssl rand -base64 32" makes some)`,
      );
    return [id, key];
  });
  return new Map(await Promise.all(entries));
};

/** The name space of the operator's own keys; the name of each is its KMSKeyID. */
const keyNamespace = 'cenote';

/** @returns the AWS Encryption SDK message in base64; its context names the pool, as Cognito's does */
export type EncryptCode = (poolId: string, keyId: string, code: string) => Promise<string>;

export const createCodeEncryption = ({
  keys,
  kmsEndpoint,
}: {
  keys: CodeKeys;
  kmsEndpoint?: string | undefined;
}): EncryptCode => {
  // It takes a third of a second to load, and most servers never need it.
  const load = async () => {
    const sdk = await import('@aws-crypto/client-node');
    const { encrypt } = sdk.buildClient(sdk.CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
    const clientProvider = sdk.cacheClients(
      sdk.getClient(sdk.KMS, kmsEndpoint === undefined ? {} : { endpoint: kmsEndpoint }),
    );
    const keyringOf = (keyId: string): KeyringNode => {
      const own = keys.get(keyId);
      return own === undefined
        ? new sdk.KmsKeyringNode({ generatorKeyId: keyId, clientProvider })
        : new sdk.RawAesKeyringNode({
            keyNamespace,
            keyName: keyId,
            // The keyring wipes what it is given.
            unencryptedMasterKey: new Uint8Array(own),
            wrappingSuite: sdk.RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
          });
    };
    return (poolId: string, keyId: string, code: string) =>
      encrypt(keyringOf(keyId), Buffer.from(code), {
        encryptionContext: { 'userpool-id': poolId },
        // Committed to its key, so that functions may demand that. A signature would only tell the holders of the key that it
        // is one of them who wrote, at four times the cost.
        suiteId: sdk.AlgorithmSuiteIdentifier.ALG_AES256_GCM_IV12_TAG16_HKDF_SHA512_COMMIT_KEY,
      });
  };
  let loaded: ReturnType<typeof load> | undefined;

  return async (poolId, keyId, code) => {
    loaded ??= load();
    const encrypt = await loaded;
    try {
      const { result } = await encrypt(poolId, keyId, code);
      return result.toString('base64');
    } catch (error) {
      const { name = 'unknown error' } = (error ?? {}) as { name?: string };
      throw deliveryFailure(`the code cannot be encrypted: ${name}`, false, error);
    }
  };
};
