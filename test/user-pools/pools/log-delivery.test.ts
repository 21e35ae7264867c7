/** Log delivery: what a configuration may say, and that events arrive where the operator wants them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import { SMTPServer } from 'smtp-server';
import { createLogExport } from '../../../src/user-pools/messaging/log-export.ts';
import { startWorld, type World } from '../../support/world.ts';

const group = 'arn:aws:logs:us-east-1:123456789012:log-group:example-errors';
const stream = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/example';
const bucket = 'arn:aws:s3:::example-bucket';
const toGroup = { CloudWatchLogsConfiguration: { LogGroupArn: group } };
const errors: LogConfigurationType = { EventSource: 'userNotification', LogLevel: 'ERROR', ...toGroup };
const activity = (to: Partial<LogConfigurationType>): LogConfigurationType => ({
  EventSource: 'userAuthEvents',
  LogLevel: 'INFO',
  ...to,
});

describe('log delivery configuration', () => {
  let world: World;
  let UserPoolId: string;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
    UserPoolId = await world.createPool({ UserPoolTier: 'PLUS' });
  });
  after(() => world.stop());

  const get = async (pool = UserPoolId) =>
    (await world.aws.getLogDeliveryConfiguration({ UserPoolId: pool })).LogDeliveryConfiguration;
  const set = async (LogConfigurations: LogConfigurationType[], pool = UserPoolId) =>
    (await world.aws.setLogDeliveryConfiguration({ UserPoolId: pool, LogConfigurations })).LogDeliveryConfiguration;

  it('is empty at first, and is replaced as a whole', async () => {
    assert.deepEqual(await get(), { UserPoolId, LogConfigurations: [] });
    for (const LogConfigurations of [
      [errors, activity({ S3Configuration: { BucketArn: bucket } })],
      [activity({ FirehoseConfiguration: { StreamArn: stream } }), errors],
      [activity(toGroup)],
      [],
    ]) {
      assert.deepEqual(await set(LogConfigurations), { UserPoolId, LogConfigurations });
      assert.deepEqual(await get(), { UserPoolId, LogConfigurations });
    }
  });

  it('is refused where source, level and destination do not fit together', async () => {
    await set([errors]);
    const rows: LogConfigurationType[][] = [
      [{ ...errors, LogLevel: 'INFO' }],
      [{ ...activity(toGroup), LogLevel: 'ERROR' }],
      [{ EventSource: 'userNotification', LogLevel: 'ERROR' }],
      [activity({})],
      [{ EventSource: 'userNotification', LogLevel: 'ERROR', S3Configuration: { BucketArn: bucket } }],
      [{ EventSource: 'userNotification', LogLevel: 'ERROR', FirehoseConfiguration: { StreamArn: stream } }],
      [activity({ ...toGroup, S3Configuration: { BucketArn: bucket } })],
      [activity({ CloudWatchLogsConfiguration: {} })],
      [activity({ CloudWatchLogsConfiguration: { LogGroupArn: stream } })],
      [activity({ FirehoseConfiguration: { StreamArn: group } })],
      [activity({ S3Configuration: { BucketArn: 'arn:aws:sqs:::queue' } })],
      [errors, errors],
      [activity(toGroup), activity({ S3Configuration: { BucketArn: bucket } })],
      [errors, activity(toGroup), errors],
      [{ ...errors, EventSource: 'nonsense' as 'userNotification' }],
      [{ ...errors, LogLevel: 'WARN' as 'ERROR' }],
    ];
    for (const row of rows) await assert.rejects(set(row), { name: 'InvalidParameterException' }, JSON.stringify(row));
    assert.deepEqual((await get())?.LogConfigurations, [errors]);
    for (const call of [get('us-east-1_Nobody123'), set([], 'us-east-1_Nobody123')])
      await assert.rejects(call, { name: 'ResourceNotFoundException' });
  });

  it('of user activity is for the PLUS plan, where plans count', async () => {
    const pool = await world.createPool();
    await assert.rejects(set([activity(toGroup)], pool), { name: 'FeatureUnavailableInTierException' });
    await set([errors], pool);
  });
});

describe('log delivery', () => {
  it('carries errors of messages to a file', async t => {
    const mailServer = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no such box'), { responseCode: 550 })),
    });
    mailServer.listen(0, '127.0.0.1');
    await once(mailServer.server, 'listening');
    const { port } = mailServer.server.address() as AddressInfo;
    const world = await startWorld({
      settings: { CENOTE_SMTP_URL: `smtp://127.0.0.1:${port}`, CENOTE_LOG_TARGETS: `${group}=file:errors.jsonl` },
    });
    t.after(async () => {
      await world.stop();
      await new Promise<void>(resolve => mailServer.close(() => resolve()));
    });
    const file = join(world.app.foundation.config.dataDir, 'logs', 'errors.jsonl');
    const [configured, silent] = [
      await world.createPool({ AutoVerifiedAttributes: ['email'] }),
      await world.createPool({ AutoVerifiedAttributes: ['email'] }),
    ];
    await world.aws.setLogDeliveryConfiguration({ UserPoolId: configured, LogConfigurations: [errors] });
    for (const pool of [silent, configured, configured]) {
      const client = await world.createClient(pool);
      const signUp = world.signUp(client, `u${Math.random()}`, { email: 'jane@example.com' });
      await assert.rejects(signUp, { name: 'CodeDeliveryFailureException' });
    }
    await world.app.messagesSent();
    await world.app.eventsExported();
    const events = (await readFile(file, 'utf8'))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.equal(events.length, 2);
    for (const event of events) {
      const { eventTimestamp, message, ...rest } = event;
      assert.deepEqual(rest, {
        eventSource: 'USER_NOTIFICATION',
        logLevel: 'ERROR',
        logSourceId: { userPoolId: configured },
      });
      assert.ok(Math.abs(Number(eventTimestamp) - world.clock.now()) < 60_000);
      assert.match(message.details, /^EMAIL message \(SignUp\) not delivered: .*550/);
      assert.doesNotMatch(message.details, /jane@example\.com/);
    }
    assert.equal((await stat(file)).mode & 0o777, 0o600);
  });

  it('carries what users do to a file', async () => {
    const world = await startWorld({ settings: { CENOTE_LOG_TARGETS: 'arn:aws:s3:*=file:activity.jsonl' } });
    const file = join(world.app.foundation.config.dataDir, 'logs', 'activity.jsonl');
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    await world.aws.setLogDeliveryConfiguration({
      UserPoolId: pool,
      LogConfigurations: [activity({ S3Configuration: { BucketArn: bucket } })],
    });
    const sub = await world.createUser(pool, 'jane');
    await assert.rejects(world.signIn(client, 'jane', 'Wrong-Horse-7'), { name: 'NotAuthorizedException' });
    await world.signIn(client, 'jane');
    const read = async () =>
      (await readFile(file, 'utf8').catch(() => ''))
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line));
    const deadline = performance.now() + 10_000;
    while ((await read()).length < 2 && performance.now() < deadline)
      await new Promise(resolve => setTimeout(resolve, 20));
    const [failed, passed] = await read();
    assert.equal(failed.eventSource, 'USER_ACTIVITY');
    assert.equal(failed.logLevel, 'INFO');
    assert.deepEqual([failed.message.eventResponse, passed.message.eventResponse], ['Fail', 'Pass']);
    const { eventId, creationDate, requestId, ipAddress, deviceName, ...rest } = passed.message;
    assert.deepEqual(rest, {
      version: '1',
      eventType: 'SignIn',
      userSub: sub,
      userName: 'jane',
      userPoolId: pool,
      clientId: client,
      eventResponse: 'Pass',
      riskLevel: '',
      riskDecision: 'PASS',
      challenges: ['Password:Success'],
      idpName: '',
      compromisedCredentialDetected: 'false',
      city: '',
      country: '',
      eventFeedbackValue: '',
      eventFeedbackDate: '',
      eventFeedbackProvider: '',
      hasContextData: 'true',
    });
    assert.match(creationDate, /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/);
    assert.ok(Math.abs(Date.parse(`${creationDate.replace('UTC ', '')} UTC`) - world.clock.now()) < 60_000);
    assert.match(requestId, /^[0-9a-f-]{36}$/);
    assert.ok(eventId && ipAddress && deviceName);
    await world.stop();
  });

  it('carries user activity to an HTTP collector, with its password, and says what has no target', async () => {
    const received: { headers: IncomingMessage['headers']; body: string }[] = [];
    const collector = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', chunk => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ headers: request.headers, body });
        // The first answer is a failure: the events must come again.
        response.writeHead(received.length === 1 ? 503 : 204).end();
      });
    });
    collector.listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const warnings: unknown[] = [];
    const log = { warn: (detail: unknown) => warnings.push(detail) };
    const logExport = createLogExport({
      targets: [{ arn: 'arn:aws:firehose:*', to: `http://me:s%40fe@127.0.0.1:${port}/events` }],
      dataDir: '/nowhere',
      clock: { now: () => 1_687_297_330_677 },
      log: log as never,
    });
    const pool = (to: Partial<LogConfigurationType>) => ({
      id: 'us-east-1_abc',
      settings: { logDelivery: [errors, activity(to)] },
    });
    const message = { version: '1', eventType: 'SignIn' } as never;
    logExport.write(pool({ FirehoseConfiguration: { StreamArn: stream } }), 'userAuthEvents', message);
    logExport.write({ id: 'us-east-1_abc', settings: {} }, 'userAuthEvents', message);
    for (let n = 0; n < 3; n++)
      logExport.write(pool({ S3Configuration: { BucketArn: bucket } }), 'userAuthEvents', message);
    await logExport.idle();
    await logExport.stop();
    collector.close();
    assert.equal(received.length, 2);
    assert.equal(received[0]?.body, received[1]?.body);
    assert.equal(received[1]?.headers.authorization, `Basic ${Buffer.from('me:s@fe').toString('base64')}`);
    assert.equal(received[1]?.headers['content-type'], 'application/json');
    assert.deepEqual(JSON.parse(received[1]?.body ?? ''), [
      {
        eventTimestamp: '1687297330677',
        eventSource: 'USER_ACTIVITY',
        logLevel: 'INFO',
        message,
        logSourceId: { userPoolId: 'us-east-1_abc' },
      },
    ]);
    assert.deepEqual(warnings, [{ arn: bucket }]);
  });
});
