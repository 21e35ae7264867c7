/** The sign-in page: name and password, what it refuses, and the session of the browser afterwards. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createFormBrowser } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { callback, createPages, type Pages, signedInAs } from './pages.ts';

describe('the sign-in page', () => {
  let world: World;
  let pages: Pages;
  before(async () => {
    world = await startWorld();
    pages = await createPages(world, { UserPoolTier: 'ESSENTIALS' });
    await world.createUser(pages.pool, 'ann', goodPassword, { email: 'ann@example.com', email_verified: 'true' });
  });
  after(() => world?.stop());

  const client = (options: Parameters<typeof createPages>[2]) => createPages(world, { Id: pages.pool }, options);
  const signIn = async (of: Pages, username = 'ann', password = goodPassword, more = {}) =>
    (await of.open('/login', more)).submit({ username, password });

  it('leads through the whole authorization request', async () => {
    const start = await pages.open('/oauth2/authorize', { nonce: 'n-1' });
    assert.equal(start.heading, 'Sign in');
    const done = await start.submit({ username: 'ann', password: goodPassword });
    const { origin, pathname, searchParams } = new URL(done.url);
    assert.equal(origin + pathname, callback);
    assert.equal(searchParams.get('state'), 's-1');
    const claims = await signedInAs(world, pages, done);
    assert.equal(claims['cognito:username'], 'ann');
    assert.equal(claims.email, 'ann@example.com');
    assert.equal(claims.nonce, 'n-1');
  });

  it('has the names that scripts of applications fill in', async () => {
    const page = await pages.open('/login');
    assert.equal(page.field('username').attributes.id, 'signInFormUsername');
    assert.equal(page.field('password').attributes.id, 'signInFormPassword');
    assert.equal(page.field('signInSubmitButton').value, 'Sign in');
    assert.equal(page.field('_csrf').value, page.browser.cookies.get('XSRF-TOKEN'));
    assert.equal(page.field('cognitoAsfData').value, '');
    assert.equal(page.forms[0]?.action, `/login?${pages.query}`);
  });

  it('fills in login_hint, and the name after a wrong password', async () => {
    const hinted = await pages.open('/login', { login_hint: 'ann' });
    assert.equal(hinted.field('username').value, 'ann');
    const wrong = await hinted.submit({ password: 'Wrong-Pass-1' });
    assert.equal(wrong.alert, 'Incorrect username or password.');
    assert.equal(wrong.title, 'Error: Sign in');
    assert.equal(wrong.field('username').value, 'ann');
    assert.equal(wrong.field('password').value, '');
    assert.ok((await signedInAs(world, pages, await wrong.submit({ password: goodPassword }))).sub);
  });

  it('says the same of a name that nobody has, where the client hides who exists', async () => {
    const [known, unknown] = [
      await signIn(pages, 'ann', 'Wrong-Pass-1'),
      await signIn(pages, 'nobody', 'Wrong-Pass-1'),
    ];
    assert.equal(unknown.alert, known.alert);
    assert.equal(unknown.text, known.text);
    const open = await client({ PreventUserExistenceErrors: 'LEGACY' });
    assert.equal((await signIn(open, 'nobody')).alert, 'There is no such user.');
  });

  it('asks for what was left out', async () => {
    const page = await pages.open('/login');
    assert.equal((await page.submit({ username: ' ', password: 'x' })).errorAt('username'), 'Fill in this field.');
    const half = await page.submit({ username: 'ann', password: '' });
    assert.equal(half.errorAt('password'), 'Fill in this field.');
    assert.equal(half.field('password').attributes['aria-invalid'], 'true');
  });

  it('does not depend on the flows of the API, nor on the secret of the client', async () => {
    const admin = await client({ ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'], GenerateSecret: true });
    const done = await signIn(admin);
    assert.ok(new URL(done.url).searchParams.get('code'));
  });

  it('locks out as the API does', async () => {
    await world.createUser(pages.pool, 'lou');
    const page = await pages.open('/login');
    for (let tries = 0; tries < 5; tries++)
      assert.equal(
        (await page.submit({ username: 'lou', password: 'Wrong-Pass-1' })).alert,
        'Incorrect username or password.',
      );
    const locked = await page.submit({ username: 'lou', password: goodPassword });
    assert.equal(locked.alert, 'Too many attempts. Try again later.');
    await assert.rejects(world.signIn(await world.createClient(pages.pool), 'lou'), /Password attempts exceeded/);
    world.clock.advance(2000);
    assert.ok(new URL((await page.submit({ username: 'lou', password: goodPassword })).url).searchParams.get('code'));
  });

  it('records sign-ins like those of the API', async () => {
    await world.createUser(pages.pool, 'eve');
    await signIn(pages, 'eve', 'Wrong-Pass-1');
    await signIn(pages, 'eve');
    const { AuthEvents = [] } = await world.aws.adminListUserAuthEvents({ UserPoolId: pages.pool, Username: 'eve' });
    assert.deepEqual(AuthEvents.map(({ EventType, EventResponse }) => [EventType, EventResponse]).toSorted(), [
      ['SignIn', 'Fail'],
      ['SignIn', 'Pass'],
    ]);
  });

  it('shows disabled users nothing but that', async () => {
    await world.createUser(pages.pool, 'dis');
    await world.aws.adminDisableUser({ UserPoolId: pages.pool, Username: 'dis' });
    assert.equal((await signIn(pages, 'dis', 'Wrong-Pass-1')).alert, 'Incorrect username or password.');
    assert.equal((await signIn(pages, 'dis')).alert, 'Your account has been disabled.');
  });

  it('leads whose password was reset to a new one', async () => {
    await world.createUser(pages.pool, 'res', goodPassword, { email: 'res@example.com', email_verified: 'true' });
    await world.aws.adminResetUserPassword({ UserPoolId: pages.pool, Username: 'res' });
    const page = await signIn(pages, 'res');
    assert.equal(page.heading, 'Set a new password');
    const code = await world.codeTo('res@example.com');
    const changed = await page.submit({ code, new_password: 'Another-Horse-8', confirm_password: 'Another-Horse-8' });
    assert.equal(changed.notice, 'Your password has been changed. You can sign in now.');
    assert.equal(changed.field('username').value, 'res');
    assert.ok((await signedInAs(world, pages, await changed.submit({ password: 'Another-Horse-8' }))).sub);
  });

  it('has no form where the client takes people of other providers only', async () => {
    await world.aws.createIdentityProvider({
      UserPoolId: pages.pool,
      ProviderName: 'Corp',
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: 'x',
        client_secret: 'y',
        authorize_scopes: 'openid',
        attributes_request_method: 'GET',
        oidc_issuer: 'https://idp.example',
        authorize_url: 'https://idp.example/a',
        token_url: 'https://idp.example/t',
        attributes_url: 'https://idp.example/u',
        jwks_uri: 'https://idp.example/j',
      },
    });
    const page = await (await client({ SupportedIdentityProviders: ['Corp'] })).open('/login');
    assert.deepEqual(page.forms, []);
    assert.match(page.link('Continue with Corp'), /\/oauth2\/authorize\?.*&identity_provider=Corp$/);
    const both = await (await client({ SupportedIdentityProviders: ['Corp', 'COGNITO'] })).open('/login');
    assert.ok(both.field('password'));
    assert.ok(both.link('Continue with Corp'));
  });

  describe('with a session', () => {
    it('offers to go on as whoever has signed in', async () => {
      const first = await signIn(pages);
      const again = await pages.open('/login', {}, first.browser);
      const done = await again.press('Sign in as ann');
      assert.equal((await signedInAs(world, pages, done))['cognito:username'], 'ann');
      // The authorization endpoint does not even ask.
      const silent = await pages.open('/oauth2/authorize', {}, first.browser);
      assert.equal((await signedInAs(world, pages, silent))['cognito:username'], 'ann');
    });

    it('lets somebody else sign in, which ends the session before', async () => {
      await world.createUser(pages.pool, 'ben');
      const first = await signIn(pages);
      const other = await (await pages.open('/login', {}, first.browser)).press('Sign in as somebody else');
      const done = await other.submit({ username: 'ben', password: goodPassword });
      assert.equal((await signedInAs(world, pages, done))['cognito:username'], 'ben');
      assert.equal((await pages.open('/login', {}, first.browser)).forms[0]?.buttons[0]?.text, 'Sign in as ben');
    });

    it('asks again where the client says so, or when an hour has passed', async () => {
      const { browser } = await signIn(pages);
      const stricter: Record<string, string>[] = [{ prompt: 'login' }, { max_age: '0' }];
      for (const more of stricter) {
        world.clock.advance(1000);
        assert.equal((await pages.open('/oauth2/authorize', more, browser)).heading, 'Sign in');
        const page = await pages.open('/login', more, browser);
        assert.equal(page.heading, 'Sign in');
        const forced = new URLSearchParams({ _csrf: page.field('_csrf').value, continue: 'true' });
        assert.equal((await browser.post(page.url, forced)).heading, 'Sign in');
      }
      assert.equal((await pages.open('/login', {}, browser)).heading, 'Welcome back');
      world.clock.advance(3_600_000);
      assert.equal((await pages.open('/login', {}, browser)).heading, 'Sign in');
    });

    it('begins with a new cookie at every sign-in, whatever the browser had before', async () => {
      const attacker = await signIn(pages);
      const planted = attacker.browser.cookies.get(`cognito.${pages.pool}`) ?? '';
      assert.ok(planted);
      const victim = createFormBrowser(world.url);
      victim.cookies.set(`cognito.${pages.pool}`, planted);
      await world.createUser(pages.pool, 'vic');
      const page = await (await pages.open('/login', {}, victim)).press('Sign in as somebody else');
      await page.submit({ username: 'vic', password: goodPassword });
      const fresh = victim.cookies.get(`cognito.${pages.pool}`);
      assert.notEqual(fresh, planted);
      assert.equal((await pages.open('/login', {}, attacker.browser)).heading, 'Sign in');
    });
  });
});
