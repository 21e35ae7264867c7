/**
 * The same functions, unchanged, behind a stand-in for AWS Lambda, as local modules, and behind a webhook: they hear the same
 * events, and people get the same answers.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { decodeJwt } from 'jose';
import { type RuntimeHandler, startLambdaRuntime } from '../../support/lambda-runtime.ts';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import * as typed from './functions/typed.ts';

const functions: Record<string, RuntimeHandler> = { ...typed };
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

const lambdaConfig = {
  PreSignUp: arnOf('preSignUp'),
  PostConfirmation: arnOf('postConfirmation'),
  PreAuthentication: arnOf('preAuthentication'),
  PostAuthentication: arnOf('postAuthentication'),
  PreTokenGenerationConfig: { LambdaVersion: 'V2_0' as const, LambdaArn: arnOf('preTokenGeneration') },
  UserMigration: arnOf('userMigration'),
  CustomMessage: arnOf('customMessage'),
  DefineAuthChallenge: arnOf('define'),
  CreateAuthChallenge: arnOf('create'),
  VerifyAuthChallengeResponse: arnOf('verify'),
};

/** What somebody gets: the value, or the error's name and message. */
const outcome = async <T>(work: Promise<T>, pick: (value: T) => unknown): Promise<unknown> => {
  try {
    return pick(await work);
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
};

/** Claims that are the same each time. */
const claimsOf = (token: string | undefined) => {
  const { plan, function: by, tenant, scope, email } = decodeJwt(token ?? '');
  return { plan, by, tenant, scope, email };
};

/** People sign up and in, and are turned away, in each way that a function has a say in. */
const scenario = async (world: World) => {
  const pool = await world.createPool({
    AutoVerifiedAttributes: ['email'],
    LambdaConfig: lambdaConfig,
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/app@example.com',
    },
  });
  const client = await world.createClient(pool, {
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  const signUp = (name: string, email: string, ClientMetadata = {}) =>
    outcome(
      world.browser.signUp({
        ClientId: client,
        Username: name,
        Password: goodPassword,
        UserAttributes: attributeList({ email }),
        ClientMetadata,
      }),
      ({ UserConfirmed, CodeDeliveryDetails }) => ({ UserConfirmed, CodeDeliveryDetails }),
    );
  const signIn = (USERNAME: string, PASSWORD = goodPassword, ClientMetadata = {}) =>
    outcome(
      world.browser.initiateAuth({
        ClientId: client,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME, PASSWORD },
        ClientMetadata,
      }),
      ({ AuthenticationResult: tokens }) => [claimsOf(tokens?.IdToken), claimsOf(tokens?.AccessToken)],
    );
  const answers: unknown[] = [
    await signUp('jane', 'jane@example.com', { invited: 'yes' }),
    await signUp('mallory', 'mallory@blocked.example'),
    await signUp('joe', 'joe@example.com'),
    await signIn('jane'),
    await signIn('jane', goodPassword, { robot: 'yes' }),
    await signIn('joan', 'Old-Directory-1'),
    await signIn('joan', 'Old-Directory-1'),
    await signIn('jim', 'Old-Directory-1'),
  ];
  const [mail] = await world.mailTo('joe@example.com');
  answers.push([mail?.subject, mail?.text.replace(/\d{6}/, '123456')]);

  const USERNAME = 'jane';
  const asked = await world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'CUSTOM_AUTH',
    AuthParameters: { USERNAME },
  });
  answers.push(asked.ChallengeParameters);
  let { Session } = asked;
  for (const ANSWER of ['red', 'green']) {
    const next = await world.browser.respondToAuthChallenge({
      ClientId: client,
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session,
      ChallengeResponses: { USERNAME, ANSWER },
    });
    ({ Session } = next);
    answers.push([next.ChallengeParameters, next.AuthenticationResult && claimsOf(next.AuthenticationResult.IdToken)]);
  }
  const neutral = (text: string) =>
    text
      .replaceAll(pool, '(pool)')
      .replaceAll(client, '(client)')
      .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '(id)');
  return { answers: JSON.parse(neutral(JSON.stringify(answers))), neutral };
};

const environment = { ...process.env };
before(() => {
  // No account of whoever runs the tests, and no look for that of the machine.
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true' });
});
after(() => {
  process.env = environment;
});

type Heard = { answers: unknown[]; events: unknown[] };
const run = async (settings: Record<string, string>, eventsSoFar: () => string): Promise<Heard> => {
  const world = await startWorld({ settings });
  try {
    const { answers, neutral } = await scenario(world);
    return { answers, events: JSON.parse(neutral(eventsSoFar())) };
  } finally {
    await world.stop();
  }
};

