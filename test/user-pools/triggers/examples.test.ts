/** The examples, set up as their READMEs say, behind a real server: what people and programs get with them. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ExplicitAuthFlowsType, LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { goodPassword, startWorld, type World } from '../../support/world.ts';

const folder = mkdtempSync(join(tmpdir(), 'cenote-examples-'));
cpSync(fileURLToPath(new URL('../../../examples/triggers', import.meta.url)), folder, { recursive: true });
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

/** The old directory, and the service that sends mail. */
const mails: { to: string; subject: string; text: string }[] = [];
let services: Server;
const serve = async (
  path: string | undefined,
  body: Record<string, string>,
): Promise<[status: number, body: object]> => {
  if (path === '/send') return [mails.push(body as (typeof mails)[number]) && 200, {}];
  const isKnown = body.name === 'joan' && (path === '/look-up' || body.password === 'old');
  return isKnown ? [200, { email: 'joan@example.com', name: 'Joan' }] : [404, {}];
};

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const receivers: ChildProcess[] = [];
/** A program that prints where it listens. */
const startReceiver = async (file: string): Promise<string> => {
  const env = { WEBHOOK_SECRET: secret, ALLOWED_DOMAIN: 'example.com', PORT: '0' };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 2] });
  receivers.push(child);
  for await (const line of child.stdout ?? []) {
    const [url] = /http:\S+/.exec(String(line)) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the receiver does not start');
};

/** The receiver in the documents, on a free port. */
const documented = (): string => {
  const text = readFileSync(new URL('../../../docs/triggers.md', import.meta.url), 'utf8');
  const [, program = ''] = /```js\n(import [\s\S]*?createServer[\s\S]*?)```/.exec(text) ?? [];
  const file = join(folder, 'documented.mjs');
  const listening = "listen(0, '127.0.0.1', function () { console.log('http://127.0.0.1:' + this.address().port); })";
  writeFileSync(file, program.replace("listen(8090, '127.0.0.1')", listening));
  return file;
};

let world: World;
let receiverUrls: [example: string, documented: string];
before(async () => {
  services = createServer(async (request, response) => {
    const [status, body] = await serve(request.url, (await json(request)) as Record<string, string>);
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>(resolve => services.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(services.address() as AddressInfo).port}`;
  writeFileSync(join(folder, 'user-migration/settings.json'), JSON.stringify({ directoryUrl: url }));
  const magic = { mailUrl: `${url}/send`, pageUrl: 'https://app.example.com/sign-in' };
  writeFileSync(join(folder, 'magic-link/settings.json'), JSON.stringify(magic));
  receiverUrls = [await startReceiver(join(folder, 'webhook-receiver/server.ts')), await startReceiver(documented())];

  const table = {
    'user-migration': `module:${join(folder, 'user-migration/index.ts')}`,
    ...Object.fromEntries(
      ['define', 'create', 'verify'].map(name => [name, `module:${join(folder, 'magic-link/index.ts')}#${name}`]),
    ),
    ...Object.fromEntries(['v1', 'v2', 'v3'].map(name => [name, `module:${join(folder, 'claims/index.ts')}#${name}`])),
    documented: receiverUrls[1],
    '*': `${receiverUrls[0]}/triggers`,
  };
  world = await startWorld({ settings: { CENOTE_TRIGGERS: JSON.stringify(table), CENOTE_TRIGGERS_SECRET: secret } });
});
after(async () => {
  await world.stop();
  for (const receiver of receivers) receiver.kill();
  services.closeAllConnections();
  services.close();
  rmSync(folder, { recursive: true });
});

const setUp = async (LambdaConfig: LambdaConfigType, options: Parameters<World['createClient']>[1] = {}) => {
  const pool = await world.createPool({ LambdaConfig });
  return { pool, client: await world.createClient(pool, options) };
};

describe('user migration', () => {
  it('takes over who signs in with the old password', async () => {
    const { pool, client } = await setUp({ UserMigration: arnOf('user-migration') });
    await assert.rejects(world.signIn(client, 'joan', 'wrong'), {
      message: 'UserMigration failed with error Incorrect username or password.',
    });
    const { email, name } = decodeJwt((await world.signIn(client, 'joan', 'old')).IdToken);
    assert.deepEqual([email, name], ['joan@example.com', 'Joan']);
    await world.aws.updateUserPool({ UserPoolId: pool });
    await world.signIn(client, 'joan', 'old');
  });

  it('takes over who has forgotten it', async () => {
    const { client } = await setUp({ UserMigration: arnOf('user-migration') });
    await world.browser.forgotPassword({ ClientId: client, Username: 'joan' });
    const ConfirmationCode = await world.codeTo('joan@example.com');
    await world.browser.confirmForgotPassword({
      ClientId: client,
      Username: 'joan',
      ConfirmationCode,
      Password: goodPassword,
    });
    await world.signIn(client, 'joan');
  });
});

