/** A whole server for a test, with real clients in front of it: AWS SDK → HTTP → database. Only clock and mailbox are the test's. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CognitoIdentity } from '@aws-sdk/client-cognito-identity';
import {
  CognitoIdentityProvider,
  type CreateUserPoolClientCommandInput,
  type CreateUserPoolCommandInput,
  type SignUpCommandInput,
  type SignUpCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { DestinationStream } from 'pino';
import { type App, startApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Clock } from '../../src/lib/clock.ts';
import type { Engine } from '../../src/storage/connect.ts';
import { listMessages } from '../../src/storage/outbox.ts';
import { openContent } from '../../src/user-pools/messaging/outbox.ts';
import { createLog } from '../../src/wire/request-log.ts';
import { createDatabase } from './databases.ts';
import { recordAnswers } from './record.ts';
import { signingPairFromStock } from './signing-pairs.ts';

export type TestClock = Clock & {
  /** Moves the server's time, and that of the world's clients, on. */ advance(ms: number): void;
};
export type Mail = {
  destination: string;
  medium: string;
  purpose: string;
  subject?: string;
  text: string;
  html?: string;
};

export type World = {
  app: App;
  url: string;
  clock: TestClock;
  /** Signs with the root key. The operations without signature work with it as well. */
  aws: CognitoIdentityProvider;
  /** Has no credentials at all, as in a browser. */
  browser: CognitoIdentityProvider;
  /** The identity pools API, signed with the root key. */
  identity: CognitoIdentity;
  /** The same without any credentials. */
  guest: CognitoIdentity;
  identityAs(options: ConstructorParameters<typeof CognitoIdentity>[0] & object): CognitoIdentity;
  /** A client with other credentials, region or settings. */
  awsAs(options: ConstructorParameters<typeof CognitoIdentityProvider>[0] & object): CognitoIdentityProvider;
  /** Every message sent so far to this destination, newest first. */
  mailTo(destination: string): Promise<Mail[]>;
  /** The code (or temporary password) in the newest message to this destination. */
  codeTo(destination: string): Promise<string>;
  /** @returns the pool's id */
  createPool(options?: Partial<CreateUserPoolCommandInput>): Promise<string>;
  /** @returns the client's id; password and SRP flows are allowed unless said otherwise */
  createClient(pool: string, options?: Partial<CreateUserPoolClientCommandInput>): Promise<string>;
  /** A confirmed user with a permanent password. @returns the sub */
  createUser(pool: string, username: string, password?: string, attributes?: Record<string, string>): Promise<string>;
  /** SignUp with an attribute record. */
  signUp(
    client: string,
    username: string,
    attributes?: Record<string, string>,
    rest?: Partial<SignUpCommandInput>,
  ): Promise<SignUpCommandOutput>;
  /** USER_PASSWORD_AUTH. @returns the tokens; fails the test on a challenge */
  signIn(client: string, username: string, password?: string): Promise<Tokens>;
  stop(): Promise<void>;
};

export type Tokens = { AccessToken: string; IdToken: string; RefreshToken: string };

/** Satisfies the default policy. */
export const goodPassword = 'Correct-Horse-7';

export const attributeList = (attributes: Record<string, string>) =>
  Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));

const createClock = (): TestClock => {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance(ms) {
      offset += ms;
    },
  };
};

/** Keeps the client's clock with the server's. By itself the SDK would follow the Date header of answers, which tells real time. */
const followClock = (client: CognitoIdentity | CognitoIdentityProvider, clock: Clock) =>
  Object.defineProperty(client.config, 'systemClockOffset', {
    get: () => clock.now() - Date.now(),
    set: () => {},
  });

