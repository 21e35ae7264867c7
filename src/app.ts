/** Composition: configuration → storage → domain → server. The only place that knows every part. */

import type { AddressInfo } from 'node:net';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { identityPoolsService } from './api/identity-pools-service.ts';
import { createStsApi, userPoolIdentities } from './api/sts.ts';
import { userPoolOperations } from './api/user-pools.ts';
import type { Config } from './config.ts';
import { userPoolsContract } from './contract/service.ts';
import { type Foundation, openFoundation } from './foundation.ts';
import { writeCredentialsFile } from './iam/credentials-file.ts';
import { createIam } from './iam/iam.ts';
import { createIdentityHouse } from './identity-pools/house.ts';
import { addIdentityIssuer } from './identity-pools/issuer.ts';
import { registeredIdentities } from './identity-pools/registered-identities.ts';
import { identityPoolIdentities } from './identity-pools/web-identity.ts';
import { lowerThreadPool } from './lib/background-threads.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { createHashChecker } from './lib/hash-checker.ts';
import { createModPow } from './lib/mod-pow.ts';
import { createTurns } from './lib/turns.ts';
import { addAssetFiles } from './login/managed/asset-files.ts';
import { brandingBodyLimits } from './login/managed/branding.ts';
import { addImages } from './login/managed/images.ts';
import { addLogin } from './login/server.ts';
import { createDirectory } from './storage/directory.ts';
import { createEventLog } from './storage/event-log.ts';
import { startSweeper } from './storage/sweeper.ts';
import type { Call, House, Issuing } from './user-pools/call/call.ts';
import { createQuotas, type Quotas } from './user-pools/limits/quotas.ts';
import { chooseTransports } from './user-pools/messaging/choose.ts';
import { createCodeEncryption, loadCodeKeys } from './user-pools/messaging/code-encryption.ts';
import { startDelivery } from './user-pools/messaging/delivery.ts';
import { createDraftDelivery } from './user-pools/messaging/draft-delivery.ts';
import { createFirstTry } from './user-pools/messaging/first-try.ts';
import { addInbox } from './user-pools/messaging/inbox.ts';
import { createLogExport } from './user-pools/messaging/log-export.ts';
import type { Medium } from './user-pools/messaging/templates.ts';
import { createSigningKeys, type NewPair } from './user-pools/tokens/keys.ts';
import { createFunctions } from './user-pools/triggers/functions.ts';
import { startImports } from './user-pools/users/import/runner.ts';
import { addUploads } from './user-pools/users/import/upload.ts';
import { createServer } from './wire/server.ts';
import type { RequestContext, Service } from './wire/service.ts';
import { shutDown } from './wire/shutdown.ts';
import { createSigV4 } from './wire/sigv4.ts';
import { loadTls } from './wire/tls.ts';
import { addVerifySignature } from './wire/verify-signature.ts';

export type App = {
  /** Where clients reach the server. */
  publicUrl: string;
  credentialsFile: string;
  /** false: the root key was disabled or removed, so no credentials file was written. */
  hasRootKey: boolean;
  foundation: Foundation;
  /** Which transport carries which medium. */
  carriers: Record<Medium, string>;
  /** Resolves when no message is due: for tests and shutdown. */
  messagesSent(): Promise<void>;
  /** Resolves when no import job is due or runs here: for tests. */
  importsEnded(): Promise<void>;
  /** Resolves when every exported event has been carried away. */
  eventsExported(): Promise<void>;
  /** Finishes requests in flight, then lets go of everything. */
  stop(): Promise<void>;
};

type Surroundings = {
  log: Logger;
  /** Where the `log` transport prints messages. */
  print(text: string): void;
  clock?: Clock;
  /** Under test: signing keys from a stock, since making them takes longer than most tests. */
  newPair?: NewPair | undefined;
  /** Under test: an operation threw what its contract does not declare. */
  onUndeclared?(exception: string, operation: string): void;
};

const sweepInterval = 60_000;

/** The issuer of a pool's tokens: the public URL and the pool's id, or the operator's template for the pool's kind of issuer. */
const issuers =
  ({ issuer: original, issuerUpdated = original }: Pick<Config, 'issuer' | 'issuerUpdated'>, publicUrl: () => string) =>
  ({ id, region, config }: Issuing) => {
    const template = config.IssuerConfiguration?.Type === 'UPDATED' ? issuerUpdated : original;
    return template?.replaceAll('{region}', region).replaceAll('{poolId}', id) ?? `${publicUrl()}/${id}`;
  };

/** The user pools API as the wire sees it: each operation receives the house together with the request. */
const userPoolsService = (house: House, quotas: Quotas | undefined): Service => {
  const table: Record<string, (call: Call, input: never) => Promise<unknown>> = userPoolOperations;
  const operations = Object.entries(table).map(([name, operation]) => [
    name,
    (request: RequestContext, input: never) => operation({ ...house, ...request, outgoing: [] }, input),
  ]);
  return {
    contract: userPoolsContract(),
    signingName: 'cognito-idp',
    admit: quotas?.admit,
    resourceArn: (_operation, { UserPoolId, ResourceArn }, { region, principal }) => {
      if (typeof ResourceArn === 'string') return ResourceArn;
      if (typeof UserPoolId !== 'string') return '*';
      const poolRegion = UserPoolId.split('_')[0] || region;
      return `arn:aws:cognito-idp:${poolRegion}:${principal?.accountId}:userpool/${UserPoolId}`;
    },
    resourceTags: async arn => {
      const [, accountId, id = ''] = /:(\d{12}):userpool\/(.+)$/.exec(arn) ?? [];
      const pool = await house.directory.pool(id);
      return pool?.accountId === accountId ? pool?.config.UserPoolTags : undefined;
    },
    bodyLimits: brandingBodyLimits,
    operations: Object.fromEntries(operations),
  };
};

