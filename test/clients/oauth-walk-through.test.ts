/** The application of docs/oauth.md, as it stands there, and somebody who signs up for it and out of it. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createFormBrowser } from '../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
};

describe('the first try of docs/oauth.md', () => {
  let world: World;
  let app: ChildProcess;
  let here: string;
  before(async () => {
    world = await startWorld();
    const port = await freePort();
    here = `http://localhost:${port}`;
    const pool = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const client = await world.createClient(pool, {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile', 'aws.cognito.signin.user.admin'],
      SupportedIdentityProviders: ['COGNITO'],
      CallbackURLs: [`${here}/callback`],
      LogoutURLs: [`${here}/signed-out`],
    });
    const [, code = ''] = /^```js\n([\s\S]*?)^```$/m.exec(readFileSync(`${root}docs/oauth.md`, 'utf8')) ?? [];
    app = spawn(process.execPath, ['--input-type=module', '-', `${world.url}/${pool}`, client], { cwd: root });
    app.stderr?.pipe(process.stderr);
    app.stdin?.end(code.replaceAll('3000', `${port}`));
    const [said] = await once(app.stdout as NonNullable<ChildProcess['stdout']>, 'data');
    assert.equal(`${said}`, `Open ${here}/\n`);
  });
  after(async () => {
    app?.kill();
    await world?.stop();
  });

  /** What the application says at an address. */
  const say = async (url: string) => (await fetch(url, { redirect: 'manual' })).text();
  const sentTo = async (path: string) =>
    (await fetch(here + path, { redirect: 'manual' })).headers.get('location') ?? '';

  it('signs somebody up, in and out', async () => {
    const browser = createFormBrowser(world.url);
    const start = await (await browser.open(await sentTo('/'))).follow('Create an account');
    const typed = { username: 'jane', password: goodPassword, 'requiredAttributes[email]': 'jane@example.com' };
    const confirm = await start.submit(typed);
    const back = await confirm.submit({ code: await world.codeTo('jane@example.com') });
    assert.match(await say(back.url), /^Hello jane, we write to jane@example\.com\./);
    const out = await browser.open(await sentTo('/sign-out'));
    assert.match(await say(out.url), /^You are signed out\./);
    assert.equal((await browser.open(await sentTo('/'))).heading, 'Sign in');
    assert.match(await say(`${here}/callback?code=x&state=y`), /\S/);
  });
});
