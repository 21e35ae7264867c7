import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  compose,
  confirmsByLink,
  type MessageContent,
  type MessagePurpose,
  type MessageSettings,
} from '../../../src/user-pools/messaging/templates.ts';
import type { CustomTexts } from '../../../src/user-pools/triggers/custom-message.ts';

const withCode = ['SignUp', 'ResendCode', 'ForgotPassword', 'UpdateUserAttribute', 'VerifyUserAttribute'] as const;
const jane = { username: 'jane', code: '123456' };
const email = (pool: MessageSettings, purpose: MessagePurpose, who = jane): MessageContent =>
  compose(pool, { purpose, medium: 'EMAIL', ...who });
const sms = (pool: MessageSettings, purpose: MessagePurpose, who = jane): MessageContent =>
  compose(pool, { purpose, medium: 'SMS', ...who });

describe("Cognito's own texts", () => {
  for (const purpose of withCode) {
    test(`${purpose}: a confirmation code`, () => {
      const { subject, text, html } = email({}, purpose);
      assert.deepEqual(
        { subject, text, html },
        {
          subject: 'Your verification code',
          text: 'Your confirmation code is 123456',
          html: 'Your confirmation code is 123456',
        },
      );
      assert.deepEqual(sms({}, purpose), { text: 'Your confirmation code is 123456' });
    });
  }

  test('AdminCreateUser: user name and temporary password', () => {
    const who = { username: 'jane', code: 'aB1<x&"y' };
    const { subject, text, html } = email({}, 'AdminCreateUser', who);
    assert.equal(subject, 'Your temporary password');
    assert.equal(text, 'Your username is jane and temporary password is aB1<x&"y.');
    assert.equal(html, 'Your username is jane and temporary password is aB1&lt;x&amp;&quot;y.');
    assert.deepEqual(sms({}, 'AdminCreateUser', who), {
      text: 'Your username is jane and temporary password is aB1<x&"y.',
    });
  });

  test('Authentication', () => {
    assert.equal(email({}, 'Authentication').subject, 'Your authentication code');
    assert.equal(email({}, 'Authentication').text, 'Your authentication code is 123456.');
    assert.deepEqual(sms({}, 'Authentication'), { text: 'Your authentication code is 123456.' });
  });
});

describe("the pool's templates", () => {
  const legacy: MessageSettings = {
    EmailVerificationMessage: 'old mail {####}',
    EmailVerificationSubject: 'old subject',
    SmsVerificationMessage: 'old sms {####}',
    SmsAuthenticationMessage: 'mfa {####}',
  };
  const pool: MessageSettings = {
    ...legacy,
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_CODE',
      EmailMessage: '<p>Hello {username},</p><p>{####} is yours: {####}</p>',
      EmailSubject: 'For {username}',
      SmsMessage: '{username}: {####}',
    },
    AdminCreateUserConfig: {
      InviteMessageTemplate: {
        EmailMessage: 'Welcome {username}, {####}',
        EmailSubject: 'Welcome',
        SMSMessage: 'W {username} {####}',
      },
    },
  };

  for (const purpose of withCode) {
    test(`${purpose}: VerificationMessageTemplate`, () => {
      const { subject, text, html } = email(pool, purpose);
      assert.equal(subject, 'For jane');
      assert.equal(html, '<p>Hello jane,</p><p>123456 is yours: 123456</p>');
      assert.equal(text, 'Hello jane,\n\n123456 is yours: 123456');
      assert.deepEqual(sms(pool, purpose), { text: 'jane: 123456' });
    });
  }

  test('the older members where the template has none', () => {
    assert.equal(email(legacy, 'SignUp').subject, 'old subject');
    assert.equal(email(legacy, 'SignUp').text, 'old mail 123456');
    assert.deepEqual(sms(legacy, 'SignUp'), { text: 'old sms 123456' });
    const half: MessageSettings = { ...legacy, VerificationMessageTemplate: { EmailSubject: 'new subject' } };
    assert.equal(email(half, 'SignUp').subject, 'new subject');
    assert.equal(email(half, 'SignUp').text, 'old mail 123456');
  });

  test('AdminCreateUser: InviteMessageTemplate', () => {
    assert.equal(email(pool, 'AdminCreateUser').subject, 'Welcome');
    assert.equal(email(pool, 'AdminCreateUser').text, 'Welcome jane, 123456');
    assert.deepEqual(sms(pool, 'AdminCreateUser'), { text: 'W jane 123456' });
  });

  test('Authentication: SmsAuthenticationMessage', () => {
    assert.deepEqual(sms(pool, 'Authentication'), { text: 'mfa 123456' });
  });

  test('Authentication: EmailMfaConfiguration', () => {
    const mfa: MessageSettings = { EmailMfaConfiguration: { Subject: 'Your turn', Message: '<b>{####}</b>' } };
    const { subject, html, text } = email(mfa, 'Authentication');
    assert.deepEqual([subject, html, text], ['Your turn', '<b>123456</b>', '123456']);
  });
});

