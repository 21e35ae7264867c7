import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../support/world.ts';

describe('/confirmUser', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const scene = async (hides = false) => {
    const pool = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      VerificationMessageTemplate: {
        DefaultEmailOption: 'CONFIRM_WITH_LINK',
        EmailSubjectByLink: 'Confirm',
        EmailMessageByLink: 'Hello {username}: {##Confirm now##}',
      },
    });
    const client = await world.createClient(pool, { PreventUserExistenceErrors: hides ? 'ENABLED' : 'LEGACY' });
    return { pool, client };
  };
  const linkTo = async (address: string): Promise<URL> => {
    const [mail] = await world.mailTo(address);
    const [, href = ''] = /<a href="([^"]+)">Confirm now<\/a>/.exec(mail?.html ?? '') ?? [];
    return new URL(href.replaceAll('&amp;', '&'));
  };
  let people = 0;
  const register = async (client: string) => {
    people += 1;
    const [name, email] = [`jane${people}`, `jane${people}@example.com`];
    await world.signUp(client, name, { email });
    return { name, email, link: await linkTo(email) };
  };
  const statusOf = async (pool: string, name: string) =>
    (await world.aws.adminGetUser({ UserPoolId: pool, Username: name })).UserStatus;
  const open = async (link: URL | string, init?: RequestInit) => {
    const response = await fetch(link, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  /** Without what is new on every page. */
  const bodyOf = ({ text }: { text: string }) => text.slice(text.indexOf('<body>'));

  it('confirms the account and shows a page that loads nothing', async () => {
    const { pool, client } = await scene();
    const { name, email, link } = await register(client);
    assert.equal(link.origin + link.pathname, `${world.url}/confirmUser`);
    assert.deepEqual([...link.searchParams.keys()], ['client_id', 'user_name', 'confirmation_code']);
    assert.deepEqual([link.searchParams.get('client_id'), link.searchParams.get('user_name')], [client, name]);
    const [mail] = await world.mailTo(email);
    assert.deepEqual([mail!.subject, mail!.text], ['Confirm', `Hello ${name}: Confirm now (${link})`]);

    const { status, headers, text } = await open(link);
    assert.equal(status, 200);
    assert.match(text, /<h1>Your account is confirmed<\/h1>/);
    assert.equal(headers.get('content-type'), 'text/html; charset=utf-8');
    assert.match(headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'nonce-/);
    assert.match(headers.get('cache-control') ?? '', /\bno-store\b/);
    assert.equal(headers.get('referrer-policy'), 'same-origin');
    assert.doesNotMatch(text, /https?:|src=|<script/);
    const user = await world.aws.adminGetUser({ UserPoolId: pool, Username: name });
    assert.equal(user.UserStatus, 'CONFIRMED');
    assert.equal(user.UserAttributes?.find(({ Name }) => Name === 'email_verified')?.Value, 'true');
    await world.signIn(client, name);
  });

  it('does nothing when it is only looked at', async () => {
    const { pool, client } = await scene();
    const { name, link } = await register(client);
    assert.equal((await fetch(link, { method: 'HEAD' })).status, 404);
    assert.equal(await statusOf(pool, name), 'UNCONFIRMED');
  });

  for (const hides of [false, true])
    it(`says so when the link has been used, replaced or never was${hides ? ', and not who exists' : ''}`, async () => {
      const { pool, client } = await scene(hides);
      const { name, email, link } = await register(client);
      await world.browser.resendConfirmationCode({ ClientId: client, Username: name });
      const newer = await linkTo(email);
      const replaced = await open(link);
      assert.deepEqual([replaced.status, /<h1>(.*)<\/h1>/.exec(replaced.text)?.[1]], [400, 'This link is not valid']);
      assert.equal(await statusOf(pool, name), 'UNCONFIRMED');
      assert.equal((await open(newer)).status, 200);
      const again = await open(newer);
      assert.equal(again.status, 400);
      assert.match(again.text, /not valid any more<\/h1>.*confirmed your account already, sign in/s);

      const nobody = new URL(newer);
      nobody.searchParams.set('user_name', 'nobody');
      const unknown = await open(nobody);
      assert.equal(unknown.status, 400);
      if (hides) assert.equal(bodyOf(unknown), bodyOf(again));
    });

  it('speaks the language of whoever opens it, and looks like the other pages', async () => {
    const { client } = await scene();
    const { link } = await register(client);
    const { text } = await open(link, { headers: { 'accept-language': 'de-AT,en;q=0.5' } });
    assert.match(text, /<html lang="de" dir="ltr">/);
    assert.match(text, /<h1>Ihr Konto ist bestätigt<\/h1>/);
    assert.match(text, /<div class="card /);
    link.searchParams.set('lang', 'ja');
    const again = await open(link, { headers: { 'accept-language': 'de' } });
    assert.match(again.text, /<h1>このリンクは無効になりました<\/h1>/);
  });

  it('says so when the link has expired', async () => {
    const { client } = await scene();
    const { link } = await register(client);
    world.clock.advance(24 * 3_600_000 + 1000);
    const { status, text } = await open(link);
    assert.equal(status, 400);
    assert.match(text, /not valid any more/);
  });

  it('counts guesses', async () => {
    const { pool, client } = await scene();
    const { name, link } = await register(client);
    const guess = new URL(link);
    guess.searchParams.set('confirmation_code', '000000');
    for (let tried = 0; tried < 15; tried++) assert.match((await open(guess)).text, /This link is not valid</);
    assert.match((await open(link)).text, /Your account could not be confirmed.*Too many attempts/s);
    assert.equal(await statusOf(pool, name), 'UNCONFIRMED');
  });

  it('takes no link that is cut off, doubled or foreign, and repeats nothing of it', async () => {
    const { client } = await scene();
    const { link } = await register(client);
    const evil = '<script>alert(1)</script>';
    const links = ['client_id', 'user_name', 'confirmation_code'].flatMap(name => {
      const [without, doubled, forged] = [new URL(link), new URL(link), new URL(link)];
      without.searchParams.delete(name);
      doubled.searchParams.append(name, 'x');
      forged.searchParams.set(name, evil);
      return [without, doubled, forged];
    });
    for (const each of links) {
      const { status, text } = await open(each);
      assert.equal(status, 400, `${each}`);
      assert.doesNotMatch(text, /alert\(/);
    }
    assert.equal((await open(link)).status, 200);
  });

  it("stands on the pool's domain, and answers for that pool only", async () => {
    const { pool, client } = await scene();
    const stranger = await scene();
    await world.aws.createUserPoolDomain({ UserPoolId: pool, Domain: 'confirm-links' });
    const { port } = new URL(world.url);
    const { name, link } = await register(client);
    assert.equal(link.host, `confirm-links.auth.localhost:${port}`);
    const foreign = (await register(stranger.client)).link;
    const at = (path: string) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path, headers: { host: link.host } }, answer => {
          answer.resume().on('end', () => resolve(answer.statusCode));
        })
          .on('error', reject)
          .end();
      });
    assert.equal(await at(foreign.pathname + foreign.search), 400);
    assert.equal(await at(link.pathname + link.search), 200);
    assert.equal(await statusOf(pool, name), 'CONFIRMED');

    await world.aws.createUserPoolDomain({
      UserPoolId: pool,
      Domain: 'login.example.com',
      CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a' },
    });
    assert.equal((await register(client)).link.hostname, 'login.example.com');
  });

  it('is for new accounts only: codes for other purposes stay codes', async () => {
    const { client } = await scene();
    const { name, email, link } = await register(client);
    await open(link);
    await world.browser.forgotPassword({ ClientId: client, Username: name });
    const [mail] = await world.mailTo(email);
    assert.match(mail!.text, /^Your confirmation code is \d{6}$/);
  });
});
