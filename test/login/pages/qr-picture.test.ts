/** The picture for authenticator apps: the modules of the code, and the address in it. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encode } from 'uqr';
import { textOf } from '../../../src/lib/html.ts';
import { otpauthUri, qrPicture } from '../../../src/login/pages/qr-picture.ts';

/** What the path paints: each run of dark modules as `M x y h length …`. */
const painted = (svg: string): boolean[][] => {
  const size = Number(/viewBox="0 0 (\d+) \d+"/.exec(svg)?.[1]);
  const rows = Array.from({ length: size }, () => Array<boolean>(size).fill(false));
  for (const [, x, y, length] of svg.matchAll(/M(\d+) (\d+)h(\d+)v1H\d+z/g))
    rows[Number(y)]?.fill(true, Number(x), Number(x) + Number(length));
  return rows;
};

describe('a QR picture', () => {
  it('paints every dark module and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 120 }), async text => {
        const { data } = encode(text, { ecc: 'M', border: 4 });
        assert.deepEqual(painted(textOf(await qrPicture(text, 'code'))), data);
      }),
      { numRuns: 20 },
    );
  });

  it('says what it is', async () => {
    assert.match(textOf(await qrPicture('x', 'A "code"')), /role="img" aria-label="A &quot;code&quot;"/);
  });

  it('carries the key as authenticator apps read it', () => {
    const uri = new URL(otpauthUri({ issuer: 'My: pool & Co', name: 'jane@example.com', secret: 'ABC234' }));
    assert.equal(uri.protocol, 'otpauth:');
    assert.equal(
      decodeURIComponent(uri.pathname),
      uri.host === 'totp' ? '/My: pool & Co:jane@example.com' : '//totp/My: pool & Co:jane@example.com',
    );
    assert.deepEqual(Object.fromEntries(uri.searchParams), { secret: 'ABC234', issuer: 'My: pool & Co' });
  });
});
