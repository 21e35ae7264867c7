/** The server's SRP agrees with the formulas, with our client half and with the JavaScript SDK. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { createModPow } from '../../src/lib/mod-pow.ts';
import {
  claimSignature,
  createVerifier,
  matchesPassword,
  parseA,
  passwordExponent,
  scrambler,
  serverKey,
  startServer,
} from '../../src/lib/srp.ts';
import { clientKey, startClient } from '../../src/lib/srp-client.ts';
import { evenHex, fromHex, k, N, padHex, toBytes } from '../../src/lib/srp-group.ts';
import { bytesOf, exchange, type Run, signedBytes, toNumber } from './srp-reference.ts';

const modPow = createModPow({ threads: 2 });
after(() => modPow.close());

const text = fc.string({ unit: 'binary', maxLength: 40 });
const credentials = fc.record({ group: text, user: text, password: text });
const ann = {
  group: 'aB3dE5gH7',
  user: '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  password: 'Zürich-Пароль-1',
};

/** Checks our halves against the formulas for given secrets. */
async function agrees(run: Run) {
  const expected = exchange(run);
  assert.equal(expected.S, expected.clientS, 'the reference itself');
  const salt = run.salt.toString(16);
  assert.equal(passwordExponent(run, salt).toString('hex'), expected.x.toString(16).padStart(64, '0'));
  assert.equal(await matchesPassword(modPow, run, { salt, verifier: expected.v.toString(16) }), true);
  const [A, B, a, b, verifier] = [expected.A, expected.B, run.a, run.b, expected.v].map(value =>
    value.toString(16),
  ) as [string, string, string, string, string];
  const B_ = await modPow.serverPublic(bytesOf(run.b), toBytes(k * expected.v));
  assert.equal(toNumber(B_), expected.B);
  assert.equal(parseA(A), evenHex(A));
  assert.equal(fromHex(scrambler(A, B)), expected.u);
  assert.deepEqual(await serverKey(modPow, { A: parseA(A)!, B, b, verifier }), expected.key);
  assert.deepEqual(await clientKey(modPow, run, { salt, a, A, B }), expected.key);
  return expected;
}

test('both halves agree with the formulas for any credentials, salt and secrets', async () => {
  const secret = fc.bigInt({ min: 1n, max: (1n << 256n) - 1n });
  const salt = fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }),
    fc.bigInt({ min: 0n, max: (1n << 116n) - 1n }),
    fc.bigInt({ min: 1n << 127n, max: (1n << 128n) - 1n }),
  );
  await fc.assert(
    fc.asyncProperty(credentials, salt, secret, secret, async (who, salt, a, b) => {
      await agrees({ ...who, salt, a, b });
    }),
    { numRuns: 25 },
  );
});

// With this salt and this a, the b of each row gives the value in question the shape in question.
const base = { ...ann, salt: 0xa1b2c3d4e5f60718293a4b5c6d7e8fn, a: (7n << 252n) + 0xa11cen };
const shapes: [shape: string, b: bigint, has: (value: ReturnType<typeof exchange>) => boolean][] = [
  ['u with a leading zero byte', 460n, ({ u }) => bytesOf(u).length === 31],
  ['u with the top bit set', 3n, ({ u }) => u >> 255n === 1n],
  ['S with a leading zero byte and then the top bit set', 578n, ({ S }) => S >> 3063n === 1n],
  ['S with the top bit set', 2n, ({ S }) => S >> 3071n === 1n],
  ['B with a leading zero byte', 45n, ({ B }) => bytesOf(B).length === 383],
];
for (const [shape, b, has] of shapes) {
  test(`both halves agree on ${shape}`, async () => {
    const values = await agrees({ ...base, b: (7n << 252n) + b });
    assert.ok(has(values), 'the row does not give the shape that it claims');
  });
}

test('a sign-in from sign-up to signature', async () => {
  await fc.assert(
    fc.asyncProperty(credentials, async who => {
      const { salt, verifier } = await createVerifier(modPow, who);
      assert.match(salt, /^[4-7][0-9a-f]{31}$/);
      assert.match(verifier, /^[0-9a-f]{768}$/);
      const [{ a, A }, { b, B }] = await Promise.all([startClient(modPow), startServer(modPow, verifier)]);
      assert.match(B, /^(?!00)[0-9a-f]{768}$/);
      const ours = await serverKey(modPow, { A: parseA(A)!, B, b, verifier });
      assert.deepEqual(await clientKey(modPow, who, { salt, a, A, B }), ours);
      const wrong = await clientKey(modPow, { ...who, password: `${who.password}!` }, { salt, a, A, B });
      assert.notDeepEqual(wrong, ours);
    }),
    { numRuns: 10 },
  );
});

test('a B that begins with a zero byte is drawn again', async () => {
  const { verifier } = await createVerifier(modPow, ann);
  const drawn: string[] = [];
  const unlucky = {
    ...modPow,
    async serverPublic(b: Buffer, kv: Buffer) {
      drawn.push(b.toString('hex'));
      return drawn.length < 3 ? toBytes(N >> 8n) : modPow.serverPublic(b, kv);
    },
  };
  const { b, B } = await startServer(unlucky, verifier);
  assert.ok(drawn.length >= 3);
  assert.equal(b, drawn.at(-1));
  assert.equal(B, (await modPow.serverPublic(Buffer.from(b, 'hex'), toBytes(k * fromHex(verifier)))).toString('hex'));
});

