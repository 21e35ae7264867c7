/**
 * `node bench/oauth.ts [seconds] [directory for a CPU profile]`: the token endpoint, beside the RSA signatures that it cannot do without, and beside the package
 * `oidc-provider`, which does the same grants with the same kind of tokens on the same machine in the same run. That one keeps everything
 * in its memory; this server keeps codes and sessions in SQLite, and waits until they are on the disk.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { openFoundation } from '../src/foundation.ts';
import { uuid } from '../src/lib/random.ts';
import { type AuthorizationCode, insertAuthorizationCode } from '../src/storage/authorization-codes.ts';
import { insertUser } from '../src/storage/users.ts';
import { openConnection } from './connection.ts';
import { createPlace } from './database.ts';
import { floorCpu, measureFloor } from './floor.ts';
import { openConnections } from './load.ts';
import { capacity, type Measurement, measure } from './measure.ts';
import { clientId, clientSecret, program, redirectUri, resource, scope } from './oauth-clients.ts';
import { createSigner, parseCredentials } from './requests.ts';
import { type ServerProcess, startProgram, startServer } from './server-process.ts';

const seconds = Number(process.argv[2] ?? 5);
const concurrency = 32;
/** More than a machine of today redeems in that time. */
const codesNeeded = Math.ceil(seconds + 1) * 2500;

const formRequest = (port: number, path: string, id: string, form: Record<string, string>): Buffer => {
  const body = new URLSearchParams(form).toString();
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/x-www-form-urlencoded',
    `authorization: Basic ${Buffer.from(`${id}:${clientSecret}`).toString('base64')}`,
    `content-length: ${body.length}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
};

type Grants = { path: string; programScope: string; codes: string[] };

const measureGrants = async (server: ServerProcess, { path, programScope, codes }: Grants) => {
  const connections = await openConnections(server.port, concurrency);
  const stage = { server, connections, seconds };
  const programRequest = formRequest(server.port, path, program, {
    grant_type: 'client_credentials',
    scope: programScope,
  });
  const requests = codes.map(code =>
    formRequest(server.port, path, clientId, { grant_type: 'authorization_code', redirect_uri: redirectUri, code }),
  );
  try {
    return {
      client_credentials: await measure(stage, { next: () => programRequest }),
      authorization_code: await measure(stage, { next: () => requests.pop() }),
    };
  } finally {
    connections.close();
  }
};

/** Makes the pool, its clients and its user through the API and the database, and the codes beside the server. */
const prepare = async (port: number, dataDir: string): Promise<string[]> => {
  const sign = createSigner(port, parseCredentials(await readFile(join(dataDir, 'credentials'), 'utf8')));
  const connection = await openConnection(port);
  const call = async (operation: string, input: object) => {
    const { status, body } = await connection.request(sign(operation, input));
    if (status !== 200) throw new Error(`${operation} answered ${status}: ${body}`);
    return JSON.parse(body);
  };
  const { UserPool } = await call('CreateUserPool', { PoolName: 'bench' });
  const UserPoolId: string = UserPool.Id;
  const Scopes = [{ ScopeName: scope, ScopeDescription: scope }];
  await call('CreateResourceServer', { UserPoolId, Identifier: resource, Name: 'API', Scopes });
  const client = (id: string, more: object) =>
    call('CreateUserPoolClient', {
      UserPoolId,
      ClientName: `_custom_id_:${id}`,
      ClientSecret: clientSecret,
      AllowedOAuthFlowsUserPoolClient: true,
      ...more,
    });
  const custom = `${resource}/${scope}`;
  await client(program, { AllowedOAuthFlows: ['client_credentials'], AllowedOAuthScopes: [custom] });
  await client(clientId, {
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', custom],
    CallbackURLs: [redirectUri],
  });
  connection.close();
  return makeCodes(UserPoolId, dataDir);
};

const makeCodes = async (poolId: string, dataDir: string): Promise<string[]> => {
  const { storage, sealer, clock } = await openFoundation(readConfig({ CENOTE_DATA_DIR: dataDir }));
  const [now, sub, codes] = [clock.now(), uuid(), Array.from({ length: codesNeeded }, uuid)];
  const dates = { createdAt: now, modifiedAt: now };
  const user = {
    poolId,
    sub,
    username: 'jane',
    status: 'CONFIRMED' as const,
    enabled: true,
    attributes: {},
    factors: {},
  };
  const record = (code: string): AuthorizationCode => ({
    poolId,
    codeHash: sealer.mac('authorization-code', code),
    clientId,
    sub,
    originJti: uuid(),
    facts: {
      redirectUri,
      scopes: ['openid', `${resource}/${scope}`],
      authTime: Math.floor(now / 1000),
      proven: ['PASSWORD'],
      sourceIp: '127.0.0.1',
      userAgent: '',
      signedOutAt: null,
    },
    redeemedAt: null,
    expiresAt: now + 3_600_000,
  });
  await storage.db.transaction().execute(async tx => {
    const person = { ...user, ...dates, password: null, passwordSetAt: now, signedOutAt: null, version: 1 };
    await insertUser(tx, person, [{ kind: 'username', key: 'jane' }]);
    for (const code of codes) await insertAuthorizationCode(tx, record(code));
  });
  await storage.close();
  return codes;
};

const ours = async () => {
  const place = await createPlace('sqlite');
  const { dataDir, compileCache } = place;
  const server = await startServer({ dataDir, compileCache, profileDir: process.argv[3] });
  try {
    const codes = await prepare(server.port, dataDir);
    return await measureGrants(server, { path: '/oauth2/token', programScope: `${resource}/${scope}`, codes });
  } finally {
    await server.stop();
    place.remove();
  }
};

const theirs = async () => {
  const env = { NODE_ENV: 'production' };
  const server = await startProgram({ file: 'oidc-provider-server.ts', args: [], env });
  try {
    const answer = await fetch(`${server.url}/codes?count=${codesNeeded}`);
    const codes = (await answer.json()) as string[];
    return await measureGrants(server, { path: '/token', programScope: scope, codes });
  } finally {
    await server.stop();
  }
};

const signatures = { client_credentials: 1, authorization_code: 2 };
type Grant = keyof typeof signatures;

const floor = await measureFloor(1);
const results = { cenote: await ours(), 'oidc-provider': await theirs() };
const row = (name: string, grant: Grant, measured: Measurement) => {
  const floorMs = floorCpu(floor, { powers: 0, signatures: signatures[grant], calls: 0 });
  return {
    server: name,
    grant,
    'req/s': Math.round(measured.perSecond),
    'p50 ms': measured.latencyMs.p50.toFixed(1),
    'p99 ms': measured.latencyMs.p99.toFixed(1),
    'CPU ms': measured.serverCpuMs.toFixed(3),
    'main ms': measured.mainThreadCpuMs.toFixed(3),
    'floor ms': floorMs.toFixed(3),
    efficiency: `${Math.round((100 * floorMs) / measured.serverCpuMs)} %`,
    'capacity/s': Math.round(capacity(measured)),
    other: measured.otherCores.toFixed(2),
  };
};
const rows = (['client_credentials', 'authorization_code'] as const).flatMap(grant =>
  Object.entries(results).map(([name, measured]) => row(name, grant, measured[grant])),
);
console.table(rows);
