/** A stock of RSA key pairs for the pools of a test run: making two for every pool would take a fifth of its time. */
import { createPrivateKey, createPublicKey, generateKeyPair, type KeyPairKeyObjectResult } from 'node:crypto';
import { promisify } from 'node:util';

const STOCK = 'TEST_SIGNING_PAIRS';
const separator = '\n\n';
/** Enough that pools side by side have different ones, and each pool two. */
const size = 8;

/** For the global setup: the processes of the run inherit the stock. */
export const stockSigningPairs = async (): Promise<void> => {
  const made = Array.from({ length: size }, () => promisify(generateKeyPair)('rsa', { modulusLength: 2048 }));
  const pems = (await Promise.all(made)).map(({ privateKey }) => privateKey.export({ format: 'pem', type: 'pkcs8' }));
  process.env[STOCK] ??= pems.join(separator);
};

const stock = (process.env[STOCK] ?? '').split(separator).filter(Boolean);
const opened: KeyPairKeyObjectResult[] = [];
let taken = 0;

/** The next pair of the stock, after the last one the first again; undefined when there is no stock (a file run by itself). */
export const signingPairFromStock =
  stock.length === 0
    ? undefined
    : async (): Promise<KeyPairKeyObjectResult> => {
        const index = taken++ % stock.length;
        const privateKey = createPrivateKey(stock[index] ?? '');
        opened[index] ??= { privateKey, publicKey: createPublicKey(privateKey) };
        return opened[index];
      };