/** Starts a server. @throws Error that says what to do: a port in use, a database or key that cannot be opened, … */
export const startApp = async (config: Config, surroundings: Surroundings): Promise<App> => {
  const { log, print, clock = systemClock, onUndeclared } = surroundings;
  const transports = chooseTransports(config, { write: print, clock });
  const codeKeys = await loadCodeKeys(config.codeKeys);
  const functions = createFunctions(config.triggers, { ...config, clock, log });
  const foundation = await openFoundation(config, { clock, exclusive: true });
  const { sealer, storage, accessKeys, roles } = foundation;
  const { db } = storage;
  const { findKey } = accessKeys;
  const iam = createIam({ db, sealer, clock, roles, findKey });
  let publicUrl = config.publicUrl ?? '';

  const threads = config.cryptoThreads || availableParallelism();
  const modPow = createModPow({ threads });
  const hashes = createHashChecker({ concurrency: threads });
  const logExport = createLogExport({ targets: config.logTargets, dataDir: config.dataDir, clock, log });
  const encryptCode = createCodeEncryption({ keys: codeKeys, kmsEndpoint: config.kmsEndpoint });
  const finishDraft = createDraftDelivery({ db, sealer, functions, encryptCode });
  const delivery = startDelivery({ db, clock, sealer, log, transports, exportLog: logExport.write, finishDraft });
  const imports = startImports({ db, bulk: storage.bulk, clock, sealer, log });
  const stopSweeper = startSweeper({ db, clock, log, every: sweepInterval });
  const authEvents = createEventLog({ db, log });
  const house: House = {
    db,
    clock,
    sealer,
    modPow,
    hashes,
    turns: createTurns(),
    directory: createDirectory({ db, clock, sealer }),
    signingKeys: createSigningKeys({ db, sealer, clock, newPair: surroundings.newPair }),
    issuerOf: issuers(config, () => publicUrl),
    exportLog: logExport.write,
    enforcesTiers: config.tiers === 'aws',
    publicUrl: () => publicUrl,
    functions,
    authEvents,
    wakeDelivery: delivery.wake,
    firstTry: createFirstTry(delivery, config.deliveryWait),
    wakeImports: imports.wake,
  };

  const identityHouse = createIdentityHouse(house, config, { assumeRole: iam.assumeRole, log });

  const quotas = config.quotas === 'aws' ? await createQuotas(house) : undefined;
  const tls = await loadTls(config, clock);
  const server = createServer({
    config,
    clock,
    services: [userPoolsService(house, quotas), identityPoolsService(identityHouse)],
    queryService: createStsApi(iam, [
      identityPoolIdentities(identityHouse),
      userPoolIdentities(house),
      registeredIdentities(identityHouse),
    ]),
    findKey,
    findSession: iam.findSession,
    log,
    ready: storage.ready,
    tls,
    onUndeclared,
  });
  addUploads(server, house);
  const verify = createSigV4({ clock, findKey, findSession: iam.findSession });
  const behindProxy = config.trustedProxies.length > 0;
  addVerifySignature(server, { verify, clock, log, behindProxy });
  addInbox(server, {
    db,
    sealer,
    clock,
    verify,
    access: config.inbox,
    transports,
    behindProxy,
  });
  addImages(server, house);
  addAssetFiles(server, house);
  addIdentityIssuer(server, identityHouse);
  addLogin(server, { house, log, region: config.region, trustedProxies: config.trustedProxies, quotas });

  const letGo = async () => {
    await Promise.all([
      delivery.stop(),
      imports.stop(),
      stopSweeper(),
      authEvents.stop(),
      functions.close(),
      modPow.close(),
      hashes.close(),
    ]);
    await logExport.stop();
    await storage.close();
  };
  const rootKey = await accessKeys.ensureRootKey(config.accountId);
  const credentialsFile = join(config.dataDir, 'credentials');
  if (rootKey) await writeCredentialsFile(credentialsFile, { ...rootKey, region: config.region });
  try {
    await server.listen({ host: config.host, port: config.port });
  } catch (error) {
    await letGo();
    throw error;
  }
  const { port } = server.server.address() as AddressInfo;
  const host = ['0.0.0.0', '::'].includes(config.host) ? 'localhost' : config.host;
  publicUrl ||= `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  // A convenience for the event loop: a server without it works just as well.
  await lowerThreadPool().catch(error => log.debug({ err: error }, 'the thread pool keeps its priority'));

  return {
    publicUrl,
    credentialsFile,
    hasRootKey: rootKey !== undefined,
    foundation,
    carriers: { EMAIL: transports.EMAIL.name, SMS: transports.SMS.name },
    messagesSent: delivery.idle,
    importsEnded: imports.idle,
    eventsExported: logExport.idle,
    async stop() {
      await shutDown(server, config.shutdownSeconds * 1000);
      await letGo();
    },
  };
};