describe('a magic link', () => {
  const begin = (client: string) =>
    world.browser.initiateAuth({ ClientId: client, AuthFlow: 'CUSTOM_AUTH', AuthParameters: { USERNAME: 'jane' } });
  const answer = (client: string, Session: string | undefined, ANSWER: string) =>
    world.browser.respondToAuthChallenge({
      ClientId: client,
      ChallengeName: 'CUSTOM_CHALLENGE',
      Session,
      ChallengeResponses: { USERNAME: 'jane', ANSWER },
    });
  const magicLink = async () => {
    const { pool, client } = await setUp(
      {
        DefineAuthChallenge: arnOf('define'),
        CreateAuthChallenge: arnOf('create'),
        VerifyAuthChallengeResponse: arnOf('verify'),
      },
      { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] },
    );
    await world.createUser(pool, 'jane', goodPassword, { email: 'jane@example.com', email_verified: 'true' });
    return client;
  };

  it('signs in, also after a wrong answer', async () => {
    const client = await magicLink();
    const count = mails.length;
    const asked = await begin(client);
    assert.deepEqual(asked.ChallengeParameters, { USERNAME: 'jane', medium: 'EMAIL' });
    const again = await answer(client, asked.Session, 'a guess');
    assert.equal(again.ChallengeName, 'CUSTOM_CHALLENGE');
    assert.equal(mails.length, count + 1);
    const { to, text } = mails.at(-1) ?? assert.fail();
    assert.equal(to, 'jane@example.com');
    const [, link = ''] = /(https:\S+)$/.exec(text) ?? [];
    assert.ok(link.startsWith('https://app.example.com/sign-in#'));
    const done = await answer(client, again.Session, new URL(link).hash.slice(1));
    assert.ok(done.AuthenticationResult?.AccessToken);
  });

  it('ends after three wrong answers', async () => {
    const client = await magicLink();
    let { Session } = await begin(client);
    ({ Session } = await answer(client, Session, 'one'));
    ({ Session } = await answer(client, Session, 'two'));
    await assert.rejects(answer(client, Session, 'three'), { name: 'NotAuthorizedException' });
  });
});

describe('claims', () => {
  const tokens = async (LambdaVersion: 'V1_0' | 'V2_0', name: string) => {
    const { pool, client } = await setUp({ PreTokenGenerationConfig: { LambdaVersion, LambdaArn: arnOf(name) } });
    await world.createUser(pool, 'jane', goodPassword, { email: 'jane@acme.example', phone_number: '+15550001234' });
    await world.aws.createGroup({ UserPoolId: pool, GroupName: 'editors' });
    await world.aws.adminAddUserToGroup({ UserPoolId: pool, Username: 'jane', GroupName: 'editors' });
    const { IdToken, AccessToken } = await world.signIn(client, 'jane');
    return [decodeJwt(IdToken), decodeJwt(AccessToken)] as const;
  };

  it('of version 1', async () => {
    const [id, access] = await tokens('V1_0', 'v1');
    assert.equal(id.tenant, 'acme.example');
    assert.equal(id.phone_number, undefined);
    assert.deepEqual(id['cognito:groups'], ['company/editors']);
    assert.equal(access.tenant, undefined);
  });

  it('of version 2', async () => {
    const [id, access] = await tokens('V2_0', 'v2');
    assert.deepEqual([id.tenant, access.tenant, id.phone_number], ['acme.example', 'acme.example', undefined]);
    assert.equal(access.scope, 'articles/read articles/write');
  });

  it('of version 3, for people and programs', async () => {
    const pool = await world.createPool({
      LambdaConfig: { PreTokenGenerationConfig: { LambdaVersion: 'V3_0', LambdaArn: arnOf('v3') } },
    });
    await world.createUser(pool, 'jane');
    const { AccessToken } = await world.signIn(await world.createClient(pool), 'jane');
    assert.equal(decodeJwt(AccessToken).kind, 'person');
    await world.aws.createResourceServer({
      UserPoolId: pool,
      Identifier: 'articles',
      Name: 'articles',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
    });
    const { UserPoolClient } = await world.aws.createUserPoolClient({
      UserPoolId: pool,
      ClientName: 'program',
      GenerateSecret: true,
      // AWS documents this flow; the SDK's types do not have it yet.
      ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH' as ExplicitAuthFlowsType],
      AllowedOAuthScopes: ['articles/read'],
    });
    const { ClientId, ClientSecret: Secret } = UserPoolClient ?? {};
    const ClientMetadata = { task: 'nightly' };
    const { ClientAuthenticationResult: result } = await world.aws.getClientToken({ ClientId, Secret, ClientMetadata });
    const claims = decodeJwt(result?.AccessToken ?? '');
    assert.deepEqual([claims.kind, claims.task, claims.scope], ['program', 'nightly', 'articles/read']);
  });
});

describe('a webhook receiver', () => {
  for (const name of ['door', 'documented']) {
    it(`lets sign up whom it wants (${name})`, async () => {
      const { client } = await setUp({ PreSignUp: arnOf(name), PostConfirmation: arnOf('welcome') });
      await world.signUp(client, 'jane', { email: 'jane@example.com' });
      await assert.rejects(world.signUp(client, 'mallory', { email: 'mallory@example.org' }), {
        name: 'UserLambdaValidationException',
        message: 'PreSignUp failed with error Only people of example.com may sign up.',
      });
    });
  }

  it('hears nobody but the server', async () => {
    const forged: Record<string, string> = {
      'webhook-id': '1',
      'webhook-timestamp': '1',
      'webhook-signature': 'v1,abcd',
    };
    for (const url of receiverUrls)
      for (const headers of [{}, forged]) {
        const { status } = await fetch(url, {
          method: 'POST',
          headers,
          body: '{"triggerSource":"PreSignUp_SignUp"}',
        });
        assert.equal(status, 401);
      }
  });
});