/** The handlers with a note of each event, in a folder of their own. */
const asModules = async (): Promise<Heard> => {
  const folder = mkdtempSync(join(tmpdir(), 'cenote-transports-'));
  const events = join(folder, 'events.jsonl');
  copyFileSync(new URL('./functions/typed.ts', import.meta.url), join(folder, 'typed.ts'));
  const names = Object.keys(functions);
  const wrapped = `import { appendFileSync } from 'node:fs';
    import * as typed from './typed.ts';
    const noting = handler => (event, context, callback) => {
      appendFileSync(new URL('./events.jsonl', import.meta.url), JSON.stringify(event) + '\\n');
      return handler(event, context, callback);
    };
    ${names.map(name => `export const ${name} = noting(typed.${name});`).join('\n')}`;
  writeFileSync(join(folder, 'noting.mjs'), wrapped);
  const table = names.map(name => `${name}=module:${join(folder, 'noting.mjs')}#${name}`).join();
  try {
    return await run({ CENOTE_TRIGGERS: table }, () => `[${readFileSync(events, 'utf8').trim().split('\n')}]`);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const inLambda = async (): Promise<Heard> => {
  const runtime = await startLambdaRuntime(functions);
  const settings = { CENOTE_TRIGGERS: 'arn:aws:lambda:*=lambda:', CENOTE_LAMBDA_ENDPOINT: runtime.url };
  try {
    return await run(settings, () => JSON.stringify(runtime.invocations.map(({ event }) => event)));
  } finally {
    await runtime.stop();
  }
};

/** A receiver that knows its functions by the last part of the path. */
const asWebhook = async (): Promise<Heard> => {
  const events: unknown[] = [];
  const server = createServer(async (request, response) => {
    const name = String(request.headers['x-cenote-function']).split(':').at(-1) ?? '';
    const event = await json(request);
    events.push(structuredClone(event));
    const reply = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    const done = (error: Error | null, result?: unknown) =>
      error ? reply(400, { errorMessage: error.message }) : reply(200, result);
    const context = { functionName: name } as Parameters<RuntimeHandler>[1];
    Promise.resolve(functions[name]?.(event, context, done)).then(result => result && done(null, result), done);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const settings = {
    CENOTE_TRIGGERS: `*=http://127.0.0.1:${(server.address() as AddressInfo).port}/functions`,
    CENOTE_TRIGGERS_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
  };
  try {
    return await run(settings, () => JSON.stringify(events));
  } finally {
    server.closeAllConnections();
    server.close();
  }
};

describe('functions', () => {
  let modules: Heard;
  before(async () => {
    modules = await asModules();
  });

  it('have their say as local modules', () => {
    const [invited, blocked, plain, signedIn, robot, migrated, again, unknown, mail] = modules.answers;
    assert.deepEqual(invited, { UserConfirmed: true });
    assert.equal(blocked, 'UserLambdaValidationException: PreSignUp failed with error This domain is not welcome.');
    assert.equal((plain as { UserConfirmed: boolean }).UserConfirmed, false);
    assert.deepEqual(signedIn, [
      { plan: 'gold', by: 'preTokenGeneration', email: 'jane@example.com' },
      { tenant: '7', scope: 'aws.cognito.signin.user.admin orders/read' },
    ]);
    assert.equal(robot, 'UserLambdaValidationException: PreAuthentication failed with error No robots.');
    assert.match(JSON.stringify(migrated), /joan@example\.com/);
    assert.deepEqual(again, migrated);
    assert.equal(unknown, 'UserLambdaValidationException: UserMigration failed with error unknown.');
    assert.deepEqual(mail, ['Hello', 'Hello joe, it is 123456']);
    assert.deepEqual(modules.answers.slice(9), [
      { USERNAME: 'jane', question: 'colour' },
      [{ USERNAME: 'jane', question: 'colour' }, null],
      [{}, { plan: 'gold', by: 'preTokenGeneration', email: 'jane@example.com' }],
    ]);
    const sources = modules.events.map(event => (event as { triggerSource: string }).triggerSource);
    assert.deepEqual(new Set(sources.map(source => source.split('_')[0])).size, 10, sources.join());
  });

  it('hear and say the same in AWS Lambda', async () => {
    assert.deepEqual(await inLambda(), modules);
  });

  it('hear and say the same behind a webhook', async () => {
    assert.deepEqual(await asWebhook(), modules);
  });
});
