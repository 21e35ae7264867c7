/** The example of a custom sender: copied, set up as its README says, and run by the server. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { it } from 'node:test';
import { attributeList, startWorld } from '../../support/world.ts';

const root = join(import.meta.dirname, '../../..');
const keyId = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555';

type Mail = { to: string; subject: string; text: string };

it('sends the mail of a user pool by itself', async t => {
  const mails: Mail[] = [];
  const service = createServer(async (request, response) => {
    mails.push((await json(request)) as Mail);
    response.end();
  });
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
  // Where the packages that it imports are found.
  const cache = join(root, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'custom-email-sender-'));
  await cp(join(root, 'examples/triggers/custom-email-sender'), folder, { recursive: true });
  const key = randomBytes(32).toString('base64');
  const mailUrl = `http://127.0.0.1:${(service.address() as AddressInfo).port}/send`;
  await writeFile(join(folder, 'settings.json'), JSON.stringify({ keyId, key, mailUrl }));
  const world = await startWorld({
    settings: {
      CENOTE_CODE_KEYS: `${keyId}=${key}`,
      CENOTE_TRIGGERS: `custom-email-sender=module:${join(folder, 'index.mjs')}`,
    },
  });
  t.after(async () => {
    await world.stop();
    service.close();
    await rm(folder, { recursive: true });
  });

  const LambdaArn = 'arn:aws:lambda:us-east-1:000000000000:function:custom-email-sender';
  const pool = await world.createPool({
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: { CustomEmailSender: { LambdaVersion: 'V1_0', LambdaArn }, KMSKeyID: keyId },
  });
  const client = await world.createClient(pool);
  await world.signUp(client, 'jane', { email: 'jane@example.com' });
  await world.aws.adminCreateUser({
    UserPoolId: pool,
    Username: 'joe',
    TemporaryPassword: 'Odd<Horse>&"8\'',
    UserAttributes: attributeList({ email: 'joe@example.com' }),
    DesiredDeliveryMediums: ['EMAIL'],
  });
  await world.app.messagesSent();
  const to = (address: string) => mails.filter(mail => mail.to === address);
  assert.deepEqual(to('joe@example.com'), [
    { to: 'joe@example.com', subject: 'Your account', text: 'You are joe, your first password is Odd<Horse>&"8\'' },
  ]);
  const [{ subject, text } = { subject: '', text: '' }] = to('jane@example.com');
  assert.equal(subject, 'Welcome');
  const [ConfirmationCode] = /\d{6}$/.exec(text) ?? [];
  await world.browser.confirmSignUp({ ClientId: client, Username: 'jane', ConfirmationCode });
});
