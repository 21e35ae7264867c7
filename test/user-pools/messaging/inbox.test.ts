import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { startWorld, type World } from '../../support/world.ts';
import { Sha256 } from '../../wire/support/signing.ts';

type Message = Record<'messageId' | 'to' | 'medium' | 'purpose' | 'text' | 'userPoolId', string> & {
  code?: string;
  link?: string;
  subject?: string;
};
type Key = { accessKeyId: string; secretAccessKey: string };
type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; text: string };

/** With headers that `fetch` would not let through. */
const get = (world: World, path: string, headers: Record<string, string> = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const url = new URL(path, world.url);
    request(url, { headers }, answer => {
      let text = '';
      answer.on('data', chunk => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    })
      .on('error', reject)
      .end();
  });
const messagesOf = ({ status, text }: Answer): Message[] => {
  assert.equal(status, 200, text);
  return JSON.parse(text).messages;
};

const rootKey = async (world: World): Promise<Key> => {
  const file = await readFile(world.app.credentialsFile, 'utf8');
  const value = (name: string) => new RegExp(`${name}=(.+)`).exec(file)?.[1] ?? '';
  return { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') };
};
const signed = async (world: World, path: string, credentials: Key): Promise<Answer> => {
  const { hostname, port, host, pathname, searchParams } = new URL(path, world.url);
  const signer = new SignatureV4({ credentials, region: 'us-east-1', service: 'cognito-idp', sha256: Sha256 });
  const query = Object.fromEntries(searchParams);
  const { headers } = await signer.sign(
    new HttpRequest({ method: 'GET', hostname, port: Number(port), path: pathname, query, headers: { host } }),
    { signingDate: new Date(world.clock.now()) },
  );
  return get(world, path, headers);
};
const keyFor = async (world: World, policy: unknown, accountId = '000000000000'): Promise<Key> => {
  const made = await world.app.foundation.accessKeys.create({
    accountId,
    name: 'reader',
    policy: policy === null ? null : JSON.stringify(policy),
  });
  return { accessKeyId: made.accessKeyId, secretAccessKey: made.secret };
};
const allow = (Resource: string, Action = 'cenote:ReadInbox') => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

describe('the development inbox', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_INBOX: 'open' } });
    pool = await world.createPool({ AutoVerifiedAttributes: ['email', 'phone_number'] });
    client = await world.createClient(pool);
  });
  after(() => world.stop());

  it('has the message of every answer at once, with its code', async () => {
    await world.signUp(client, 'jane', { email: 'jane@example.com' });
    const { headers, text, status } = await get(world, '/_cenote/inbox?to=jane@example.com');
    const [message, ...others] = messagesOf({ headers, text, status });
    assert.deepEqual(others, []);
    assert.match(message!.code!, /^\d{6}$/);
    assert.deepEqual(
      [message!.medium, message!.to, message!.purpose, message!.subject, message!.text, message!.userPoolId],
      [
        'EMAIL',
        'jane@example.com',
        'SignUp',
        'Your verification code',
        `Your confirmation code is ${message!.code}`,
        pool,
      ],
    );
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['access-control-allow-origin'], undefined);
    await world.browser.confirmSignUp({ ClientId: client, Username: 'jane', ConfirmationCode: message!.code });
  });

  it('lists newest first, by destination and pool, as many as are asked for', async () => {
    await world.signUp(client, 'joe', { phone_number: '+15551231234' });
    // The second takes the place of the first where that has not been printed yet.
    await world.app.messagesSent();
    await world.browser.resendConfirmationCode({ ClientId: client, Username: 'joe' });
    const to = encodeURIComponent('+15551231234');
    const sent = messagesOf(await get(world, `/_cenote/inbox?to=${to}`));
    assert.deepEqual(
      sent.map(({ purpose, medium }) => [purpose, medium]),
      [
        ['ResendCode', 'SMS'],
        ['SignUp', 'SMS'],
      ],
    );
    assert.equal(messagesOf(await get(world, '/_cenote/inbox?limit=1'))[0]!.purpose, 'ResendCode');
    assert.deepEqual(messagesOf(await get(world, '/_cenote/inbox?pool=us-east-1_nobody')), []);
    assert.ok(messagesOf(await get(world, `/_cenote/inbox?pool=${pool}`)).length >= 2);
    for (const query of ['limit=0', 'limit=501', 'to=a&to=b', 'from=a'])
      assert.equal((await get(world, `/_cenote/inbox?${query}`)).status, 400, query);
  });

  it('names temporary passwords and links', async () => {
    await world.aws.adminCreateUser({
      UserPoolId: pool,
      Username: 'ann',
      UserAttributes: [{ Name: 'email', Value: 'ann@example.com' }],
      TemporaryPassword: 'Temporary-7!',
      DesiredDeliveryMediums: ['EMAIL'],
    });
    assert.equal(messagesOf(await get(world, '/_cenote/inbox?to=ann@example.com'))[0]!.code, 'Temporary-7!');
    const linked = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_LINK' },
    });
    await world.signUp(await world.createClient(linked), 'sue', { email: 'sue@example.com' });
    const [message] = messagesOf(await get(world, '/_cenote/inbox?to=sue@example.com'));
    assert.equal((await fetch(message!.link!)).status, 200);
  });

  const strangers: [who: string, headers: Record<string, string>][] = [
    ['a name that leads here', { host: 'evil.example.com' }],
    ['a name that only begins so', { host: 'localhost.example.com' }],
    ['an address behind a loopback address', { host: '127.0.0.1.nip.io:9339' }],
    ['a proxy', { 'x-forwarded-for': '203.0.113.5' }],
    ['a proxy after RFC 7239', { forwarded: 'for=203.0.113.5' }],
    ['a proxy that says only that it is one', { via: '1.1 proxy' }],
    ['another page', { origin: 'http://evil.example.com' }],
    ['another page without CORS', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }],
  ];
  for (const [who, headers] of strangers)
    it(`is not open to ${who}`, async () => {
      const { status, text } = await get(world, '/_cenote/inbox', headers);
      assert.deepEqual([status, JSON.parse(text).__type], [400, 'MissingAuthenticationTokenException']);
    });
  for (const headers of [{ host: 'localhost:9339' }, { host: '[::1]' }, { 'sec-fetch-site': 'none' }] as Record<
    string,
    string
  >[])
    it(`is open to a program that says ${JSON.stringify(headers)}`, async () => {
      assert.equal((await get(world, '/_cenote/inbox', headers)).status, 200);
    });
});

