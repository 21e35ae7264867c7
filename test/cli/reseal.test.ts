/** `cenote keys reseal`: after it nothing needs the older master key, nothing is lost, and what was done is not done again. */
import assert from 'node:assert/strict';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { sql } from 'kysely';
import { Secret, TOTP } from 'otpauth';
import { resealAll } from '../../src/cli/reseal.ts';
import { sealedColumns } from '../../src/cli/sealed-columns.ts';
import { openFoundation } from '../../src/foundation.ts';
import { createIdentityKeys } from '../../src/identity-pools/keys.ts';
import { loadMasterKeys } from '../../src/lib/master-key.ts';
import type { Db } from '../../src/storage/schema.ts';
import { createDatabase, engines } from '../support/databases.ts';
import { configUnder, serveUnder } from '../support/serve-under.ts';
import { goodPassword } from '../support/world.ts';
import { closeDevices, newSecret } from '../user-pools/factors/device-client.ts';
import { details } from '../user-pools/federation/providers.ts';
import { csvOf, encrypted, person, roleArn } from '../user-pools/users/import/importing.ts';
import { cenote } from './program.ts';

const later = 'Another-Horse-8';
const step = 30_000;

/** How every text begins that the key has sealed. */
const markOf = async (key: string): Promise<string> => {
  const [{ id } = { id: '' }] = await loadMasterKeys({ value: key, file: '' });
  const head = Buffer.concat([Buffer.of(1, id.length), Buffer.from(id)]);
  return head.toString('base64url').slice(0, Math.floor((head.length * 8) / 6));
};

/** Every column of the database in which the key has sealed something, as `table.column`. */
const sealedUnder = async (db: Db, key: string): Promise<string[]> => {
  const mark = await markOf(key);
  const found = new Set<string>();
  for (const { name } of await db.introspection.getTables()) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db);
    for (const row of rows)
      for (const [column, value] of Object.entries(row))
        if (typeof value === 'string' && value.includes(mark)) found.add(`${name}.${column}`);
  }
  return [...found].sort();
};

const hashOf = (username: string, ClientId: string, secret: string) =>
  createHmac('sha256', secret)
    .update(username + ClientId)
    .digest('base64');

const codeOf = (secret: string, timestamp: number) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp });

/** Something in every sealed column. */
const fill = async (aws: CognitoIdentityProvider) => {
  const { UserPool } = await aws.createUserPool({
    PoolName: 'test',
    DeviceConfiguration: {},
    AutoVerifiedAttributes: ['email'],
    Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } },
  });
  const UserPoolId = UserPool?.Id as string;
  await aws.setUserPoolMfaConfig({
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
  });
  const { UserPoolClient } = await aws.createUserPoolClient({
    UserPoolId,
    ClientName: 'test',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  const { ClientId = '', ClientSecret = '' } = UserPoolClient ?? {};
  await aws.createIdentityProvider({
    UserPoolId,
    ProviderName: 'Google',
    ProviderType: 'Google',
    ProviderDetails: details.Google,
  });
  const { Certificate } = await aws.getSigningCertificate({ UserPoolId });
  for (const Username of ['jane', 'joe']) {
    await aws.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' });
    await aws.adminSetUserPassword({ UserPoolId, Username, Password: goodPassword, Permanent: true });
  }
  await aws.adminSetUserPassword({ UserPoolId, Username: 'jane', Password: later, Permanent: true });
  // An invitation, whose text stays until it expires.
  const email = { Name: 'email', Value: 'ann@example.com' };
  await aws.adminCreateUser({ UserPoolId, Username: 'ann', UserAttributes: [email] });
  const signIn = async (client: CognitoIdentityProvider, password = later) =>
    client.adminInitiateAuth({
      UserPoolId,
      ClientId,
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: password, SECRET_HASH: hashOf('jane', ClientId, ClientSecret) },
    });
  const { AuthenticationResult } = await signIn(aws);
  const { AccessToken = '', RefreshToken = '', NewDeviceMetadata } = AuthenticationResult ?? {};
  const { config } = await newSecret(NewDeviceMetadata);
  await aws.confirmDevice({ AccessToken, DeviceKey: NewDeviceMetadata?.DeviceKey, DeviceSecretVerifierConfig: config });
  const { SecretCode = '' } = await aws.associateSoftwareToken({ AccessToken });
  await aws.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode, Date.now() - step) });
  // A second app, that is not verified yet.
  await aws.associateSoftwareToken({ AccessToken });
  const job = await aws.createUserImportJob({ UserPoolId, JobName: 'test', CloudWatchLogsRoleArn: roleArn });
  const { JobId, PreSignedUrl = '' } = job.UserImportJob ?? {};
  const put = await fetch(PreSignedUrl, { method: 'PUT', headers: encrypted, body: csvOf([person('imported')]) });
  assert.equal(put.status, 200);
  return { UserPoolId, ClientId, ClientSecret, Certificate, AccessToken, RefreshToken, SecretCode, JobId, signIn };
};

