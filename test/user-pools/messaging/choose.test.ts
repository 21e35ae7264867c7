import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/lib/clock.ts';
import { chooseTransports, type MessageRoutes } from '../../../src/user-pools/messaging/choose.ts';
import { routes } from './world.ts';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const choose = (settings: Partial<MessageRoutes>) =>
  chooseTransports({ ...routes, ...settings }, { write: () => {}, clock: systemClock });

const table: [settings: Partial<MessageRoutes>, email: string, sms: string][] = [
  [{}, 'log', 'log'],
  [{ smtpUrl: 'smtp://127.0.0.1' }, 'smtp', 'log'],
  [{ smtpUrl: 'smtp://127.0.0.1', email: 'smtp' }, 'smtp', 'log'],
  [{ smtpUrl: 'smtp://127.0.0.1', email: 'log' }, 'log', 'log'],
  [{ email: 'ses', sms: 'sns' }, 'ses', 'sns'],
  [{ sms: 'https://sms.example.com/send', smsSecret: secret }, 'log', 'webhook'],
];
for (const [settings, email, sms] of table)
  test(`${JSON.stringify(settings).replace(secret, '…')}: ${email}, ${sms}`, () => {
    const { EMAIL, SMS } = choose(settings);
    assert.deepEqual([EMAIL.name, SMS.name], [email, sms]);
  });

test('a setting that lacks another stops the start', () => {
  assert.throws(() => choose({ email: 'smtp' }), /CENOTE_EMAIL=smtp needs CENOTE_SMTP_URL/);
  assert.throws(() => choose({ sms: 'https://sms.example.com' }), /needs CENOTE_SMS_SECRET/);
});
