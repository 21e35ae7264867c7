/** `node bench/identity-pools.ts --help`: what applications ask of identity pools, beside the RSA operations it needs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { readConfig } from '../src/config.ts';
import { openFoundation } from '../src/foundation.ts';
import { identityPoolTrust } from '../src/iam/identity-pool-trust.ts';
import { type Connection, openConnection } from './connection.ts';
import { createPlace } from './database.ts';
import { measureOperation } from './floor.ts';
import { openConnections } from './load.ts';
import { capacity, type Measurement, measure } from './measure.ts';
import { type Population, password, populate } from './population.ts';
import { createSigner, parseCredentials, publicRequest } from './requests.ts';
import { startServer } from './server-process.ts';

const between = (min: number, max: number) => (text: string) => {
  const number = Number(text);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
};

const command = new Command('identity-pools')
  .description(
    'Starts a server with an empty SQLite directory, makes a user pool with its users and an identity pool with its roles, drives ' +
      'it over loopback and prints what a request costs, beside what its cryptography alone costs on the same processors. ' +
      'Nothing else should run meanwhile.',
  )
  .option('--seconds <s>', 'length of each measurement', between(1, 60), 5)
  .option('--concurrency <n>', 'connections, each with one request at a time', between(1, 1000), 32)
  .option('--users <n>', 'users who have signed in, and whose ID tokens are the logins', between(1, 10_000), 200)
  .option('--token-check', 'with ServerSideTokenCheck: is the user still there, and signed in?')
  .option('--profile <directory>', "writes a CPU profile of the server's main thread there")
  .addHelpText(
    'after',
    `
Operations:
  GetId, guest               a new identity each time, on the disk before the answer
  GetId, login               the identity that belongs to a user of the user pool: one RSA-2048 verification
  GetCredentialsForIdentity  with such a login, for a role of this server: one verification
  GetOpenIdToken             with such a login: one verification, and one RS512 signature

Columns:
  CPU ms, main ms       CPU of the server for one request: all threads; the main thread
  floor ms, efficiency  CPU of the RSA operations alone, before and after the load of this run (mean); floor ÷ CPU
  capacity/s            requests a second if all processors served them: cores ÷ CPU, or one core ÷ main
  generator, other      processors kept busy by the generator, and by anything else: above 0.1, figures say little

Example:
  node bench/identity-pools.ts --seconds 10 --token-check`,
  )
  .parse();

type Options = { seconds: number; concurrency: number; users: number; tokenCheck?: boolean; profile?: string };
const { seconds, concurrency, users, tokenCheck = false, profile } = command.opts<Options>();
// Ends by way of the exit event, with which the server and its directory go, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

type Call = (request: Buffer) => Promise<Record<string, unknown>>;

/** @throws Error with any answer but 200 */
const callOn =
  (connection: Connection): Call =>
  async request => {
    const { status, body } = await connection.request(request);
    if (status !== 200) throw new Error(`The server answered ${status}: ${body}`);
    return body === '' ? {} : JSON.parse(body);
  };

type Server = { port: number; dataDir: string };
/** An identity pool, and what applications say for one of its users. */
type Prepared = { poolId: string; claims: { IdentityId: string; Logins: Record<string, string> }[] };

const onPool = (port: number, operation: string, input: object) =>
  publicRequest(port, operation, input, 'cognito-identity');

/** Roles for guests and for users, as `cenote roles create … --for-identity-pool` makes them. @returns their ARNs */
const makeRoles = async (dataDir: string, poolId: string): Promise<Record<string, string>> => {
  const { storage, roles, config } = await openFoundation(readConfig({ CENOTE_DATA_DIR: dataDir }));
  const make = async (amr: 'authenticated' | 'unauthenticated') => {
    const role = await roles.create({
      accountId: config.accountId,
      name: amr,
      trustPolicy: identityPoolTrust(poolId, amr),
    });
    if (role === undefined) throw new Error(`there is a role ${amr} already`);
    return [amr, role.arn];
  };
  try {
    return Object.fromEntries([await make('authenticated'), await make('unauthenticated')]);
  } finally {
    await storage.close();
  }
};

