/** How an authorization request ends after somebody has signed in on the pages: what its client is told, good or bad. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { createRecorder } from '../../support/triggers.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { callback, createPages, type Pages, signedInAs } from './pages.ts';

describe('a sign-in on the pages', () => {
  const recorder = createRecorder();
  let world: World;
  let pages: Pages;
  let implicit: Pages;
  before(async () => {
    world = await startWorld({ settings: recorder.settings });
    pages = await createPages(world, { LambdaConfig: { PreTokenGeneration: recorder.arn } });
    implicit = await createPages(world, { Id: pages.pool }, { AllowedOAuthFlows: ['implicit'] });
    for (const name of ['ann', 'bob']) await world.createUser(pages.pool, name, goodPassword);
  });
  afterEach(() => recorder.reset());
  after(async () => {
    await world?.stop();
    recorder.remove();
  });

  const signIn = async (username: string, more: Record<string, string> = {}, of = pages) =>
    (await of.open('/login', more)).submit({ username, password: goodPassword });
  const told = ({ url }: { url: string }) => {
    assert.ok(url.startsWith(callback), url);
    const { searchParams, hash } = new URL(url);
    return Object.fromEntries(hash === '' ? searchParams : new URLSearchParams(hash.slice(1)));
  };

  it('of somebody else than the hint names is an error, and the browser’s session all the same', async () => {
    const done = await signIn('ann', { response_type: 'token' }, implicit);
    const hint = { id_token_hint: told(done).id_token ?? '' };
    assert.equal((await signedInAs(world, pages, await signIn('ann', hint)))['cognito:username'], 'ann');
    const other = await signIn('bob', hint);
    const { error, state, iss } = told(other);
    assert.deepEqual([error, state, iss], ['login_required', 's-1', `${world.url}/${pages.pool}`]);
    const silent = await pages.open('/oauth2/authorize', { prompt: 'none' }, other.browser);
    assert.equal((await signedInAs(world, pages, silent))['cognito:username'], 'bob');
    assert.equal((await pages.open('/oauth2/authorize', hint, other.browser)).heading, 'Sign in');
  });

  it('says what the pool’s function has against the tokens', async () => {
    recorder.fail('TokenGeneration', 'not today');
    const request = { response_type: 'token' };
    const done = await signIn('ann', request, implicit);
    const again = await implicit.open('/oauth2/authorize', request, done.browser);
    const welcome = await (await implicit.open('/login', request, done.browser)).press('Sign in as ann');
    for (const page of [done, again, welcome]) {
      const { error, error_description: description = '', access_token: token } = told(page);
      assert.deepEqual([error, token], ['invalid_request', undefined]);
      assert.match(description, /^PreTokenGeneration failed with error not today/);
    }
  });

  it('after a sign-up begins anew where the client asks for a level', async () => {
    const strong = await createPages(
      world,
      {
        AutoVerifiedAttributes: ['email'],
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
    );
    const signUp = async (username: string, more: Record<string, string> = {}) => {
      const typed = { username, password: goodPassword, 'requiredAttributes[email]': `${username}@example.com` };
      const page = await (await strong.open('/signup', more)).submit(typed);
      return page.submit({ code: await world.codeTo(`${username}@example.com`) });
    };
    assert.ok((await signedInAs(world, strong, await signUp('kim'))).sub);
    const asked = await signUp('lee', { acr_values: 'urn:cognito:loa:2' });
    assert.equal(asked.notice, 'Your account is confirmed. You can sign in now.');
    const code = await (await asked.submit({})).press('Get a code by email');
    assert.equal(code.heading, 'Enter your code');
    const claims = await signedInAs(world, strong, await code.submit({ code: await world.codeTo('lee@example.com') }));
    assert.equal(claims.acr, 'urn:cognito:loa:2');
  });
});
