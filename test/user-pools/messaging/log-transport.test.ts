import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogTransport } from '../../../src/user-pools/messaging/log-transport.ts';
import type { OutgoingMessage } from '../../../src/user-pools/messaging/transport.ts';

const print = async (message: Partial<OutgoingMessage>): Promise<string> => {
  const blocks: string[] = [];
  const transport = createLogTransport(block => blocks.push(block));
  const whole = {
    messageId: 'm',
    poolId: 'us-east-1_a',
    medium: 'EMAIL' as const,
    destination: 'jane@example.com',
    purpose: 'SignUp',
    content: { subject: 'Your verification code', text: 'Your code\n\nis 123456' },
    ...message,
  };
  await transport.send(whole, new AbortController().signal);
  assert.equal(blocks.length, 1);
  return blocks[0]!;
};

test('an e-mail as a block of lines', async () => {
  assert.equal(
    await print({}),
    '\nEMAIL to jane@example.com (SignUp)\n  Subject: Your verification code\n  Your code\n\n  is 123456\n\n',
  );
});

test('an SMS has no subject', async () => {
  const block = await print({ medium: 'SMS', destination: '+15551231234', content: { text: '123456' } });
  assert.equal(block, '\nSMS to +15551231234 (SignUp)\n  123456\n\n');
});

test('nothing in it steers a terminal or forges a line', async () => {
  const block = await print({
    destination: 'a\r\nEMAIL to b@example.com',
    content: { subject: 'x\n\u001b[2J', text: 'a\u001b]0;title\u0007\u009b1m\u202e\nEMAIL to c@example.com (SignUp)' },
  });
  assert.doesNotMatch(block, /[^\P{Cc}\n]|\u202e/u);
  assert.equal(block.match(/^EMAIL/gm)?.length, 1);
});
