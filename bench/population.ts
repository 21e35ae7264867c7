/** Fills the server under test: a pool and a client through its API, the users straight into its database. */
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { type Foundation, openFoundation } from '../src/foundation.ts';
import { createModPow } from '../src/lib/mod-pow.ts';
import { uuid } from '../src/lib/random.ts';
import type { Verifier } from '../src/lib/srp.ts';
import { findPool } from '../src/storage/pools.ts';
import { insertUser, type User } from '../src/storage/users.ts';
import { signInNames } from '../src/user-pools/call/sign-in-names.ts';
import { openPassword, sealPassword } from '../src/user-pools/users/passwords.ts';
import { openConnection } from './connection.ts';
import { createSigner, parseCredentials, type Sign } from './requests.ts';

/** Somebody who can sign in. */
export type Person = Verifier & { username: string };

export type Population = {
  poolId: string;
  clientId: string;
  sign: Sign;
  users: number;
  /** Spread evenly over all users. */
  people: Person[];
  /** Seconds that filling took. */
  seconds: number;
};

export const password = 'Correct-Horse-7';
/** As many at every size, so that their rows are as warm in every cache. */
const mostPeople = 1000;
const usersPerTransaction = 1000;

/** The number has seven digits at every size: requests and answers are of one length. */
export const usernameOf = (index: number): string => `person${String(index).padStart(7, '0')}`;

const userOf = (poolId: string, index: number, now: number): User => ({
  poolId,
  sub: uuid(),
  username: usernameOf(index),
  status: 'CONFIRMED',
  enabled: true,
  attributes: { email: `${usernameOf(index)}@example.com`, email_verified: 'true', name: `Person ${index}` },
  password: null,
  passwordSetAt: now,
  factors: {},
  signedOutAt: null,
  version: 1,
  createdAt: now,
  modifiedAt: now,
});

/** The others have the sealed password of one who can sign in: of the right length, but it opens for nobody else. */
const insertUsers = async ({ storage: { db }, sealer, clock }: Foundation, poolId: string, count: number) => {
  const pool = await findPool(db, poolId);
  if (pool === undefined) throw new Error(`pool ${poolId} is not in the database`);
  const modPow = createModPow({ threads: availableParallelism() });
  const step = Math.max(1, count / mostPeople);
  const isPerson = (index: number) => Math.floor(index / step) !== Math.floor((index - 1) / step);
  const people: Person[] = [];
  let sealed: string | null = null;

  for (let from = 0; from < count; from += usersPerTransaction) {
    const indexes = Array.from({ length: Math.min(usersPerTransaction, count - from) }, (_, offset) => from + offset);
    const users = await Promise.all(
      indexes.map(async index => {
        const user = userOf(poolId, index, clock.now());
        return isPerson(index) ? { ...user, password: await sealPassword({ sealer, modPow }, user, password) } : user;
      }),
    );
    sealed = users.find(user => user.password !== null)?.password ?? sealed;
    await db.transaction().execute(async tx => {
      for (const user of users)
        await insertUser(tx, { ...user, password: user.password ?? sealed }, signInNames(pool, user));
    });
    for (const user of users) {
      const verifier = user.password === null ? undefined : openPassword({ sealer }, user);
      if (verifier !== undefined) people.push({ ...verifier, username: user.username });
    }
  }
  await modPow.close();
  return people;
};

/** Beside a server that runs on `dataDir` and listens on `port`. */
export const populate = async (
  { port, dataDir, databaseUrl }: { port: number; dataDir: string; databaseUrl: string | undefined },
  users: number,
): Promise<Population> => {
  const begin = performance.now();
  const sign = createSigner(port, parseCredentials(await readFile(join(dataDir, 'credentials'), 'utf8')));
  const connection = await openConnection(port);
  const call = async (operation: string, input: object) => {
    const { status, body } = await connection.request(sign(operation, input));
    if (status !== 200) throw new Error(`${operation} answered ${status}: ${body}`);
    return JSON.parse(body);
  };
  const { UserPool } = await call('CreateUserPool', { PoolName: 'bench', AutoVerifiedAttributes: ['email'] });
  const { UserPoolClient } = await call('CreateUserPoolClient', {
    UserPoolId: UserPool.Id,
    ClientName: 'bench',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  connection.close();

  const config = readConfig({ CENOTE_DATA_DIR: dataDir, CENOTE_DATABASE_URL: databaseUrl });
  const foundation = await openFoundation(config);
  const people = await insertUsers(foundation, UserPool.Id, users);
  await foundation.storage.close();
  const seconds = (performance.now() - begin) / 1000;
  return { poolId: UserPool.Id, clientId: UserPoolClient.ClientId, sign, users, people, seconds };
};