const prepare = async ({ port, dataDir }: Server, population: Population, call: Call): Promise<Prepared> => {
  const credentials = parseCredentials(await readFile(join(dataDir, 'credentials'), 'utf8'));
  const sign = createSigner(port, credentials, 'cognito-identity');
  const { clientId, people } = population;
  const ProviderName = `cognito-idp.${credentials.region}.amazonaws.com/${population.poolId}`;
  const pool = await call(
    sign('CreateIdentityPool', {
      IdentityPoolName: 'bench',
      AllowUnauthenticatedIdentities: true,
      AllowClassicFlow: true,
      CognitoIdentityProviders: [{ ProviderName, ClientId: clientId, ServerSideTokenCheck: tokenCheck }],
    }),
  );
  const IdentityPoolId = pool.IdentityPoolId as string;
  await call(sign('SetIdentityPoolRoles', { IdentityPoolId, Roles: await makeRoles(dataDir, IdentityPoolId) }));

  const claims: Prepared['claims'] = [];
  for (const { username } of people) {
    const AuthParameters = { USERNAME: username, PASSWORD: password };
    const signIn = { ClientId: clientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters };
    const { AuthenticationResult } = await call(publicRequest(port, 'InitiateAuth', signIn));
    const Logins = { [ProviderName]: (AuthenticationResult as { IdToken: string }).IdToken };
    const { IdentityId } = await call(onPool(port, 'GetId', { IdentityPoolId, Logins }));
    claims.push({ IdentityId: IdentityId as string, Logins });
  }
  return { poolId: IdentityPoolId, claims };
};

/** What a request needs at least. */
type Needs = { verifications: number; signatures: number };

const operations: Record<string, Needs & { requests: (port: number, prepared: Prepared) => Buffer[] }> = {
  'GetId, guest': {
    verifications: 0,
    signatures: 0,
    requests: (port, { poolId }) => [onPool(port, 'GetId', { IdentityPoolId: poolId })],
  },
  'GetId, login': {
    verifications: 1,
    signatures: 0,
    requests: (port, { poolId, claims }) =>
      claims.map(({ Logins }) => onPool(port, 'GetId', { IdentityPoolId: poolId, Logins })),
  },
  GetCredentialsForIdentity: {
    verifications: 1,
    signatures: 0,
    requests: (port, { claims }) => claims.map(claim => onPool(port, 'GetCredentialsForIdentity', claim)),
  },
  GetOpenIdToken: {
    verifications: 1,
    signatures: 1,
    requests: (port, { claims }) => claims.map(claim => onPool(port, 'GetOpenIdToken', claim)),
  },
};

const measureOperations = async (): Promise<Record<string, Measurement>> => {
  const place = await createPlace('sqlite');
  const { dataDir, compileCache } = place;
  const server = await startServer({ dataDir, compileCache, profileDir: profile });
  try {
    const { port } = server;
    const population = await populate({ port, dataDir, databaseUrl: undefined }, users);
    const connection = await openConnection(port);
    const prepared = await prepare({ port, dataDir }, population, callOn(connection));
    connection.close();
    const connections = await openConnections(port, concurrency);
    const results: Record<string, Measurement> = {};
    for (const [name, { requests }] of Object.entries(operations)) {
      const inTurn = requests(port, prepared);
      let sent = 0;
      const next = () => inTurn[sent++ % inTurn.length];
      results[name] = await measure({ server, connections, seconds }, { next });
    }
    connections.close();
    return results;
  } finally {
    await server.stop();
    place.remove();
  }
};

/** Milliseconds of CPU for one of each, all processors busy. */
const measureFloor = async () => ({
  verification: (await measureOperation({ operation: 'verification', seconds: 1 })).cpuMs,
  signature: (await measureOperation({ operation: 'signature512', seconds: 1 })).cpuMs,
});

const before = await measureFloor();
const results = await measureOperations();
const after = await measureFloor();
const floor = {
  verification: (before.verification + after.verification) / 2,
  signature: (before.signature + after.signature) / 2,
};

const row = (operation: string, measured: Measurement) => {
  const { verifications, signatures } = operations[operation] as Needs;
  const floorMs = verifications * floor.verification + signatures * floor.signature;
  return {
    operation,
    'req/s': Math.round(measured.perSecond),
    'p50 ms': measured.latencyMs.p50.toFixed(1),
    'p99 ms': measured.latencyMs.p99.toFixed(1),
    'CPU ms': measured.serverCpuMs.toFixed(3),
    'main ms': measured.mainThreadCpuMs.toFixed(3),
    'floor ms': floorMs === 0 ? '' : floorMs.toFixed(3),
    efficiency: floorMs === 0 ? '' : `${Math.round((100 * floorMs) / measured.serverCpuMs)} %`,
    'capacity/s': Math.round(capacity(measured)),
    generator: measured.generatorCores.toFixed(2),
    other: measured.otherCores.toFixed(2),
  };
};
console.table(Object.entries(results).map(([name, measured]) => row(name, measured)));

const drift = (was: number, is: number) => `after the load at ${Math.round((100 * is) / was)} % of before`;
console.log(
  `RSA-2048 verification, RS256: ${floor.verification.toFixed(3)} ms of CPU, ${drift(before.verification, after.verification)}
RSA-2048 signature, RS512: ${floor.signature.toFixed(3)} ms of CPU, ${drift(before.signature, after.signature)}`,
);