for (const engine of engines) {
  test(`everything is sealed anew, and the older key can go (${engine})`, async t => {
    const dataDir = await mkdtemp(join(tmpdir(), 'cenote-reseal-'));
    const database = await createDatabase(engine);
    const running: { stop(): Promise<void> }[] = [];
    t.after(async () => {
      for (const each of running) await each.stop();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    });
    const url = engine === 'postgres' ? database.options.url : undefined;
    const [old, young] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const before = await serveUnder(dataDir, url, [old]);
    running.push(before.app);
    const made = await fill(before.aws);
    const { storage, sealer, clock } = before.app.foundation;
    await createIdentityKeys({ db: storage.db, sealer, clock }).rotate('us-east-1');
    await before.app.messagesSent();
    before.aws.destroy();
    await running.pop()?.stop();

    const foundation = await openFoundation(configUnder(dataDir, url, [young, old]));
    const { db } = foundation.storage;
    const columns = [...new Set(sealedColumns.map(({ table, column }) => `${table}.${column}`))].sort();
    assert.deepEqual(await sealedUnder(db, old), columns);
    const first = await resealAll(foundation);
    for (const [what, { resealed, unreadable }] of first) assert.deepEqual([resealed > 0, unreadable], [true, 0], what);
    assert.deepEqual(await sealedUnder(db, old), []);
    assert.deepEqual(await sealedUnder(db, young), columns);
    const again = await resealAll(foundation);
    assert.equal(
      [...again.values()].every(({ resealed, unreadable }) => resealed + unreadable === 0),
      true,
    );
    await foundation.storage.close();

    const { app, aws } = await serveUnder(dataDir, url, [young]);
    running.push(app);
    const { UserPoolId, ClientId, ClientSecret } = made;
    assert.equal((await aws.getUser({ AccessToken: made.AccessToken })).Username, 'jane');
    const { ChallengeName, Session } = await made.signIn(aws);
    assert.equal(ChallengeName, 'SOFTWARE_TOKEN_MFA');
    const { AuthenticationResult } = await aws.adminRespondToAuthChallenge({
      UserPoolId,
      ClientId,
      ChallengeName,
      Session,
      ChallengeResponses: {
        USERNAME: 'jane',
        SOFTWARE_TOKEN_MFA_CODE: codeOf(made.SecretCode, Date.now()),
        SECRET_HASH: hashOf('jane', ClientId, ClientSecret),
      },
    });
    assert.ok(AuthenticationResult?.AccessToken);
    const password = { UserPoolId, Username: 'jane', Password: goodPassword, Permanent: true };
    await assert.rejects(aws.adminSetUserPassword(password), { name: 'PasswordHistoryPolicyViolationException' });
    const { IdentityProvider } = await aws.describeIdentityProvider({ UserPoolId, ProviderName: 'Google' });
    assert.equal(IdentityProvider?.ProviderDetails?.client_secret, details.Google.client_secret);
    assert.equal((await aws.getSigningCertificate({ UserPoolId })).Certificate, made.Certificate);
    await aws.startUserImportJob({ UserPoolId, JobId: made.JobId });
    await app.importsEnded();
    assert.equal((await aws.adminGetUser({ UserPoolId, Username: 'imported' })).Username, 'imported');
    // Of refresh tokens there is a hash only, under the key that has gone.
    const refresh = { ClientId, ClientSecret, RefreshToken: made.RefreshToken };
    await assert.rejects(aws.getTokensFromRefreshToken(refresh), { name: 'NotAuthorizedException' });
    aws.destroy();
  });
}
after(closeDevices);

test('the command says what it has done, until when an older key is of use, and what it cannot open', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'cenote-reseal-'));
  const [old, young] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const run = (...keys: string[]) =>
    cenote(['keys', 'reseal'], { CENOTE_DATA_DIR: dataDir, CENOTE_MASTER_KEY: keys.join() });
  try {
    const { app, aws } = await serveUnder(dataDir, undefined, [old]);
    await aws.createUserPool({ PoolName: 'test' });
    // Beside the running server.
    const foreign = await run(young);
    assert.equal(foreign.code, 1);
    assert.match(foreign.stderr, /3 values cannot be opened with these master keys/);
    const done = await run(young, old);
    assert.equal(done.code, 0);
    assert.match(done.stdout, /^signing keys +2 +0$/m);
    assert.match(done.stdout, /^secrets of access keys +1 +0$/m);
    assert.match(done.stdout, /^sign-ins under way and links in messages +\d{4}-/m);
    assert.match(done.stderr, /^3 sealed anew, /m);
    assert.match((await run(young)).stdout, /^signing keys +0 +0$/m);
    aws.destroy();
    await app.stop();
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