describe('the inbox by signature', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    await world.signUp(await world.createClient(pool), 'jane', { email: 'jane@example.com' });
  });
  after(() => world.stop());
  const arn = () => `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${pool}`;

  it('is the default: without one nobody reads, not even from here', async () => {
    const { status, text } = await get(world, '/_cenote/inbox');
    assert.deepEqual([status, JSON.parse(text).__type], [400, 'MissingAuthenticationTokenException']);
  });

  it('is read with the root key, whose secret must be right', async () => {
    const key = await rootKey(world);
    const [message] = messagesOf(await signed(world, '/_cenote/inbox?to=jane%40example.com', key));
    assert.match(message!.code!, /^\d{6}$/);
    const forged = await signed(world, '/_cenote/inbox', { ...key, secretAccessKey: 'guessed' });
    assert.equal(JSON.parse(forged.text).__type, 'InvalidSignatureException');
  });

  it('is read as far as policies allow', async () => {
    const tries: [policy: unknown, path: string, allowed: boolean][] = [
      [allow('*'), '/_cenote/inbox', true],
      [allow(arn()), `/_cenote/inbox?pool=${pool}`, true],
      [allow(arn()), '/_cenote/inbox', false],
      [allow(arn()), '/_cenote/inbox?pool=us-east-1_another', false],
      [allow('*', 'cognito-idp:*'), '/_cenote/inbox', false],
      [allow('*', 'cognito-idp:AdminGetUser'), '/_cenote/inbox', false],
    ];
    for (const [policy, path, allowed] of tries) {
      const { status, text } = await signed(world, path, await keyFor(world, policy));
      assert.equal(status === 200, allowed, `${JSON.stringify(policy)} ${path}: ${text}`);
      if (!allowed) assert.equal(JSON.parse(text).__type, 'AccessDeniedException');
    }
  });

  it("shows nothing of another account's pools", async () => {
    const key = await keyFor(world, null, '111111111111');
    assert.deepEqual(messagesOf(await signed(world, '/_cenote/inbox', key)), []);
  });
});

describe('the inbox', () => {
  it('is not there when it is switched off, and holds nothing that was sent', async () => {
    const off = await startWorld({ settings: { CENOTE_INBOX: 'off' } });
    assert.equal((await get(off, '/_cenote/inbox')).status, 404);
    await off.stop();

    // Nobody listens there: what waits for a mail server is not for reading.
    const settings = { CENOTE_INBOX: 'open', CENOTE_SMTP_URL: 'smtp://127.0.0.1:1' };
    const sending = await startWorld({ settings });
    const pool = await sending.createPool({ AutoVerifiedAttributes: ['email'] });
    await sending.signUp(await sending.createClient(pool), 'jane', { email: 'jane@example.com' });
    assert.deepEqual(messagesOf(await get(sending, '/_cenote/inbox')), []);
    await sending.stop();
  });
});
