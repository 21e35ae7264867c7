import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { listMessages } from '../../../src/storage/outbox.ts';
import { startSmsService } from '../../support/sms-service.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

/** A mail server that refuses for good, for now, or keeps silent, as the address says. */
const startMailServer = async () => {
  const silent: (() => void)[] = [];
  const taken: string[] = [];
  const refusal = (responseCode: number) => Object.assign(new Error('no'), { responseCode });
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onRcptTo({ address }, _, done) {
      if (address.startsWith('refused')) return done(refusal(550));
      if (address.startsWith('busy')) return done(refusal(450));
      if (address.startsWith('silent')) {
        silent.push(done);
        return;
      }
      done();
    },
    onData(stream, session, done) {
      taken.push(...session.envelope.rcptTo.map(({ address }) => address));
      stream.resume().on('end', () => done());
    },
  });
  server.on('error', () => {});
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    taken,
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    /** How many wait for a word. */
    waiting: () => silent.length,
    speak() {
      for (const done of silent.splice(0)) done();
    },
    close: () => new Promise<void>(resolve => server.close(() => resolve())),
  };
};

const failure = {
  name: 'CodeDeliveryFailureException',
  message: 'Invalid email provided/Unable to send the email',
};

describe('the first try of a message', () => {
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  let sms: Awaited<ReturnType<typeof startSmsService>>;
  let world: World;
  let pool: string;
  let client: string;
  let hiding: string;
  const settings = (wait: number) => ({
    CENOTE_SMTP_URL: mail.url,
    ...sms.settings,
    CENOTE_DELIVERY_WAIT: String(wait),
    CENOTE_LOG_LEVEL: 'silent',
  });
  before(async () => {
    [mail, sms] = await Promise.all([startMailServer(), startSmsService()]);
    world = await startWorld({ settings: settings(10_000) });
    pool = await world.createPool({ AutoVerifiedAttributes: ['email', 'phone_number'] });
    client = await world.createClient(pool);
    hiding = await world.createClient(pool, { PreventUserExistenceErrors: 'ENABLED' });
  });
  after(async () => {
    mail.speak();
    await world.stop();
    await mail.close();
    sms.close();
  });

  const stateOf = async (destination: string) => {
    const messages = await listMessages(world.app.foundation.storage.db, { destination, limit: 10 });
    return messages.map(({ state }) => state);
  };
  const statusOf = async (Username: string) =>
    (await world.aws.adminGetUser({ UserPoolId: pool, Username })).UserStatus;

  it('arrives: the answer comes after the mail server has taken it', async () => {
    await world.signUp(client, 'taken', { email: 'taken@example.com' });
    assert.ok(mail.taken.includes('taken@example.com'));
  });

  it('SignUp: a refusal is the answer, and the account is there all the same', async () => {
    await assert.rejects(world.signUp(client, 'refused', { email: 'refused@example.com' }), failure);
    assert.equal(await statusOf('refused'), 'UNCONFIRMED');
    assert.deepEqual(await stateOf('refused@example.com'), ['failed']);
  });

  it('what is only put off, or not answered in time, is on its way', async () => {
    await world.signUp(client, 'busy', { email: 'busy@example.com' });
    assert.deepEqual(await stateOf('busy@example.com'), ['queued']);
  });

  it('ResendConfirmationCode and ForgotPassword', async () => {
    const ClientId = client;
    await assert.rejects(world.browser.resendConfirmationCode({ ClientId, Username: 'refused' }), failure);
    await world.createUser(pool, 'jane', goodPassword, { email: 'refused-jane@example.com', email_verified: 'true' });
    await assert.rejects(world.browser.forgotPassword({ ClientId, Username: 'jane' }), failure);
  });

  it('UpdateUserAttributes and GetUserAttributeVerificationCode', async () => {
    await world.createUser(pool, 'joe', goodPassword, { email: 'joe@example.com', email_verified: 'true' });
    const { AccessToken } = await world.signIn(client, 'joe');
    const UserAttributes = [{ Name: 'email', Value: 'refused-joe@example.com' }];
    await assert.rejects(world.browser.updateUserAttributes({ AccessToken, UserAttributes }), failure);
    await assert.rejects(
      world.browser.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' }),
      failure,
    );
  });

  const invite = (Username: string, attributes: Record<string, string>) =>
    world.aws.adminCreateUser({
      UserPoolId: pool,
      Username,
      DesiredDeliveryMediums: ['EMAIL', 'SMS'],
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
    });

  it('AdminCreateUser, unless one of two invitations arrives', async () => {
    await assert.rejects(invite('ann', { email: 'refused-ann@example.com' }), failure);
    await assert.rejects(invite('ben', { email: 'refused-ben@example.com', phone_number: '+15550000400' }), {
      name: 'CodeDeliveryFailureException',
    });
    await invite('eve', { email: 'refused-eve@example.com', phone_number: '+15550000200' });
  });

  it('a service of text messages that refuses the message, or the server', async () => {
    await assert.rejects(world.signUp(client, 'sms400', { phone_number: '+15550000400' }), {
      name: 'CodeDeliveryFailureException',
      message: 'Invalid phone number provided/Unable to send the SMS',
    });
    await assert.rejects(world.signUp(client, 'sms403', { phone_number: '+15550000403' }), {
      name: 'InvalidSmsRoleAccessPolicyException',
      message: 'Role does not have permission to publish with SNS',
    });
    // The operator may mend that.
    assert.deepEqual(await stateOf('+15550000403'), ['queued']);
    await world.signUp(client, 'sms503', { phone_number: '+15550000503' });
  });

  it('where the client hides who exists there is nothing to wait for and nothing to tell', async () => {
    const ClientId = hiding;
    const answers = await Promise.all(
      ['jane', 'nobody'].map(Username => world.browser.forgotPassword({ ClientId, Username })),
    );
    for (const { CodeDeliveryDetails } of answers) assert.ok(CodeDeliveryDetails?.Destination);
    await world.browser.resendConfirmationCode({ ClientId, Username: 'refused' });

    // The mail server has said nothing yet when the answer is there.
    await world.createUser(pool, 'sue', goodPassword, { email: 'silent-sue@example.com', email_verified: 'true' });
    await world.browser.forgotPassword({ ClientId, Username: 'sue' });
    assert.notDeepEqual(await stateOf('silent-sue@example.com'), ['sent']);
    while (mail.waiting() === 0) await new Promise(resolve => setTimeout(resolve, 5));
    mail.speak();
    await world.app.messagesSent();
    assert.deepEqual(await stateOf('silent-sue@example.com'), ['sent']);
  });

  it('is waited for so long and no longer', async () => {
    const hasty = await startWorld({ settings: settings(50) });
    const never = await startWorld({ settings: settings(0) });
    for (const [each, name] of [
      [hasty, 'silent-hasty'],
      [never, 'refused-never'],
    ] as const) {
      const client = await each.createClient(await each.createPool({ AutoVerifiedAttributes: ['email'] }));
      await each.signUp(client, name, { email: `${name}@example.com` });
    }
    assert.ok(!mail.taken.includes('silent-hasty@example.com'));
    mail.speak();
    await hasty.stop();
    await never.stop();
  });
});
