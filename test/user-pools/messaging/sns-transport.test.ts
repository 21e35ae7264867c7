import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type PublishCommandInput, SNS } from '@aws-sdk/client-sns';
import { smsAddressing } from '../../../src/user-pools/messaging/addressing.ts';
import { createSnsTransport } from '../../../src/user-pools/messaging/sns-transport.ts';
import type { MessageContent } from '../../../src/user-pools/messaging/templates.ts';
import { capture, credentials, startAwsEndpoint } from './aws-endpoint.ts';

const message = (content: Partial<MessageContent> = {}) => ({
  messageId: '4b1c5c0e-0000-4000-8000-000000000001',
  poolId: 'eu-west-3_a',
  medium: 'SMS' as const,
  destination: '+15551231234',
  purpose: 'Authentication',
  content: { text: 'Your code is 123456', ...content },
});
const signal = new AbortController().signal;
const text = (StringValue: string) => ({ DataType: 'String', StringValue });
const type = { 'AWS.SNS.SMS.SMSType': text('Transactional') };

const serialized = async (input: PublishCommandInput): Promise<string> => {
  const { bodies, requestHandler } = capture();
  const client = new SNS({ region: 'us-east-1', credentials, requestHandler: requestHandler as never, maxAttempts: 1 });
  await client.publish(input).catch(() => {});
  return bodies[0]!;
};
const expected = (MessageAttributes: PublishCommandInput['MessageAttributes'] = type) =>
  serialized({ PhoneNumber: '+15551231234', Message: 'Your code is 123456', MessageAttributes });

const xml = (code: string) =>
  `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>Invalid parameter: +15551231234</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
const taken =
  '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></PublishResponse>';

describe('SNS', () => {
  let endpoint: Awaited<ReturnType<typeof startAwsEndpoint>>;
  const transportFrom = (sender?: string) => createSnsTransport({ sender, endpoint: endpoint.endpoint, credentials });
  const send = async (content: Partial<MessageContent> = {}, sender?: string) => {
    const transport = transportFrom(sender);
    await transport.send(message(content), signal).finally(() => transport.close?.());
  };
  before(async () => {
    endpoint = await startAwsEndpoint('sns');
  });
  beforeEach(() => {
    endpoint.received.length = 0;
    endpoint.answerWith({ status: 200, body: taken, headers: { 'content-type': 'text/xml' } });
  });
  after(() => endpoint.close());

  test('a transactional text message, signed for the region of the pool', async () => {
    await send();
    const [received] = endpoint.received;
    assert.equal(received!.region, 'eu-west-3');
    assert.equal(received!.body, await expected());
  });

  test("through the region of the pool's SmsConfiguration", async () => {
    await send(smsAddressing({ SnsCallerArn: 'arn:aws:iam::123456789012:role/sns', SnsRegion: 'ap-northeast-1' }));
    assert.equal(endpoint.received[0]!.region, 'ap-northeast-1');
  });

  test('with a sender id, or from a number', async () => {
    await send({}, 'Cenote');
    await send({}, '+15550001111');
    assert.deepEqual(
      endpoint.received.map(({ body }) => body),
      [
        await expected({ ...type, 'AWS.SNS.SMS.SenderID': text('Cenote') }),
        await expected({ ...type, 'AWS.MM.SMS.OriginationNumber': text('+15550001111') }),
      ],
    );
  });

  const errors: [code: string, status: number, name: string, kind: { permanent: boolean; denied?: boolean }][] = [
    ['InvalidParameter', 400, 'InvalidParameterException', { permanent: true }],
    ['ParameterValueInvalid', 400, 'InvalidParameterValueException', { permanent: true }],
    ['ValidationException', 400, 'ValidationException', { permanent: true }],
    ['Throttled', 429, 'ThrottledException', { permanent: false }],
    ['AuthorizationError', 403, 'AuthorizationErrorException', { permanent: false, denied: true }],
    ['InternalError', 500, 'InternalErrorException', { permanent: false }],
  ];
  for (const [code, status, name, kind] of errors)
    test(`${code}: ${kind.permanent ? 'final' : 'to be tried again'}, told without the number`, async () => {
      endpoint.answerWith({ status, body: xml(code), headers: { 'content-type': 'text/xml' } });
      const summary = `SNS ${name} (${status})`;
      await assert.rejects(send(), { message: summary, summary, ...kind });
      assert.equal(endpoint.received.length, 1, 'the outbox does the repeating');
    });

  test('an e-mail is refused', async () => {
    const transport = transportFrom();
    await assert.rejects(transport.send({ ...message(), medium: 'EMAIL' }, signal), {
      summary: 'SNS does not carry EMAIL',
      permanent: true,
    });
  });
});
