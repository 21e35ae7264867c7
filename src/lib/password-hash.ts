/**
 * Reads password hashes of other systems: each algorithm in the encoding that Cognito's import takes, and in the common variants
 * of it (PHC strings, passlib, Django, Werkzeug, Spring). Pure; `hash-checker.ts` compares passwords with them.
 */

export const hashAlgorithms = ['BCRYPT', 'SCRYPT', 'ARGON2ID', 'PBKDF2_SHA256'] as const;
export type HashAlgorithm = (typeof hashAlgorithms)[number];

export type PasswordHash =
  | { algorithm: 'BCRYPT'; encoded: string }
  | { algorithm: 'SCRYPT'; cost: number; blockSize: number; parallelism: number; salt: Buffer; key: Buffer }
  | { algorithm: 'ARGON2ID'; memory: number; passes: number; parallelism: number; salt: Buffer; key: Buffer }
  | { algorithm: 'PBKDF2_SHA256'; iterations: number; salt: Buffer; key: Buffer };

/** Not the algorithm's encoding, or beyond what Cognito takes. */
export type HashProblem = 'malformed' | 'out of bounds';

/** Cognito's: what is dearer would let a sign-in cost seconds or hundreds of megabytes. */
const bounds = {
  bcryptCost: 12,
  cost: 65536,
  blockSize: 8,
  parallelism: 1,
  memory: 19456,
  passes: 2,
  iterations: 600_000,
};

const longestText = 512;
const saltBytes = { least: 1, most: 128 };
const keyBytes = { least: 16, most: 128 };

const hex = (text: string) =>
  text.length % 2 === 0 && /^[0-9a-f]+$/i.test(text) ? Buffer.from(text, 'hex') : undefined;
/** Standard alphabet with or without padding; passlib writes a full stop for the plus sign. */
const base64 = (text: string) =>
  /^[\w+/.-]+={0,2}$/.test(text) && text.replace(/=+$/, '').length % 4 !== 1
    ? Buffer.from(text.replaceAll('.', '+'), 'base64')
    : undefined;
const plain = (text: string) => Buffer.from(text);

type Decode = (text: string) => Buffer | undefined;
type Numbers = Record<string, string | undefined>;
type Form = { shape: RegExp; salt: Decode; key: Decode };

const isBetween = (value: number, least: number, most: number) =>
  Number.isInteger(value) && value >= least && value <= most;

/** Salt and key of the first form that fits. */
const decode = (
  forms: readonly Form[],
  text: string,
): { numbers: Numbers; salt: Buffer; key: Buffer } | HashProblem => {
  for (const { shape, salt: readSalt, key: readKey } of forms) {
    const numbers: Numbers | undefined = shape.exec(text)?.groups;
    if (numbers === undefined) continue;
    const [salt, key] = [readSalt(numbers.salt ?? ''), readKey(numbers.key ?? '')];
    if (salt === undefined || key === undefined) return 'malformed';
    if (!isBetween(salt.length, saltBytes.least, saltBytes.most)) return 'malformed';
    return isBetween(key.length, keyBytes.least, keyBytes.most) ? { numbers, salt, key } : 'malformed';
  }
  return 'malformed';
};

const tail = String.raw`\$(?<salt>[^$]+)\$(?<key>[^$]+)$`;

const scryptForms: Form[] = [
  // Cognito: N$r$p$hexSalt$hexHash
  { shape: new RegExp(String.raw`^(?<N>\d+)\$(?<r>\d+)\$(?<p>\d+)${tail}`), salt: hex, key: hex },
  // PHC, passlib: $scrypt$ln=16,r=8,p=1$salt$hash
  { shape: new RegExp(String.raw`^\$scrypt\$ln=(?<ln>\d+),r=(?<r>\d+),p=(?<p>\d+)${tail}`), salt: base64, key: base64 },
  // Werkzeug: scrypt:32768:8:1$salt$hexHash; the salt is used as text
  { shape: new RegExp(String.raw`^scrypt:(?<N>\d+):(?<r>\d+):(?<p>\d+)${tail}`), salt: plain, key: hex },
];

