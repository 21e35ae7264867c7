/** The certificate with which a pool signs SAML requests, one a pool, and its private key. */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import type { Sealer } from '../lib/seal.ts';
import type { Db } from './schema.ts';

export type SamlCertificate = {
  /** Base64 of the DER form. */
  certificate: string;
  privateKey: KeyObject;
};

const purpose = 'saml-certificate';

export const findSamlCertificate = async (
  db: Db,
  sealer: Sealer,
  poolId: string,
): Promise<SamlCertificate | undefined> => {
  const row = await db.selectFrom('saml_certificates').selectAll().where('pool_id', '=', poolId).executeTakeFirst();
  if (row === undefined) return undefined;
  const privateKey = sealer.open(purpose, row.private_key, poolId);
  if (privateKey === undefined)
    throw new Error(`the key of the SAML certificate of ${poolId} cannot be opened with this master key`);
  return { certificate: row.certificate, privateKey: createPrivateKey(privateKey) };
};

/** Keeps the pool's first certificate: a second one is not stored. */
export const insertSamlCertificate = async (
  db: Db,
  sealer: Sealer,
  poolId: string,
  { certificate, privateKey }: SamlCertificate,
  now: number,
): Promise<void> => {
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
  await db
    .insertInto('saml_certificates')
    .values({ pool_id: poolId, certificate, private_key: sealer.seal(purpose, pem, poolId), created_at: now })
    .onConflict(conflict => conflict.doNothing())
    .execute();
};
