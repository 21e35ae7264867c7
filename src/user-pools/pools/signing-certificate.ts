/** The certificate that signs a pool's SAML requests: made when first asked for, and the pool's for good. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { UserPool } from '../../storage/pools.ts';
import { findSamlCertificate, insertSamlCertificate, type SamlCertificate } from '../../storage/saml-certificates.ts';
import type { House } from '../call/call.ts';
import { inPool } from '../doors/in-pool.ts';

const day = 86_400_000;
/** Ten years, as Cognito's. */
const lifetime = 3652 * day;

const makeCertificate = async (poolId: string, now: number): Promise<SamlCertificate> => {
  // Loaded only here: most pools never sign a SAML request.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: poolId }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now + lifetime),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
    ],
  });
  const certificate = new X509Certificate(made.cert).raw.toString('base64');
  return { certificate, privateKey: createPrivateKey(made.private) };
};

/** What signs the pool's SAML requests. Of several who ask for the first time at once, all get the same. */
export const samlSigner = async (
  { db, sealer, clock }: Pick<House, 'db' | 'sealer' | 'clock'>,
  { id }: Pick<UserPool, 'id'>,
): Promise<SamlCertificate> => {
  const kept = await findSamlCertificate(db, sealer, id);
  if (kept !== undefined) return kept;
  const made = await makeCertificate(id, clock.now());
  await insertSamlCertificate(db, sealer, id, made, clock.now());
  return (await findSamlCertificate(db, sealer, id)) ?? made;
};

export const getSigningCertificate = inPool<'GetSigningCertificate'>(async call => {
  const { certificate } = await samlSigner(call, call.pool);
  return { Certificate: certificate };
});
