import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { generate } from 'selfsigned';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { connect, type Storage } from '../../../src/storage/connect.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import { listMessages } from '../../../src/storage/outbox.ts';
import { chooseTransports } from '../../../src/user-pools/messaging/choose.ts';
import { startDelivery } from '../../../src/user-pools/messaging/delivery.ts';
import { createSmtpTransport } from '../../../src/user-pools/messaging/smtp-transport.ts';
import type { MessageContent } from '../../../src/user-pools/messaging/templates.ts';
import type { Transport } from '../../../src/user-pools/messaging/transport.ts';
import { createWorld, routes } from './world.ts';

type Mail = { from: string; to: string[]; user: unknown; secure: boolean; raw: string };

/** A mail server that keeps what it receives; `port` 0 picks a free one. */
const startServer = async (options: SMTPServerOptions = {}, port = 0) => {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    logger: false,
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', chunk => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({
          from: session.envelope.mailFrom ? session.envelope.mailFrom.address : '',
          to: session.envelope.rcptTo.map(({ address }) => address),
          user: session.user,
          secure: session.secure,
          raw: Buffer.concat(chunks).toString('utf8'),
        });
        done();
      });
    },
    ...options,
  });
  // A client that does not trust the certificate hangs up, which the server reports.
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const close = () => new Promise<void>(resolve => server.close(() => resolve()));
  return { mails, port: (server.server.address() as AddressInfo).port, close };
};

const message = (content: Partial<MessageContent> = {}, destination = 'jane@example.com') => ({
  messageId: '4b1c5c0e-0000-4000-8000-000000000001',
  poolId: 'us-east-1_a',
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
const headersOf = (raw: string) =>
  raw
    .slice(0, raw.indexOf('\r\n\r\n'))
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode });

describe('SMTP', () => {
  const from = 'Cenote <no-reply@example.org>';
  const withServer = async (
    options: SMTPServerOptions,
    body: (server: Awaited<ReturnType<typeof startServer>>, transport: Transport) => Promise<void>,
  ) => {
    const server = await startServer(options);
    const transport = createSmtpTransport({ url: `smtp://127.0.0.1:${server.port}`, from });
    try {
      await body(server, transport);
    } finally {
      transport.close?.();
      await server.close();
    }
  };

  test('an e-mail: both bodies, sender, a Message-ID that stays the same', () =>
    withServer({}, async (server, transport) => {
      await transport.send(message(), signal);
      await transport.send(message(), signal);
      await transport.send(message({ from: 'Shop <shop@example.net>', replyTo: 'help@example.net' }), signal);
      const [first, again, custom] = server.mails;
      assert.deepEqual([first!.from, first!.to], ['no-reply@example.org', ['jane@example.com']]);
      const headers = headersOf(first!.raw);
      for (const header of [
        'From: Cenote <no-reply@example.org>',
        'To: jane@example.com',
        'Subject: Your verification code',
        'Message-ID: <4b1c5c0e-0000-4000-8000-000000000001@example.org>',
        'Auto-Submitted: auto-generated',
      ]) {
        assert.ok(headers.includes(header), `${header} in\n${headers.join('\n')}`);
      }
      assert.match(first!.raw, /Content-Type: text\/plain; charset=utf-8[\s\S]*Your code is 123456/);
      assert.match(first!.raw, /Content-Type: text\/html; charset=utf-8[\s\S]*<p>Your code is <b>123456<\/b><\/p>/);
      assert.ok(headersOf(again!.raw).includes('Message-ID: <4b1c5c0e-0000-4000-8000-000000000001@example.org>'));
      assert.equal(custom!.from, 'shop@example.net');
      assert.ok(headersOf(custom!.raw).includes('Reply-To: help@example.net'));
      assert.ok(!headersOf(custom!.raw).some(header => /^x-ses/i.test(header)));
    }));

  test("the pool's configuration set, as the SMTP interface of SES reads it", () =>
    withServer({}, async (server, transport) => {
      await transport.send(message({ configurationSet: 'tracking' }), signal);
      assert.match(server.mails[0]!.raw, /^x-ses-configuration-set: tracking\r$/im);
    }));

  test('no header and no recipient can be smuggled in', () =>
    withServer({}, async (server, transport) => {
      const evil = 'x\r\nBcc: eve@example.com\r\n\r\nbody\u0000';
      await transport.send(message({ subject: evil, from: `${evil} <a@example.org>`, replyTo: evil }), signal);
      const [mail] = server.mails;
      assert.deepEqual(mail!.to, ['jane@example.com']);
      assert.ok(!headersOf(mail!.raw).some(header => /^bcc/i.test(header)));
      assert.ok(headersOf(mail!.raw).includes('Subject: x Bcc: eve@example.com body'), mail!.raw);

      for (const destination of [
        'jane@example.com, eve@example.com',
        'jane@example.com\r\nRCPT TO:<eve@example.com>',
        'jane@example.com> <eve@example.com',
        'Eve <eve@example.com>',
        'friends:eve@example.com;',
        'jane',
        '',
      ]) {
        await assert.rejects(transport.send(message({}, destination), signal), {
          summary: 'the destination is not an e-mail address',
          permanent: true,
        });
      }
      assert.equal(server.mails.length, 1);
    }));

  test('an address beyond ASCII goes to a server that takes it', () =>
    withServer({}, async (server, transport) => {
      await transport.send(message({}, 'jürgen@example.com'), signal);
      assert.deepEqual(server.mails[0]!.to, ['jürgen@example.com']);
    }));

  test('TLS and login; a certificate that is not trusted stops it before anything is said', async () => {
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], { keySize: 2048 });
    const server = await startServer({
      secure: true,
      key,
      cert,
      authOptional: false,
      onAuth({ username, password }, _, done) {
        if (username === 'us er' && password === 'p@ss') done(null, { user: username });
        else done(new Error('no'));
      },
    });
    const url = (user: string, query: string) => `smtps://${user}@127.0.0.1:${server.port}${query}`;
    const attempt = async (user: string, query: string) => {
      const transport = createSmtpTransport({ url: url(user, query), from });
      await transport.send(message(), signal).finally(() => transport.close?.());
    };
    try {
      await attempt('us%20er:p%40ss', '?tls.rejectUnauthorized=false');
      assert.deepEqual([server.mails[0]!.secure, server.mails[0]!.user], [true, 'us er']);
      // The operator can mend both, so neither is permanent.
      await assert.rejects(attempt('us%20er:p%40ss', ''), { permanent: false });
      await assert.rejects(attempt('us%20er:wrong', '?tls.rejectUnauthorized=false'), {
        summary: /^SMTP 535 .*\(EAUTH\)$/,
        permanent: false,
      });
      assert.equal(server.mails.length, 1);
    } finally {
      await server.close();
    }
  });

  const refusals: [stage: string, options: SMTPServerOptions, summary: RegExp, permanent: boolean][] = [
    [
      'unknown recipient',
      { onRcptTo: ({ address }, _, done) => done(refusal(550, `5.1.1 <${address}> unknown`)) },
      /^SMTP 550 5\.1\.1 at RCPT TO \(EENVELOPE\)$/,
      true,
    ],
    [
      'mailbox busy',
      { onRcptTo: ({ address }, _, done) => done(refusal(450, `4.2.1 <${address}> busy`)) },
      /^SMTP 450 4\.2\.1 at RCPT TO \(EENVELOPE\)$/,
      false,
    ],
    [
      'sender refused',
      { onMailFrom: (_, __, done) => done(refusal(553, 'not you')) },
      /^SMTP 553 at MAIL FROM \(EENVELOPE\)$/,
      true,
    ],
    ['login demanded', { authOptional: false }, /^SMTP 530 at MAIL FROM \(EENVELOPE\)$/, false],
    [
      'content refused',
      {
        onData(stream, _, done) {
          stream.resume().on('end', () => done(refusal(554, '5.7.1 spam: 123456')));
        },
      },
      /^SMTP 554 5\.7\.1 at DATA \(EMESSAGE\)$/,
      true,
    ],
    ['server full', { onConnect: (_, done) => done(refusal(554, 'go away')) }, /^SMTP 554/, false],
  ];
  for (const [stage, options, summary, permanent] of refusals) {
    test(`refused, ${stage}: ${permanent ? 'final' : 'to be tried again'}, and told without the address`, () =>
      withServer(options, async (_, transport) => {
        const attempt = transport.send(message(), signal);
        await assert.rejects(attempt, { message: summary, summary, permanent });
      }));
  }

  test('an SMS is refused', async () => {
    const transport = createSmtpTransport({ url: 'smtp://127.0.0.1:1', from });
    const sms = { ...message(), medium: 'SMS' as const };
    await assert.rejects(transport.send(sms, signal), { summary: 'SMTP does not carry SMS', permanent: true });
  });

  test('a send that is called off stops waiting for the server', () =>
    withServer({ onMailFrom: () => {} }, async (_, transport) => {
      await assert.rejects(transport.send(message(), AbortSignal.timeout(200)), { permanent: false });
    }));
});

