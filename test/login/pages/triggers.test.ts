/** The functions of a pool's owner hear of what happens on the pages, and are listened to there. */
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { createRecorder } from '../../support/triggers.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { callback, createPages, type Pages, signedInAs } from './pages.ts';

const hostile = 'no <script>alert(1)</script> entry';

describe('functions behind the pages', () => {
  const recorder = createRecorder();
  let world: World;
  let pages: Pages;
  before(async () => {
    world = await startWorld({ settings: recorder.settings });
    const { UserMigration: _, ...LambdaConfig } = recorder.lambdaConfig;
    pages = await createPages(world, { LambdaConfig, AutoVerifiedAttributes: ['email'] });
    await world.createUser(pages.pool, 'ann', goodPassword, { email: 'ann@example.com', email_verified: 'true' });
  });
  afterEach(() => recorder.reset());
  after(async () => {
    await world?.stop();
    recorder.remove();
  });

  const signIn = async () => (await pages.open('/login')).submit({ username: 'ann', password: goodPassword });

  it('are called for a sign-in and its tokens, each once', async () => {
    recorder.reset();
    const done = await signIn();
    assert.deepEqual(recorder.fired(), ['PreAuthentication_Authentication', 'PostAuthentication_Authentication']);
    await signedInAs(world, pages, done);
    assert.deepEqual(recorder.fired(), ['TokenGeneration_HostedAuth']);
    await pages.open('/oauth2/authorize', {}, done.browser);
    assert.deepEqual(recorder.fired(), []);
  });

  it('may refuse, before and after, in their own words', async () => {
    for (const trigger of ['PreAuthentication', 'PostAuthentication']) {
      recorder.fail(trigger, hostile);
      const page = await signIn();
      assert.match(
        page.alert ?? '',
        new RegExp(`^${trigger} failed with error no <script>alert\\(1\\)</script> entry\\.$`),
      );
      assert.ok(!page.html.includes('<script>alert'));
      assert.ok(!page.browser.cookies.has(`cognito.${pages.pool}`), 'there is no session');
      recorder.reset();
    }
  });

  it('hear of new accounts and forgotten passwords', async () => {
    recorder.reset();
    const page = await (await pages.open('/signup')).submit({
      username: 'new',
      password: goodPassword,
      'requiredAttributes[email]': 'new@example.com',
    });
    assert.deepEqual(recorder.fired(), ['PreSignUp_SignUp', 'CustomMessage_SignUp']);
    const done = await page.submit({ code: await world.codeTo('new@example.com') });
    assert.equal(done.url.startsWith(callback), true);
    const [confirmed, asked, signedIn, ...others] = recorder.events();
    assert.equal(confirmed?.triggerSource, 'PostConfirmation_ConfirmSignUp');
    assert.equal(asked?.triggerSource, 'PreAuthentication_Authentication');
    assert.deepEqual([asked?.request.validationData, asked?.request.userNotFound], [null, false]);
    assert.equal(signedIn?.triggerSource, 'PostAuthentication_Authentication');
    assert.deepEqual(others, []);
    const forgot = await (await pages.open('/forgotPassword')).submit({ username: 'new' });
    await forgot.submit({
      code: await world.codeTo('new@example.com'),
      new_password: 'Brand-New-9',
      confirm_password: 'Brand-New-9',
    });
    assert.deepEqual(recorder.fired(), ['CustomMessage_ForgotPassword', 'PostConfirmation_ConfirmForgotPassword']);
  });

  it('may confirm new accounts, which sign in at once', async () => {
    recorder.respond('PreSignUp', { autoConfirmUser: true });
    const done = await (await pages.open('/signup')).submit({
      username: 'auto',
      password: goodPassword,
      'requiredAttributes[email]': 'auto@example.com',
    });
    assert.equal((await signedInAs(world, pages, done))['cognito:username'], 'auto');
    recorder.fail('PreSignUp', hostile);
    const refused = await (await pages.open('/signup')).submit({
      username: 'other',
      password: goodPassword,
      'requiredAttributes[email]': 'other@example.com',
    });
    assert.match(refused.alert ?? '', /^PreSignUp failed with error/);
    assert.equal(refused.field('username').value, 'other');
  });
});
