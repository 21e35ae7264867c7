import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { SESv2, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { emailAddressing } from '../../../src/user-pools/messaging/addressing.ts';
import { createSesTransport } from '../../../src/user-pools/messaging/ses-transport.ts';
import type { MessageContent } from '../../../src/user-pools/messaging/templates.ts';
import type { Transport } from '../../../src/user-pools/messaging/transport.ts';
import { capture, credentials, startAwsEndpoint } from './aws-endpoint.ts';

const message = (content: Partial<MessageContent> = {}, destination = 'jane@example.com') => ({
  messageId: '4b1c5c0e-0000-4000-8000-000000000001',
  poolId: 'eu-west-3_a',
  medium: 'EMAIL' as const,
  destination,
  purpose: 'SignUp',
  content: {
    subject: 'Your verification code',
    text: 'Your code is 123456',
    html: '<p>Your code is <b>123456</b></p>',
    ...content,
  },
});
const signal = new AbortController().signal;

/** What SES is to receive, in the words of its API. */
const expected = (more: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput => ({
  FromEmailAddress: 'Cenote <no-reply@example.org>',
  Destination: { ToAddresses: ['jane@example.com'] },
  Content: {
    Simple: {
      Subject: { Data: 'Your verification code', Charset: 'UTF-8' },
      Body: {
        Text: { Data: 'Your code is 123456', Charset: 'UTF-8' },
        Html: { Data: '<p>Your code is <b>123456</b></p>', Charset: 'UTF-8' },
      },
      Headers: [
        { Name: 'X-Cenote-Message-Id', Value: '4b1c5c0e-0000-4000-8000-000000000001' },
        { Name: 'Auto-Submitted', Value: 'auto-generated' },
      ],
    },
  },
  ...more,
});

const serialized = async (input: SendEmailCommandInput): Promise<unknown> => {
  const { bodies, requestHandler } = capture();
  const client = new SESv2({
    region: 'us-east-1',
    credentials,
    requestHandler: requestHandler as never,
    maxAttempts: 1,
  });
  await client.sendEmail(input).catch(() => {});
  return JSON.parse(bodies[0]!);
};

describe('SES', () => {
  let endpoint: Awaited<ReturnType<typeof startAwsEndpoint>>;
  let transport: Transport;
  before(async () => {
    endpoint = await startAwsEndpoint('ses');
    transport = createSesTransport({
      from: 'Cenote <no-reply@example.org>',
      endpoint: endpoint.endpoint,
      credentials,
    });
  });
  beforeEach(() => {
    endpoint.received.length = 0;
    endpoint.answerWith({ status: 200, body: '{"MessageId":"m"}', headers: { 'content-type': 'application/json' } });
  });
  after(async () => {
    transport.close?.();
    await endpoint.close();
  });

  test("an e-mail from the server's own address, signed for the region of the pool", async () => {
    await transport.send(message(), signal);
    const [received] = endpoint.received;
    assert.deepEqual([received!.url, received!.region], ['/v2/email/outbound-emails', 'eu-west-3']);
    assert.deepEqual(JSON.parse(received!.body), await serialized(expected()));
  });

  test("an e-mail as the pool's EmailConfiguration says, through the region of its identity", async () => {
    const SourceArn = 'arn:aws:ses:eu-central-1:123456789012:identity/shop@example.net';
    const addressing = emailAddressing({
      SourceArn,
      EmailSendingAccount: 'DEVELOPER',
      From: 'Käsebär <shop@example.net>',
      ReplyToEmailAddress: 'help@example.net',
      ConfigurationSet: 'tracking',
    });
    await transport.send(message(addressing), signal);
    const [received] = endpoint.received;
    assert.equal(received!.region, 'eu-central-1');
    const input = expected({
      FromEmailAddress: '=?utf-8?B?S8Okc2Viw6Ry?= <shop@example.net>',
      FromEmailAddressIdentityArn: SourceArn,
      ReplyToAddresses: ['help@example.net'],
      ConfigurationSetName: 'tracking',
    });
    assert.deepEqual(JSON.parse(received!.body), await serialized(input));
  });

  test('no header can be smuggled in, and nothing but one address is sent to', async () => {
    const evil = 'x\r\nBcc: eve@example.com';
    await transport.send(message({ subject: evil, from: `${evil} <a@example.org>` }), signal);
    const body = JSON.parse(endpoint.received[0]!.body);
    assert.equal(body.Content.Simple.Subject.Data, 'x Bcc: eve@example.com');
    assert.equal(body.FromEmailAddress, 'x Bcc: eve@example.com <a@example.org>');
    for (const destination of ['jane@example.com, eve@example.com', 'Eve <eve@example.com>', 'jane', ''])
      await assert.rejects(transport.send(message({}, destination), signal), { permanent: true });
    assert.equal(endpoint.received.length, 1);
  });

  const errors: [name: string, status: number, expected: { permanent: boolean; denied?: boolean }][] = [
    ['MessageRejected', 400, { permanent: true }],
    ['BadRequestException', 400, { permanent: true }],
    ['MailFromDomainNotVerifiedException', 400, { permanent: false }],
    ['SendingPausedException', 400, { permanent: false }],
    ['TooManyRequestsException', 429, { permanent: false }],
    ['AccessDeniedException', 403, { permanent: false, denied: true }],
    ['UnrecognizedClientException', 403, { permanent: false, denied: true }],
    ['InternalServiceErrorException', 500, { permanent: false }],
  ];
  for (const [name, status, kind] of errors)
    test(`${name}: ${kind.permanent ? 'final' : 'to be tried again'}, told without the address`, async () => {
      endpoint.answerWith({
        status,
        body: '{"message":"Email address is not verified: jane@example.com"}',
        headers: { 'x-amzn-errortype': name, 'content-type': 'application/json' },
      });
      const summary = `SES ${name} (${status})`;
      await assert.rejects(transport.send(message(), signal), { message: summary, summary, ...kind });
      assert.equal(endpoint.received.length, 1, 'the outbox does the repeating');
    });

  test('a service that is silent, or not there', async () => {
    endpoint.answerWith('silence');
    await assert.rejects(transport.send(message(), AbortSignal.timeout(100)), { permanent: false });
    const nowhere = createSesTransport({ from: 'a@example.org', endpoint: 'http://127.0.0.1:1', credentials });
    await assert.rejects(nowhere.send(message(), signal), { permanent: false });
    nowhere.close?.();
  });

  test('another secret is not believed', async () => {
    const stranger = { ...credentials, secretAccessKey: 'another' };
    const wrong = createSesTransport({ from: 'a@example.org', endpoint: endpoint.endpoint, credentials: stranger });
    await assert.rejects(wrong.send(message(), signal), { permanent: false, denied: true });
    wrong.close?.();
    assert.equal(endpoint.received.length, 0);
  });

  test('an SMS is refused', async () => {
    const sms = { ...message(), medium: 'SMS' as const };
    await assert.rejects(transport.send(sms, signal), { summary: 'SES does not carry SMS', permanent: true });
  });
});