describe('from the outbox over SMTP', () => {
  let storage: Storage;
  before(async () => {
    storage = await connect({ url: ':memory:', dataDir: '' });
    await migrate(storage);
  });
  after(() => storage.close());

  test('a server that is down: queued; once it is up: delivered, and the text has left the outbox', async () => {
    const { db } = storage;
    const probe = await startServer();
    await probe.close();

    const world = createWorld();
    const printed: string[] = [];
    const smtpUrl = `smtp://127.0.0.1:${probe.port}`;
    const transports = chooseTransports(
      { ...routes, smtpUrl },
      { write: block => printed.push(block), clock: world.clock },
    );
    const delivery = startDelivery({ ...world, db, transports });
    await world.send(db, { code: '123456' });
    await world.send(db, { code: '654321', medium: 'SMS', destination: '+15551231234' });
    await delivery.idle();
    const [waiting] = await listMessages(db, { limit: 10, state: 'queued' });
    assert.deepEqual([waiting!.medium, waiting!.lastError, waiting!.tries], ['EMAIL', 'SMTP at CONN (ESOCKET)', 1]);
    assert.match(printed.join(''), /^\nSMS to \+15551231234 \(SignUp\)\n {2}Your code is 654321\n\n$/);

    const server = await startServer({}, probe.port);
    try {
      world.pass(1000);
      await delivery.idle();
      await delivery.stop();
      assert.equal(server.mails.length, 1);
      assert.match(server.mails[0]!.raw, /Your code is 123456/);
    } finally {
      await server.close();
    }
    const stored = await listMessages(db, { limit: 10 });
    const outcome = stored.map(({ medium, state, content }) => [medium, state, content !== null]).toSorted();
    assert.deepEqual(outcome, [
      ['EMAIL', 'sent', false],
      ['SMS', 'sent', true],
    ]);
    assert.doesNotMatch(world.logged(), /123456|654321|jane@|555123/);
  });
});
