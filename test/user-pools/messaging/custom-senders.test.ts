/** CustomEmailSender and CustomSMSSender: what the functions get for each message, that they can decrypt it, and that nobody else can. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  buildClient,
  CommitmentPolicy,
  getClient,
  KMS,
  KmsKeyringNode,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';
import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';
import { openOutbox } from '../../../src/user-pools/messaging/outbox.ts';
import { type Kms, startKms } from '../../support/kms.ts';
import { createRecorder, type Recorder, type TriggerEvent } from '../../support/triggers.ts';
import { attributeList, startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';
import { clientOfAll, newPerson, occasions, poolOfAll } from './occasions.ts';

const kmsKey = (id: string) => `arn:aws:kms:us-east-1:123456789012:key/${id}`;
const [ownKey, awsKey] = [
  kmsKey('11111111-2222-3333-4444-555555555555'),
  kmsKey('99999999-2222-3333-4444-555555555555'),
];
const key = randomBytes(32);
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

let recorder: Recorder;
let world: World;
let kms: Kms;
before(async () => {
  // As the server finds those of its host.
  process.env.AWS_ACCESS_KEY_ID = credentials.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = credentials.secretAccessKey;
  recorder = createRecorder();
  kms = await startKms();
  world = await startWorld({
    settings: {
      ...recorder.settings,
      CENOTE_LOG_LEVEL: 'silent',
      CENOTE_CODE_KEYS: `${ownKey}=${key.toString('base64')}`,
      CENOTE_KMS_ENDPOINT: kms.endpoint,
    },
  });
});
beforeEach(() => {
  recorder.reset();
  kms.refuse(undefined);
});
after(async () => {
  await world.stop();
  await kms.stop();
  recorder.remove();
});

const sender = (): { LambdaArn: string; LambdaVersion: 'V1_0' } => ({ LambdaArn: recorder.arn, LambdaVersion: 'V1_0' });
const withSenders = (more: LambdaConfigType = {}): LambdaConfigType => ({
  ...recorder.lambdaConfig,
  CustomEmailSender: sender(),
  CustomSMSSender: sender(),
  KMSKeyID: ownKey,
  ...more,
});

const setUp = async (options: object = {}) => {
  const pool = await world.createPool({ ...poolOfAll, LambdaConfig: withSenders(), ...options });
  return newPerson(world, pool, await world.createClient(pool, clientOfAll));
};
/** All that has been fired once the outbox is empty. */
const events = async (): Promise<TriggerEvent[]> => {
  await world.app.messagesSent();
  return recorder.events();
};
const eventOf = async (source: string): Promise<TriggerEvent> => {
  const found = (await events()).find(({ triggerSource }) => triggerSource === source);
  assert.ok(found, `${source} was not fired`);
  return found;
};

/** With the keyring that the documents name. */
const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
const keyring = () =>
  new RawAesKeyringNode({
    keyNamespace: 'cenote',
    keyName: ownKey,
    unencryptedMasterKey: new Uint8Array(key),
    wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
  });
const read = async (code: string) => {
  const { plaintext, messageHeader } = await decrypt(keyring(), Buffer.from(code, 'base64'));
  return { code: plaintext.toString(), context: { ...messageHeader.encryptionContext } };
};