const argon2Forms: Form[] = [
  // PHC, which is Cognito's: $argon2id$v=19$m=19456,t=2,p=1$salt$hash
  {
    shape: new RegExp(String.raw`^\$argon2id\$v=19\$m=(?<m>\d+),t=(?<t>\d+),p=(?<p>\d+)${tail}`),
    salt: base64,
    key: base64,
  },
];

const pbkdf2Forms: Form[] = [
  // Cognito and passlib: $pbkdf2-sha256$600000$salt$hash; PHC writes i=600000, and may say the length
  {
    shape: new RegExp(String.raw`^\$pbkdf2-sha256\$(?:i=)?(?<i>\d+)(?:,l=\d+)?${tail}`),
    salt: base64,
    key: base64,
  },
  // Django: pbkdf2_sha256$600000$salt$hash; the salt is used as text
  { shape: new RegExp(String.raw`^pbkdf2_sha256\$(?<i>\d+)${tail}`), salt: plain, key: base64 },
  // Werkzeug: pbkdf2:sha256:600000$salt$hexHash
  { shape: new RegExp(String.raw`^pbkdf2:sha256:(?<i>\d+)${tail}`), salt: plain, key: hex },
];

type Read = (text: string) => PasswordHash | HashProblem;

const readers: Record<HashAlgorithm, Read> = {
  BCRYPT(text) {
    // Spring writes the algorithm's name in front.
    const found = /^(?:\{bcrypt\})?\$2[abxy]\$(?<cost>\d\d)\$(?<rest>[./A-Za-z0-9]{53})$/.exec(text)?.groups;
    if (found === undefined) return 'malformed';
    if (!isBetween(Number(found.cost), 4, bounds.bcryptCost)) return 'out of bounds';
    // The letters tell bugs of old implementations apart, in passwords beyond ASCII or of 256 characters; b is the right one.
    return { algorithm: 'BCRYPT', encoded: `$2b$${found.cost}$${found.rest}` };
  },

  SCRYPT(text) {
    const found = decode(scryptForms, text);
    if (typeof found === 'string') return found;
    const { numbers, salt, key } = found;
    const cost = numbers.ln === undefined ? Number(numbers.N) : 2 ** Number(numbers.ln);
    const [blockSize, parallelism] = [Number(numbers.r), Number(numbers.p)];
    const fits =
      isBetween(Math.log2(cost), 1, Math.log2(bounds.cost)) &&
      isBetween(blockSize, 1, bounds.blockSize) &&
      isBetween(parallelism, 1, bounds.parallelism);
    return fits ? { algorithm: 'SCRYPT', cost, blockSize, parallelism, salt, key } : 'out of bounds';
  },

  ARGON2ID(text) {
    const found = decode(argon2Forms, text);
    if (typeof found === 'string') return found;
    const { numbers, salt, key } = found;
    // RFC 9106 §3.1
    if (salt.length < 8) return 'malformed';
    const [memory, passes, parallelism] = [Number(numbers.m), Number(numbers.t), Number(numbers.p)];
    const fits =
      isBetween(memory, 8, bounds.memory) &&
      isBetween(passes, 1, bounds.passes) &&
      isBetween(parallelism, 1, bounds.parallelism);
    return fits ? { algorithm: 'ARGON2ID', memory, passes, parallelism, salt, key } : 'out of bounds';
  },

  PBKDF2_SHA256(text) {
    const found = decode(pbkdf2Forms, text);
    if (typeof found === 'string') return found;
    const { numbers, salt, key } = found;
    const iterations = Number(numbers.i);
    return isBetween(iterations, 1, bounds.iterations)
      ? { algorithm: 'PBKDF2_SHA256', iterations, salt, key }
      : 'out of bounds';
  },
};

/** The hash, or why it cannot be one that is taken. */
export const readPasswordHash = (algorithm: HashAlgorithm, text: string): PasswordHash | HashProblem =>
  text.length > longestText ? 'malformed' : readers[algorithm](text);
