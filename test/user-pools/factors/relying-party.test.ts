/** Which origins may speak for a relying party, and what authenticators are asked for: pure rules. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UserPool } from '../../../src/storage/pools.ts';
import type { User } from '../../../src/storage/users.ts';
import { isAllowedOrigin, userVerificationFor } from '../../../src/user-pools/factors/relying-party.ts';

describe('isAllowedOrigin', () => {
  const hash = 'a'.repeat(43);
  const cases: [relyingParty: string, allowed: string[], refused: string[]][] = [
    [
      'example.com',
      [
        'https://example.com',
        'https://www.example.com',
        'https://a.b.example.com',
        'https://example.com:8443',
        `android:apk-key-hash:${hash}`,
      ],
      [
        'http://example.com',
        'http://localhost',
        'https://example.com.evil.net',
        'https://notexample.com',
        'https://com',
        'https://EXAMPLE.com',
        'https://example.com/',
        'https://example.com:443',
        'https://user@example.com',
        'https://example.com@evil.net',
        'https://evil.net#example.com',
        'https://example.com.',
        'ftp://example.com',
        'file://example.com',
        'wss://example.com',
        'javascript:example.com',
        'null',
        '',
        'example.com',
        'android:apk-key-hash:short',
        `android:apk-key-hash:${hash} `,
        `ios:bundle-id:${hash}`,
      ],
    ],
    ['login.example.com', ['https://login.example.com'], ['https://example.com', 'https://other.example.com']],
    [
      'localhost',
      ['http://localhost', 'http://localhost:3000', 'https://localhost:5173', 'http://shop.localhost:3000'],
      ['http://127.0.0.1:3000', 'http://localhost.evil.net', 'http://evil.net', 'http://notlocalhost'],
    ],
  ];
  for (const [relyingParty, allowed, refused] of cases) {
    it(`keeps to ${relyingParty}`, () => {
      for (const origin of allowed) assert.equal(isAllowedOrigin(origin, relyingParty), true, origin);
      for (const origin of refused) assert.equal(isAllowedOrigin(origin, relyingParty), false, origin);
    });
  }
});

describe('userVerificationFor', () => {
  type Setting = { mode?: 'ON' | 'OPTIONAL' | 'OFF'; wanted?: 'required' | 'preferred'; multiFactor?: boolean };
  const asked = ({ mode = 'OFF', wanted, multiFactor }: Setting, factors: User['factors'] = {}) => {
    const FactorConfiguration = multiFactor ? 'MULTI_FACTOR_WITH_USER_VERIFICATION' : 'SINGLE_FACTOR';
    const pool = {
      config: { MfaConfiguration: mode },
      settings: {
        mfa: {
          SoftwareTokenMfaConfiguration: { Enabled: true },
          WebAuthnConfiguration: { UserVerification: wanted, FactorConfiguration },
        },
      },
    } as unknown as UserPool;
    return userVerificationFor(pool, { attributes: {}, factors });
  };

  it('follows the setting, which is `preferred` where nothing is set', () => {
    assert.equal(asked({}), 'preferred');
    assert.equal(asked({ wanted: 'preferred' }), 'preferred');
    assert.equal(asked({ wanted: 'required' }), 'required');
    assert.equal(
      userVerificationFor({ config: {}, settings: {} } as UserPool, { attributes: {}, factors: {} }),
      'preferred',
    );
  });

  it('demands it where a passkey stands for two factors', () => {
    const totp = { enabled: ['SOFTWARE_TOKEN_MFA' as const], totp: { secret: '', verified: true } };
    assert.equal(asked({ mode: 'ON', multiFactor: true }), 'required');
    assert.equal(asked({ mode: 'OPTIONAL', multiFactor: true }), 'preferred');
    assert.equal(asked({ mode: 'OPTIONAL', multiFactor: true }, { webAuthn: true }), 'required');
    assert.equal(asked({ mode: 'OPTIONAL', multiFactor: true }, totp), 'required');
    assert.equal(asked({ mode: 'OPTIONAL', multiFactor: false }, totp), 'preferred');
    assert.equal(asked({ mode: 'OFF', multiFactor: true }, totp), 'preferred');
  });
});