describe('a custom sender', () => {
  let shared: Awaited<ReturnType<typeof setUp>>;
  before(async () => {
    shared = await setUp();
  });
  const someone = () => newPerson(world, shared.pool, shared.client);

  for (const { operation, occasion, before: others, byAdmin, prepare } of occasions) {
    it(`gets the message of ${operation}, which CustomMessage does not word then`, async () => {
      const person = someone();
      const act = await prepare(person);
      await events();
      await act({ ClientMetadata: { lang: 'fr' } });
      const fired = await events();
      assert.deepEqual(
        fired.map(({ triggerSource }) => triggerSource),
        [...others, `CustomEmailSender_${occasion}`],
      );
      const { request, callerContext, ...event } = fired.at(-1) as TriggerEvent;
      assert.deepEqual(event, {
        version: '1',
        triggerSource: `CustomEmailSender_${occasion}`,
        region: 'us-east-1',
        userPoolId: person.pool,
        userName: person.name,
      });
      assert.equal(callerContext.clientId, byAdmin ? 'CLIENT_ID_NOT_APPLICABLE' : person.client);
      const { userAttributes, code, ...rest } = request;
      assert.equal(userAttributes.email, person.email);
      assert.ok(userAttributes['cognito:user_status']);
      const told = ['SignUp', 'ForgotPassword', 'Authentication'].includes(occasion);
      assert.deepEqual(rest, {
        type: 'customEmailSenderRequestV1',
        clientMetadata: told ? { lang: 'fr' } : null,
      });
      const { code: plain, context } = await read(code);
      assert.deepEqual(context, { 'userpool-id': person.pool });
      if (occasion === 'AdminCreateUser') assert.equal(plain, 'Odd&lt;Horse&gt;&amp;8');
      else assert.match(plain, occasion === 'Authentication' ? /^\d{8}$/ : /^\d{6}$/);
    });
  }

  it('gets a code that is good', async () => {
    const { client, name, email } = someone();
    await world.signUp(client, name, { email });
    const { request } = await eventOf('CustomEmailSender_SignUp');
    await world.browser.confirmSignUp({
      ClientId: client,
      Username: name,
      ConfirmationCode: (await read(request.code)).code,
    });
  });

  it('gets null where there is no code', async () => {
    const { pool, name, email } = someone();
    await world.aws.adminCreateUser({
      UserPoolId: pool,
      Username: name,
      UserAttributes: attributeList({ email, email_verified: 'true' }),
      DesiredDeliveryMediums: ['EMAIL'],
    });
    assert.equal((await eventOf('CustomEmailSender_AdminCreateUser')).request.code, null);
  });

  it('for text messages gets those, and leaves e-mail to CustomMessage and the server', async () => {
    const person = await setUp({
      AutoVerifiedAttributes: ['phone_number', 'email'],
      LambdaConfig: withSenders({ CustomEmailSender: undefined }),
    });
    const { pool, client, name, email, phone } = person;
    await world.signUp(client, name, { phone_number: phone });
    const { request } = await eventOf('CustomSMSSender_SignUp');
    assert.equal(request.type, 'customSMSSenderRequestV1');
    assert.equal(request.userAttributes.phone_number, phone);
    assert.match((await read(request.code)).code, /^\d{6}$/);
    await world.aws.adminCreateUser({
      UserPoolId: pool,
      Username: `${name}x`,
      TemporaryPassword: 'Odd<Horse>&8',
      UserAttributes: attributeList({ email, phone_number: phone }),
      DesiredDeliveryMediums: ['EMAIL', 'SMS'],
    });
    const fired = await events();
    assert.deepEqual(fired.map(({ triggerSource }) => triggerSource).sort(), [
      'CustomMessage_AdminCreateUser',
      'CustomSMSSender_AdminCreateUser',
      'PreSignUp_AdminCreateUser',
    ]);
    const sms = fired.find(({ triggerSource }) => triggerSource.startsWith('CustomSMSSender'));
    // HTML is for e-mail.
    assert.equal((await read(sms?.request.code)).code, 'Odd<Horse>&8');
    assert.equal((await world.mailTo(email)).length, 1);
  });

  it('is given the message again until it takes it, and nobody sees the code meanwhile', async () => {
    const { client, name, email } = someone();
    const { storage, sealer } = world.app.foundation;
    const stored = () =>
      storage.db.selectFrom('outbox').selectAll().where('destination', '=', email).executeTakeFirstOrThrow();
    recorder.fail('CustomEmailSender_SignUp', 'the code was 123456');
    await world.signUp(client, name, { email });
    const first = (await eventOf('CustomEmailSender_SignUp')).request.code;
    const waiting = await stored();
    assert.deepEqual([waiting.state, waiting.last_error], ['queued', 'the function threw an error']);
    const { code } = await read(first);
    assert.ok(!JSON.stringify(waiting).includes(code));
    assert.ok('draft' in (openOutbox(sealer, { messageId: waiting.message_id, content: waiting.content }) ?? {}));

    recorder.reset();
    world.clock.advance(2000);
    const again = await eventOf('CustomEmailSender_SignUp');
    assert.equal((await read(again.request.code)).code, code);
    const sent = await stored();
    assert.deepEqual([sent.state, sent.content], ['sent', null]);
  });

  it('is asked as the pool says now: what has waited for a mended pool is sent', async () => {
    const person = await setUp({
      LambdaConfig: withSenders({
        CustomEmailSender: { ...sender(), LambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:nowhere' },
      }),
    });
    const { pool, client, name, email } = person;
    await world.signUp(client, name, { email });
    assert.deepEqual(
      (await events()).map(({ triggerSource }) => triggerSource),
      ['PreSignUp_SignUp'],
    );
    await world.aws.updateUserPool({ UserPoolId: pool, ...poolOfAll, LambdaConfig: {} });
    world.clock.advance(2000);
    const [mail] = await world.mailTo(email);
    assert.match(mail?.text ?? '', /^Your confirmation code is \d{6}$/);
    assert.deepEqual(await events(), []);
  });
});

describe('AWS KMS', () => {
  it('encrypts codes under the key of the pool, bound to it', async () => {
    const { pool, client, name, email } = await setUp({ LambdaConfig: withSenders({ KMSKeyID: awsKey }) });
    kms.requests.length = 0;
    await world.signUp(client, name, { email });
    const { request } = await eventOf('CustomEmailSender_SignUp');
    const [generate, ...others] = kms.requests;
    assert.deepEqual(others, []);
    assert.equal(generate?.operation, 'GenerateDataKey');
    assert.equal(generate?.input.KeyId, awsKey);
    assert.deepEqual(generate?.input.EncryptionContext, { 'userpool-id': pool });
    assert.match(
      generate?.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/kms\/aws4_request,/,
    );

    // The keyring of AWS's sample sender.
    const clientProvider = getClient(KMS, { endpoint: kms.endpoint, credentials });
    const sample = new KmsKeyringNode({ generatorKeyId: awsKey, keyIds: [awsKey], clientProvider });
    const { plaintext, messageHeader } = await decrypt(sample, Buffer.from(request.code, 'base64'));
    assert.equal(messageHeader.encryptionContext['userpool-id'], pool);
    // Functions may demand messages that are committed to their key.
    const strict = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT);
    await strict.decrypt(sample, Buffer.from(request.code, 'base64'));
    await world.browser.confirmSignUp({ ClientId: client, Username: name, ConfirmationCode: plaintext.toString() });
  });

  it('that refuses does not lose the message', async () => {
    const { client, name, email } = await setUp({ LambdaConfig: withSenders({ KMSKeyID: awsKey }) });
    kms.refuse('DisabledException');
    await world.signUp(client, name, { email });
    assert.deepEqual(
      (await events()).map(({ triggerSource }) => triggerSource),
      ['PreSignUp_SignUp'],
    );
    const { db } = world.app.foundation.storage;
    const waiting = await db.selectFrom('outbox').selectAll().where('destination', '=', email).executeTakeFirst();
    assert.deepEqual(
      [waiting?.state, waiting?.last_error],
      ['queued', 'the code cannot be encrypted: DisabledException'],
    );
    kms.refuse(undefined);
    world.clock.advance(2000);
    assert.equal((await eventOf('CustomEmailSender_SignUp')).userName, name);
  });
});