test('a password matches its own verifier only', async () => {
  const stored = await createVerifier(modPow, ann);
  assert.equal(await matchesPassword(modPow, ann, stored), true);
  for (const other of [{ password: 'Zürich-Пароль-2' }, { user: 'someone' }, { group: 'aB3dE5gH8' }]) {
    assert.equal(await matchesPassword(modPow, { ...ann, ...other }, stored), false);
  }
  assert.equal(await matchesPassword(modPow, ann, { ...stored, salt: `4${stored.salt.slice(1, -1)}` }), false);
  const again = await createVerifier(modPow, ann);
  assert.notEqual(again.salt, stored.salt);
  assert.notEqual(again.verifier, stored.verifier);
});

test('leading zeros of a salt make no difference', () => {
  for (const digits of ['abc', 'f0', '7f01']) {
    const x = passwordExponent(ann, digits);
    for (const zeros of ['0', '00', '000']) assert.deepEqual(passwordExponent(ann, zeros + digits), x);
    assert.deepEqual(passwordExponent(ann, digits.toUpperCase()), x);
  }
});

test('padHex is the two’s complement form', () => {
  for (const [value, padded] of [
    [0n, '00'],
    [20n, '14'],
    [127n, '7f'],
    [128n, '0080'],
    [236n, '00ec'],
    [0xabcn, '0abc'],
  ] as const) {
    assert.equal(padHex(value), padded);
  }
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: N }), fc.nat(3), (value, zeros) => {
      assert.equal(padHex(value), signedBytes(value).toString('hex'));
      assert.equal(padHex('0'.repeat(zeros) + value.toString(16).toUpperCase()), padHex(value));
    }),
  );
});

test('SRP_A must be a number of the group that is not 0', () => {
  const hex = (value: bigint) => value.toString(16);
  assert.equal(parseA('1'), '01');
  assert.equal(parseA(`00${hex(N - 1n).toUpperCase()}`), hex(N - 1n));
  assert.equal(parseA(hex(N + 1n)), hex(N + 1n));
  for (const bad of [
    '',
    '0',
    '00',
    'g1',
    '0x12',
    '-1',
    ' 12',
    '12\n',
    '1.5',
    hex(N),
    `00${hex(N)}`,
    hex(2n * N),
    'f'.repeat(769),
    '0'.repeat(771),
    `${'0'.repeat(10)}${hex(N - 1n)}`,
    'f'.repeat(100_000),
  ]) {
    assert.equal(parseA(bad), undefined, bad.slice(0, 20));
  }
});

test('an A at or above N is hashed as sent and still gives S', async () => {
  const { verifier } = await createVerifier(modPow, ann);
  const { b, B } = await startServer(modPow, verifier);
  const S = (A: string) =>
    modPow.serverSecret(
      ...([A, verifier, scrambler(A, B), b].map(h => Buffer.from(h, 'hex')) as [Buffer, Buffer, Buffer, Buffer]),
    );
  const A = parseA((N + 2n).toString(16))!;
  assert.notEqual(scrambler(A, B), scrambler('02', B));
  assert.equal((await S(A)).length, 384);
  assert.equal((await serverKey(modPow, { A, B, b, verifier })).length, 16);
});

test('the client refuses a B of 0', async () => {
  const secrets = { salt: '40', a: '01', A: '02', B: N.toString(16) };
  await assert.rejects(clientKey(modPow, ann, secrets), /SRP_B is 0/);
});

test('the signature covers group, user, secret block and timestamp', () => {
  const key = Buffer.alloc(16, 7);
  const claim = {
    group: 'gröup',
    user: 'üser',
    secretBlock: Buffer.from([0, 255, 128]),
    timestamp: 'Sat Sep 5 07:01:09 UTC 2026',
  };
  const message = Buffer.concat([Buffer.from('gröupüser'), Buffer.from([0, 255, 128]), Buffer.from(claim.timestamp)]);
  assert.deepEqual(claimSignature(key, claim), createHmac('sha256', key).update(message).digest());
});

const require = createRequire(import.meta.url);
const AuthenticationHelper = require('amazon-cognito-identity-js/lib/AuthenticationHelper.js').default;
const BigInteger = require('amazon-cognito-identity-js/lib/BigInteger.js').default;

test('the JavaScript SDK derives the same key from our salt and B', async () => {
  const { salt, verifier } = await createVerifier(modPow, ann);
  const helper = new AuthenticationHelper(ann.group);
  const A = parseA(helper.largeAValue.toString(16))!;
  const { b, B } = await startServer(modPow, verifier);
  const theirs = await new Promise<Uint8Array>((resolve, reject) => {
    const done = (error: unknown, key: Uint8Array) => (error ? reject(error) : resolve(key));
    helper.getPasswordAuthenticationKey(ann.user, ann.password, new BigInteger(B, 16), new BigInteger(salt, 16), done);
  });
  assert.deepEqual(await serverKey(modPow, { A, B, b, verifier }), Buffer.from(theirs));
});

test("the JavaScript SDK's device verifier is the one that we would make", async () => {
  const helper = new AuthenticationHelper('pool');
  const device = { group: '-v7w9UcY6', user: 'us-east-1_7c9e6679-7425-40de-944b-e07fc1f90ae7' };
  await new Promise<void>((resolve, reject) =>
    helper.generateHashDevice(device.group, device.user, (error: unknown) => (error ? reject(error) : resolve())),
  );
  const stored = { salt: helper.getSaltDevices() as string, verifier: helper.getVerifierDevices() as string };
  assert.equal(await matchesPassword(modPow, { ...device, password: helper.getRandomPassword() }, stored), true);
});