/** Starts a server on a free port with a database of its own. Call `stop` at the end of the suite. */
export const startWorld = async ({
  engine = 'sqlite',
  settings = {},
  output,
}: {
  engine?: Engine;
  settings?: Record<string, string>;
  /** Where the lines of the log go, in place of standard output. */
  output?: DestinationStream;
} = {}): Promise<World> => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cenote-world-'));
  const database = await createDatabase(engine);
  const databaseUrl = engine === 'postgres' ? database.options.url : undefined;
  const config: Config = {
    ...readConfig({
      CENOTE_PORT: '0',
      CENOTE_DATA_DIR: dataDir,
      CENOTE_LOG_LEVEL: 'error',
      CENOTE_DATABASE_POOL_SIZE: '5',
      ...settings,
    }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
  };
  const undeclared: string[] = [];
  const clients: { destroy(): void }[] = [];
  const clock = createClock();
  const app = await startApp(config, {
    log: createLog(config.logLevel, output),
    print: () => {},
    clock,
    newPair: signingPairFromStock,
    onUndeclared: (exception, operation) => undeclared.push(`${operation} threw ${exception}`),
  });
  const credentials = await readFile(app.credentialsFile, 'utf8');
  const value = (name: string) => new RegExp(`${name}=(.+)`).exec(credentials)?.[1] ?? '';

  const awsAs: World['awsAs'] = options => {
    const client = new CognitoIdentityProvider({
      endpoint: app.publicUrl,
      region: 'us-east-1',
      maxAttempts: 1,
      ...options,
    });
    followClock(client, clock);
    recordAnswers(client);
    clients.push(client);
    return client;
  };
  const identityAs: World['identityAs'] = options => {
    const client = new CognitoIdentity({ endpoint: app.publicUrl, region: 'us-east-1', maxAttempts: 1, ...options });
    followClock(client, clock);
    recordAnswers(client);
    clients.push(client);
    return client;
  };
  const root = { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
  const aws = awsAs({ credentials: root });
  // Operations without a signature ask for no credentials; any that did would fail here.
  const noCredentials = () => Promise.reject(new Error('a browser has no AWS credentials'));
  const browser = awsAs({ credentials: noCredentials });

  const mailTo: World['mailTo'] = async destination => {
    await app.messagesSent();
    const { storage, sealer } = app.foundation;
    const messages = await listMessages(storage.db, { limit: 1000 });
    return messages
      .filter(message => message.destination === destination)
      .map(message => {
        const content = openContent(sealer, message);
        assert(content, `the text of the message to ${destination} is gone`);
        return { ...content, destination, medium: message.medium, purpose: message.purpose };
      });
  };

  return {
    app,
    url: app.publicUrl,
    clock,
    aws,
    browser,
    awsAs,
    identity: identityAs({ credentials: root }),
    guest: identityAs({ credentials: noCredentials }),
    identityAs,
    mailTo,
    async codeTo(destination) {
      const [newest] = await mailTo(destination);
      const code = /(\S+?)\.?\s*$/.exec(newest?.text ?? '')?.[1];
      assert(code, `no code was sent to ${destination}`);
      return code;
    },
    async createPool(options = {}) {
      const { UserPool } = await aws.createUserPool({ PoolName: 'test', ...options });
      return UserPool?.Id as string;
    },
    async createClient(pool, options = {}) {
      const { UserPoolClient } = await aws.createUserPoolClient({
        UserPoolId: pool,
        ClientName: 'test',
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_USER_SRP_AUTH',
          'ALLOW_ADMIN_USER_PASSWORD_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
        ...options,
      });
      return UserPoolClient?.ClientId as string;
    },
    async createUser(pool, username, password = goodPassword, attributes = {}) {
      const { User } = await aws.adminCreateUser({
        UserPoolId: pool,
        Username: username,
        MessageAction: 'SUPPRESS',
        UserAttributes: attributeList(attributes),
      });
      await aws.adminSetUserPassword({ UserPoolId: pool, Username: username, Password: password, Permanent: true });
      return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value as string;
    },
    signUp: (client, username, attributes = {}, rest = {}) =>
      browser.signUp({
        ClientId: client,
        Username: username,
        Password: goodPassword,
        UserAttributes: attributeList(attributes),
        ...rest,
      }),
    async signIn(client, username, password = goodPassword) {
      const { AuthenticationResult, ChallengeName } = await browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD: password },
      });
      assert(AuthenticationResult, `a challenge came instead of tokens: ${ChallengeName}`);
      return AuthenticationResult as Tokens;
    },
    async stop() {
      for (const client of clients) client.destroy();
      await app.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      assert.deepEqual(undeclared, [], 'operations threw exceptions that their contract does not declare');
    },
  };
};