describe('a pool with custom senders', () => {
  it('needs a key', async () => {
    const create = (LambdaConfig: LambdaConfigType) => world.aws.createUserPool({ PoolName: 'test', LambdaConfig });
    const message = 'KMSKeyId parameter is required when Custom SMS/Email Lambda trigger is used.';
    await refused(create({ CustomEmailSender: sender() }), 'InvalidParameterException', message);
    await refused(create({ CustomSMSSender: sender() }), 'InvalidParameterException', message);
    const { UserPool } = await create(withSenders());
    assert.deepEqual(UserPool?.LambdaConfig?.CustomEmailSender, sender());
    assert.equal(UserPool?.LambdaConfig?.KMSKeyID, ownKey);
    await refused(
      world.aws.updateUserPool({ UserPoolId: UserPool?.Id, LambdaConfig: { CustomSMSSender: sender() } }),
      'InvalidParameterException',
      message,
    );
  });

  it('knows one version of their events', async () => {
    const version = { ...sender(), LambdaVersion: 'V2_0' as 'V1_0' };
    await refused(
      world.aws.createUserPool({ PoolName: 'test', LambdaConfig: withSenders({ CustomSMSSender: version }) }),
      'InvalidParameterException',
      "1 validation error detected: Value 'V2_0' at 'lambdaConfig.customSMSSender.lambdaVersion' failed to satisfy constraint: Member must satisfy enum value set: [V1_0]",
    );
  });
});
