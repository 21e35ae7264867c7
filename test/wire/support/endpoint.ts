/** A server on a free port with a few operations, real access keys in an embedded database, a clock to set and its log lines. */
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import type { FastifyInstance } from 'fastify';
import { internalError, userNotFound, usernameExists } from '../../../src/contract/errors.ts';
import { userPoolsContract } from '../../../src/contract/service.ts';
import { type AccessKeys, createAccessKeys, type NewAccessKey } from '../../../src/iam/access-keys.ts';
import { createSealer } from '../../../src/lib/seal.ts';
import { connect } from '../../../src/storage/connect.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import { maxBodyBytes } from '../../../src/wire/body.ts';
import { createLog } from '../../../src/wire/request-log.ts';
import { createServer, type ServerOptions } from '../../../src/wire/server.ts';
import type { RequestContext, Service } from '../../../src/wire/service.ts';

export const account = '123456789012';
export const now = Date.UTC(2026, 0, 31, 12, 0, 0);
/** What ListUserPools answers, so that a test can tell that the operation was reached. */
export const poolName = 'reached';

export type Endpoint = {
  url: string;
  port: number;
  server: FastifyInstance;
  keys: AccessKeys;
  root: NewAccessKey;
  clock: { at: number; now(): number };
  /** The lines logged so far. */
  logged(): Record<string, unknown>[];
  logText(): string;
  /** The contexts with which operations were called. */
  contexts: RequestContext[];
  /** Exceptions that an operation threw against its contract. */
  undeclared: string[];
  /** Lets the operation AdminConfirmSignUp, which waits, answer. */
  release(): void;
  client(options?: Partial<CognitoIdentityProviderClientConfig>, key?: NewAccessKey): CognitoIdentityProviderClient;
  post(headers: Record<string, string>, body?: string | Uint8Array<ArrayBuffer>): Promise<Response>;
  close(): Promise<void>;
};

const target = (operation: string) => `AWSCognitoIdentityProviderService.${operation}`;
export const jsonHeaders = (operation: string): Record<string, string> => ({
  'content-type': 'application/x-amz-json-1.1',
  'x-amz-target': target(operation),
});

export const startEndpoint = async (overrides: Partial<ServerOptions> = {}): Promise<Endpoint> => {
  const storage = await connect({ url: ':memory:', dataDir: '' });
  await migrate(storage);
  const clock = { at: now, now: () => overrides.clock?.now() ?? clock.at };
  const sealer = createSealer([{ id: 'test', key: randomBytes(32) }]);
  const keys = createAccessKeys({ db: storage.db, sealer, clock });
  const root = (await keys.ensureRootKey(account))!;
  const lines: string[] = [];
  const log = createLog('debug', { write: line => void lines.push(line) });
  const contexts: RequestContext[] = [];
  const undeclared: string[] = [];
  const gate = Promise.withResolvers<void>();

  const service: Service = {
    contract: userPoolsContract(),
    signingName: 'cognito-idp',
    resourceArn: (_operation, input, { region, principal }) =>
      `arn:aws:cognito-idp:${region}:${principal?.accountId}:userpool/${input.UserPoolId ?? '*'}`,
    bodyLimits: { InitiateAuth: 2 * maxBodyBytes },
    operations: {
      ListUserPools: async () => ({ UserPools: [{ Name: poolName, CreationDate: new Date(now) }] }),
      DeleteGroup: async () => ({}),
      InitiateAuth: async () => ({
        ChallengeName: 'PASSWORD_VERIFIER',
        ChallengeParameters: {},
        Session: 'x'.repeat(20),
      }),
      GetUser: async () => ({ Username: 'jane', UserAttributes: [] }),
      AdminGetUser: async () => {
        throw userNotFound();
      },
      AdminEnableUser: async () => {
        throw usernameExists();
      },
      AdminDisableUser: async () => {
        throw new Error('the disk is on fire', { cause: new Error('sparks') });
      },
      AdminDeleteUser: async () => {
        throw internalError(JSON.parse.bind(null, '"hunter2')());
      },
      AdminResetUserPassword: async () => {
        throw internalError(new Error('sparks'));
      },
      AdminConfirmSignUp: async () => {
        await gate.promise;
        return {};
      },
    },
  };
  for (const [name, operation] of Object.entries(service.operations))
    service.operations[name] = (context, input) => {
      contexts.push(context);
      return operation(context, input);
    };

  const server = createServer({
    config: { region: 'eu-west-3', trustedProxies: [] },
    services: [service],
    findKey: keys.findKey,
    log,
    onUndeclared: name => undeclared.push(name),
    ...overrides,
    clock,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const url = `${overrides.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  const clients: CognitoIdentityProviderClient[] = [];

  return {
    url,
    port,
    server,
    keys,
    root,
    clock,
    contexts,
    undeclared,
    logText: () => lines.join(''),
    logged: () => lines.map(line => JSON.parse(line)),
    release: gate.resolve,
    client(options = {}, key = root) {
      const client = new CognitoIdentityProviderClient({
        endpoint: url,
        region: 'us-east-1',
        credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secret },
        maxAttempts: 1,
        // The client's clock is the server's.
        systemClockOffset: clock.now() - Date.now(),
        ...options,
      });
      clients.push(client);
      return client;
    },
    post: (headers, body = '{}') => fetch(url, { method: 'POST', headers, body }),
    async close() {
      gate.resolve();
      for (const client of clients) client.destroy();
      await server.close();
      await storage.close();
    },
  };
};

/** Waits until the condition holds: for what happens after an answer, such as its log line. */
export const until = async (condition: () => boolean): Promise<void> => {
  for (let tries = 0; tries < 300; tries += 1) {
    if (condition()) return;
    await pause(10);
  }
  throw new Error(`waited in vain until ${condition}`);
};
