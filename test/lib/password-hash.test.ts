/** Password hashes of other systems: vectors that others have published, every encoding, and what is refused. */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { createHashChecker } from '../../src/lib/hash-checker.ts';
import { type HashAlgorithm, readPasswordHash } from '../../src/lib/password-hash.ts';

/** Where each comes from is said beside it; none was made by this project or with Node. */
const vectors: [algorithm: HashAlgorithm, from: string, password: string, hash: string][] = [
  // Openwall crypt_blowfish, wrapper.c
  ['BCRYPT', 'crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  ['BCRYPT', 'crypt_blowfish', '', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy'],
  ['BCRYPT', 'crypt_blowfish, $2x$', 'U*U', '$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
  // glibc's crypt
  ['BCRYPT', 'libxcrypt', 'correct horse', '$2b$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e'],
  [
    'BCRYPT',
    "Spring Security's DelegatingPasswordEncoder",
    'password',
    '{bcrypt}$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG',
  ],
  // RFC 7914 §12
  [
    'SCRYPT',
    'RFC 7914',
    'pleaseletmein',
    `16384$8$1$${Buffer.from('SodiumChloride').toString('hex')}$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887`,
  ],
  [
    'SCRYPT',
    'RFC 7914 as Werkzeug writes it',
    'pleaseletmein',
    'scrypt:16384:8:1$SodiumChloride$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
  ],
  // The documentation of passlib.hash.scrypt
  [
    'SCRYPT',
    'passlib',
    'password',
    '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  ],
  // phc-winner-argon2, src/test.c
  [
    'ARGON2ID',
    'the reference implementation',
    'password',
    '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4',
  ],
  // RFC 7914 §11
  [
    'PBKDF2_SHA256',
    'RFC 7914',
    'passwd',
    `$pbkdf2-sha256$1$${Buffer.from('salt').toString('base64').replace(/=+$/, '')}$${Buffer.from('55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783', 'hex').toString('base64').replace(/=+$/, '')}`,
  ],
  // The documentation of passlib.hash.pbkdf2_sha256; its base64 has a full stop for the plus sign
  [
    'PBKDF2_SHA256',
    'passlib',
    'password',
    '$pbkdf2-sha256$6400$0ZrzXitFSGltTQnBWOsdAw$Y11AchqV4b0sUisdZd0Xr97KWoymNE0LNNrnEgY4H9M',
  ],
  [
    'PBKDF2_SHA256',
    'passlib',
    'password',
    '$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44',
  ],
  // Computed by Python's hashlib, in the forms of django.contrib.auth.hashers and werkzeug.security
  [
    'PBKDF2_SHA256',
    'Django',
    'correct horse',
    'pbkdf2_sha256$1000$seasalt$mQnueSakb748zqBAC1tmWVZsZbi2zPGZarEzTGdfmso=',
  ],
  [
    'PBKDF2_SHA256',
    'Werkzeug',
    'correct horse',
    'pbkdf2:sha256:1000$seasalt$9909ee7926a46fbe3ccea0400b5b6659566c65b8b6ccf1996ab1334c675f9aca',
  ],
];

describe('passwords and their hashes', () => {
  const checker = createHashChecker({ concurrency: 2 });
  after(() => checker.close());
  for (const [algorithm, from, password, text] of vectors) {
    it(`${algorithm} of ${from}: ${JSON.stringify(password)}`, async () => {
      const hash = readPasswordHash(algorithm, text);
      assert(typeof hash !== 'string', hash as string);
      assert.equal(await checker.matches(hash, password), true);
      assert.equal(await checker.matches(hash, `${password}x`), false);
    });
  }
});

describe('what is refused', () => {
  const bcrypt = 'CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6';
  const hex = (bytes: number) => 'ab'.repeat(bytes);
  const b64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64').replace(/=+$/, '');
  const scrypt = (N: number, r = 8, p = 1) => `${N}$${r}$${p}$${hex(16)}$${hex(32)}`;
  const argon2 = (m: number, t = 2, p = 1) => `$argon2id$v=19$m=${m},t=${t},p=${p}$${b64(16)}$${b64(32)}`;
  const pbkdf2 = (iterations: number) => `$pbkdf2-sha256$${iterations}$${b64(16)}$${b64(32)}`;

  const accepted: [HashAlgorithm, string][] = [
    ['BCRYPT', `$2b$12$${bcrypt}`],
    ['SCRYPT', scrypt(65536)],
    ['SCRYPT', `$scrypt$ln=16,r=8,p=1$${b64(16)}$${b64(32)}`],
    ['ARGON2ID', argon2(19456)],
    ['PBKDF2_SHA256', pbkdf2(600_000)],
    ['PBKDF2_SHA256', `$pbkdf2-sha256$i=600000,l=32$${b64(16)}$${b64(32)}`],
  ];
  for (const [algorithm, text] of accepted) {
    it(`the most that is allowed: ${text.slice(0, 30)}…`, () =>
      assert.notEqual(typeof readPasswordHash(algorithm, text), 'string'));
  }

  const outOfBounds: [HashAlgorithm, string][] = [
    ['BCRYPT', `$2b$13$${bcrypt}`],
    ['BCRYPT', `$2b$03$${bcrypt}`],
    ['SCRYPT', scrypt(131072)],
    ['SCRYPT', scrypt(30000)],
    ['SCRYPT', scrypt(1)],
    ['SCRYPT', scrypt(1024, 9)],
    ['SCRYPT', scrypt(1024, 8, 2)],
    ['SCRYPT', `$scrypt$ln=17,r=8,p=1$${b64(16)}$${b64(32)}`],
    ['SCRYPT', `$scrypt$ln=99999,r=8,p=1$${b64(16)}$${b64(32)}`],
    ['ARGON2ID', argon2(19457)],
    ['ARGON2ID', argon2(4)],
    ['ARGON2ID', argon2(19456, 3)],
    ['ARGON2ID', argon2(19456, 2, 2)],
    ['PBKDF2_SHA256', pbkdf2(600_001)],
    ['PBKDF2_SHA256', pbkdf2(0)],
  ];
  for (const [algorithm, text] of outOfBounds) {
    it(`out of bounds: ${text.slice(0, 34)}…`, () => assert.equal(readPasswordHash(algorithm, text), 'out of bounds'));
  }

  const malformed: [HashAlgorithm, string][] = [
    ['BCRYPT', `$2b$10$${bcrypt.slice(1)}`],
    ['BCRYPT', `$2c$10$${bcrypt}`],
    ['BCRYPT', `$2b$10$${bcrypt} `],
    ['BCRYPT', argon2(19456)],
    ['SCRYPT', `1024$8$1$${hex(16)}$xyz`],
    ['SCRYPT', `1024$8$1$${hex(16)}$${hex(8)}`],
    ['SCRYPT', `1024$8$1$$${hex(32)}`],
    ['ARGON2ID', argon2(19456).replace('argon2id', 'argon2i')],
    ['ARGON2ID', argon2(19456).replace('v=19', 'v=16')],
    ['ARGON2ID', `$argon2id$v=19$m=64,t=1,p=1$${b64(4)}$${b64(32)}`],
    ['PBKDF2_SHA256', pbkdf2(1000).replace('sha256', 'sha1')],
    ['PBKDF2_SHA256', `$pbkdf2-sha256$1000$!!!!$${b64(32)}`],
    ['PBKDF2_SHA256', 'password'],
    ['PBKDF2_SHA256', ''],
    ['PBKDF2_SHA256', `pbkdf2_sha256$1000$${'s'.repeat(600)}$${b64(32)}`],
  ];
  for (const [algorithm, text] of malformed) {
    it(`malformed ${algorithm}: ${text.slice(0, 34)}`, () =>
      assert.equal(readPasswordHash(algorithm, text), 'malformed'));
  }
});

describe('checks at the same time', () => {
  const text = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

  it('each get their own answer', async () => {
    const checker = createHashChecker({ concurrency: 2 });
    const hash = readPasswordHash('BCRYPT', text);
    assert(typeof hash !== 'string');
    const passwords = Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? 'U*U' : `wrong ${index}`));
    const answers = await Promise.all(passwords.map(password => checker.matches(hash, password)));
    assert.deepEqual(
      answers,
      passwords.map(password => password === 'U*U'),
    );
    await checker.close();
  });

  it('leave the event loop to others', async () => {
    const checker = createHashChecker({ concurrency: 1 });
    const hash = readPasswordHash('BCRYPT', `$2b$10$${text.slice(7)}`);
    assert(typeof hash !== 'string');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    await checker.matches(hash, 'U*U');
    clearInterval(timer);
    // A thousand rounds take tens of milliseconds; on this thread no turn would have come in between.
    assert(turns > 3, `${turns} turns`);
    await checker.close();
  });
});
