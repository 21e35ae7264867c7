/** GetSigningCertificate: a certificate that other people's code accepts, the same each time. */
import assert from 'node:assert/strict';
import { createSign, createVerify, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { samlSigner } from '../../../src/user-pools/pools/signing-certificate.ts';
import { engines } from '../../support/databases.ts';
import { startWorld } from '../../support/world.ts';

for (const engine of engines)
  describe(`the SAML certificate (${engine})`, () => {
    it('is self-signed, of ten years, the pool’s own and kept with it, whoever asks first', async () => {
      const world = await startWorld({ engine });
      const [pool, other] = [await world.createPool(), await world.createPool()];
      const get = async (UserPoolId: string) => (await world.aws.getSigningCertificate({ UserPoolId })).Certificate;
      const [first, ...rest] = await Promise.all([get(pool), get(pool), get(pool)]);
      assert.deepEqual([...rest, await get(pool)], [first, first, first]);
      assert.notEqual(await get(other), first);

      const certificate = new X509Certificate(Buffer.from(first ?? '', 'base64'));
      assert.equal(certificate.subject, `CN=${pool}`);
      assert.equal(certificate.issuer, certificate.subject);
      assert.ok(certificate.verify(certificate.publicKey));
      assert.equal(certificate.ca, false);
      assert.equal(certificate.publicKey.asymmetricKeyType, 'rsa');
      assert.equal(certificate.publicKey.asymmetricKeyDetails?.modulusLength, 2048);
      const years = (certificate.validToDate.getTime() - world.clock.now()) / (365.25 * 86_400_000);
      assert.ok(years > 9.9 && years < 10.1, `${years}`);
      assert.ok(certificate.validFromDate.getTime() <= world.clock.now());

      const { storage, sealer } = world.app.foundation;
      const { privateKey } = await samlSigner({ db: storage.db, sealer, clock: world.clock }, { id: pool });
      const signature = createSign('sha256').update('SAMLRequest=…').sign(privateKey);
      assert.ok(createVerify('sha256').update('SAMLRequest=…').verify(certificate.publicKey, signature));
      const { private_key } = await storage.db
        .selectFrom('saml_certificates')
        .select('private_key')
        .executeTakeFirstOrThrow();
      assert.ok(!private_key.includes('PRIVATE KEY'), 'the key is sealed');

      await assert.rejects(get('us-east-1_Nobody123'), { name: 'ResourceNotFoundException' });
      await world.aws.deleteUserPool({ UserPoolId: pool });
      await assert.rejects(get(pool), { name: 'ResourceNotFoundException' });
      await world.stop();
    });
  });