describe('confirmation by link', () => {
  const link = 'https://auth.example.com/confirmUser?client_id=1&confirmation_code=123456';
  const linked: MessageSettings = {
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
      EmailMessageByLink: '<p>Dear {username}, press {##right here##}</p>',
      EmailSubjectByLink: 'Press',
    },
  };
  const byLink = (pool: MessageSettings, texts?: CustomTexts) =>
    compose(pool, { purpose: 'SignUp', medium: 'EMAIL', ...jane, link, texts });

  test('is for e-mail about new accounts', () => {
    const purposes = [...withCode, 'AdminCreateUser', 'Authentication'] as const;
    assert.deepEqual(
      purposes.filter(purpose => confirmsByLink(linked, purpose, 'EMAIL')),
      ['SignUp', 'ResendCode'],
    );
    assert.equal(confirmsByLink(linked, 'SignUp', 'SMS'), false);
    assert.equal(confirmsByLink({}, 'SignUp', 'EMAIL'), false);
  });

  test('puts the link where the template says, with its text', () => {
    const { subject, html, text } = byLink(linked);
    assert.equal(subject, 'Press');
    assert.equal(html, `<p>Dear jane, press <a href="${link.replace('&', '&amp;')}">right here</a></p>`);
    assert.equal(text, `Dear jane, press right here (${link})`);
  });

  test('has texts of its own', () => {
    const { subject, text } = byLink({});
    assert.equal(subject, 'Your verification link');
    assert.equal(text, `Please click the link below to verify your email address. Verify Email (${link})`);
  });

  test('takes the words of CustomMessage, with the link or with the code', () => {
    const texts = { smsMessage: null, emailSubject: null, emailMessage: '{##Click Here##} or type {####}' };
    const { subject, text } = byLink(linked, texts);
    assert.equal(subject, 'Press');
    assert.equal(text, `Click Here (${link}) or type 123456`);
  });

  test('sends the code where there is nothing to link to', () => {
    assert.equal(email(linked, 'SignUp').subject, 'Your verification code');
    assert.equal(email(linked, 'SignUp').text, 'Your confirmation code is 123456');
    const texts = { smsMessage: null, emailSubject: null, emailMessage: 'Take {##Click Here##}' };
    const { text } = compose(linked, { purpose: 'ForgotPassword', medium: 'EMAIL', ...jane, texts });
    assert.equal(text, 'Take 123456');
  });
});

describe('what a user chose as name', () => {
  const pool: MessageSettings = {
    VerificationMessageTemplate: { EmailMessage: 'Dear {username}: {####}', SmsMessage: '{username}: {####}' },
  };

  test('is escaped in HTML and as it is elsewhere', () => {
    const who = { username: `<img src=x onerror="alert('1')">&`, code: '123456' };
    const { html, text } = email(pool, 'SignUp', who);
    assert.equal(html, 'Dear &lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;: 123456');
    assert.equal(text, `Dear ${who.username}: 123456`);
    assert.equal(sms(pool, 'SignUp', who).text, `${who.username}: 123456`);
  });

  test('is no placeholder and no pattern', () => {
    const who = { username: '{####}$&', code: '123456' };
    assert.equal(sms(pool, 'SignUp', who).text, '{####}$&: 123456');
  });
});

describe('the sender', () => {
  const senders: [title: string, settings: MessageSettings['EmailConfiguration'], from?: string, replyTo?: string][] = [
    ['none: the server decides', { EmailSendingAccount: 'COGNITO_DEFAULT' }],
    [
      'From',
      { From: 'Shop <shop@example.com>', ReplyToEmailAddress: 'help@example.com' },
      'Shop <shop@example.com>',
      'help@example.com',
    ],
    [
      'the SES identity, an address',
      { SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/a@example.com' },
      'a@example.com',
    ],
    ['the SES identity, a domain', { SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/example.com' }],
    [
      'From before the identity',
      { From: 'b@example.com', SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/a@example.com' },
      'b@example.com',
    ],
  ];
  for (const [title, EmailConfiguration, from, replyTo] of senders) {
    test(title, () => {
      const content = email({ EmailConfiguration }, 'SignUp');
      assert.deepEqual([content.from, content.replyTo], [from, replyTo]);
    });
  }
});
