/** The texts of every language: complete, with the same placeholders, translated; and the pages written with them. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Language, languages, type Say, speak } from '../../../src/login/pages/language.ts';
import { en, type TextId, type Texts } from '../../../src/login/pages/texts/en.ts';
import { createFormBrowser, type FormBrowser, type Page } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { createAccountPool } from './account-pages.ts';
import { createPages, type Pages, signedInAs } from './pages.ts';

const codes = Object.keys(languages) as Language[];
const ids = Object.keys(en) as TextId[];
const others = codes.filter(code => code !== 'en');
const placeholders = (text: string) => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name).toSorted();

/** What is the same in English. */
const alike: Partial<Record<Language, readonly TextId[]>> = {
  de: ['account.passkeys.title', 'attribute.name', 'attribute.website', 'field.code', 'field.optional'],
  es: ['error.prefix'],
  fr: ['field.code'],
  it: ['account.password.title', 'field.password'],
  nl: ['attribute.website', 'field.code'],
};

/** Letters and marks that a language's typography does without. */
const foreign: Partial<Record<Language, RegExp>> = {
  fr: /'| [?!:;»]|« /,
  it: /'/,
  ja: /[?!,]/,
  ko: /[\u3000-\u30ff\uff00-\uffef]/,
  'zh-CN': /[?!,;:()「」帳設請電碼讓這會個]/,
  'zh-TW': /[?!,;:()“”帐设请电码让这会个]/,
};

describe('the texts of the pages', () => {
  it('are there in the twelve languages of managed login', () => {
    assert.deepEqual(codes.toSorted(), 'de en es fr id it ja ko nl pt-BR zh-CN zh-TW'.split(' '));
  });

  it('are read once', async () => {
    for (const code of codes) assert.equal(await languages[code].texts(), await languages[code].texts());
  });

  for (const code of others)
    it(`are complete in ${code}, with the same placeholders, and translated`, async () => {
      const texts: Texts = await languages[code].texts();
      assert.deepEqual(Object.keys(texts).toSorted(), ids.toSorted());
      for (const id of ids) {
        assert.deepEqual(placeholders(texts[id]), placeholders(en[id]), id);
        assert.equal(texts[id].trim(), texts[id], id);
        assert.notEqual(texts[id], '', id);
        assert.doesNotMatch(texts[id], foreign[code] ?? /[\u3000-\uffef]/, id);
        assert.equal(/[.\u3002]$/.test(texts[id]), /\.$/.test(en[id]), `${id}: a sentence, or none`);
      }
      assert.deepEqual(ids.filter(id => texts[id] === en[id]).toSorted(), (alike[code] ?? []).toSorted());
    });
});

describe('the pages', () => {
  let world: World;
  let pages: Pages;
  let accounts: Pages;
  before(async () => {
    world = await startWorld();
    pages = await createPages(
      world,
      {
        AutoVerifiedAttributes: ['email'],
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP', 'WEB_AUTHN'] } },
        Schema: [{ Name: 'email', Required: true, Mutable: true }],
      },
      { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] },
    );
    accounts = await createAccountPool(world);
    const contacts = { email: 'jane@example.com', email_verified: 'true' };
    await world.createUser(pages.pool, 'jane', goodPassword, contacts);
    await world.createUser(accounts.pool, 'jane', goodPassword, contacts);
    await world.aws.adminCreateUser({
      UserPoolId: accounts.pool,
      Username: 'new',
      TemporaryPassword: 'Temporary-1',
      MessageAction: 'SUPPRESS',
    });
  });
  after(() => world?.stop());

  /** What nobody should find on a page in the language: an English text that is no part of any of its own. */
  const leftovers = async (code: Language): Promise<RegExp> => {
    const own = Object.values(await languages[code].texts()).join('\n');
    const english = ids.flatMap(id => en[id].split(/\s*\{\w+\}\s*/)).filter(part => /\w{4}/.test(part));
    const absent = english.filter(part => !own.includes(part));
    assert.ok(code === 'en' || absent.length > 200);
    const parts = absent.map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`(?<!\\w)(?:${parts.join('|') || '(?!)'})(?!\\w)|\\{\\w+\\}|undefined`);
  };
  const unwritten = /<(style|script|nav|noscript)\b[\s\S]*?<\/\1>/g;

  type Walk = { say: Say; seen(page: Page): Page; browser: FormBrowser };
  const walkIn = async (code: Language): Promise<Walk> => {
    const found = await leftovers(code);
    const browser = createFormBrowser(world.url);
    browser.cookies.set('lang', code);
    return {
      say: speak(await languages[code].texts()),
      browser,
      seen(page) {
        assert.ok(page.html.includes(`<html lang="${code}" dir="ltr">`), `${code} ${page.url}`);
        assert.doesNotMatch(page.html.replace(unwritten, ''), found, `${code} ${page.url}`);
        return page;
      },
    };
  };

  for (const code of codes)
    it(`speak ${code} to everybody`, async () => {
      const { say, seen, browser } = await walkIn(code);
      const headings: [path: string, id: TextId][] = [
        ['/login', 'signIn.title'],
        ['/signup', 'signUp.title'],
        ['/forgotPassword', 'forgot.title'],
        ['/confirm', 'confirm.title'],
        ['/device', 'device.title'],
        ['/error', 'error.title'],
        ['/confirmUser', 'link.incomplete'],
      ];
      for (const [path, id] of headings) {
        const page = seen(await pages.open(path, {}, browser));
        assert.equal(page.heading, say(id).replace(/\s/g, ' '), path);
      }
    });

  for (const code of ['de', 'ja'] as const) {
    it(`speak ${code} to new people, and to who has forgotten`, async () => {
      const { say, seen, browser } = await walkIn(code);
      const register = async (password: string) =>
        seen(
          await (await pages.open('/signup', {}, browser)).submit({
            username: `new-${code}`,
            'requiredAttributes[email]': `new-${code}@example.com`,
            password,
          }),
        );
      const weak = await register('x');
      assert.equal(
        weak.errorAt('password'),
        say('refused.passwordPolicy', { problem: say('refused.tooShort') }),
        'errors as well',
      );
      const wrong = seen(await (await register(goodPassword)).submit({ code: '000000' }));
      assert.equal(wrong.errorAt('code'), say('refused.code'));
      seen(await wrong.press(say('confirm.resend')));
      assert.equal((await register(goodPassword)).errorAt('username'), say('refused.taken'));
      const forgotten = await (await pages.open('/forgotPassword', {}, browser)).submit({ username: 'jane' });
      assert.equal(seen(forgotten).heading, say('reset.title'));
    });

    it(`speak ${code} to who signs in`, async () => {
      const { say, seen, browser } = await walkIn(code);
      const choose = async () =>
        seen(await (await pages.open('/login', { prompt: 'login' }, browser)).submit({ username: 'jane' }));
      const coded = seen(await (await choose()).press(say('choose.EMAIL_OTP')));
      assert.match(coded.text, new RegExp(say('code.sentEmail', { destination: 'j\\*+@e\\*+' })));
      const asked = seen(await (await choose()).press(say('choose.PASSWORD')));
      const wrong = seen(await asked.submit({ password: 'Wrong-Pass-1' }));
      assert.equal(wrong.alert, say('refused.credentials'));
      const done = await (await (await choose()).press(say('choose.PASSWORD'))).submit({ password: goodPassword });
      assert.ok((await signedInAs(world, pages, done)).sub);
      assert.equal(
        seen(await pages.open('/login', {}, browser)).forms[0]?.buttons[0]?.text,
        say('session.continue', { name: 'jane' }),
      );
      assert.equal(seen(await pages.open('/passkeys/add', {}, browser)).heading, say('addPasskey.title'));
    });

    it(`speak ${code} about somebody's account`, async () => {
      const { say, seen, browser } = await walkIn(code);
      const start = await accounts.open('/login', {}, browser);
      const temporary = await start.submit({ username: 'new', password: 'Temporary-1' });
      assert.equal(seen(temporary).heading, say('newPassword.title'));
      const at = (path: string) => `${world.url}${path}?client_id=${accounts.client}`;
      const first = await browser.open(at('/account'));
      const overview = seen(await first.submit({ username: 'jane', password: goodPassword }));
      assert.equal(overview.heading, say('account.title'));
      const sections = Array.from(overview.html.matchAll(/href="(\/account\/[\w-]+)\?/g), ([, path = '']) => path);
      assert.ok(sections.length >= 7, `${sections}`);
      for (const path of sections) seen(await browser.open(at(path)));
      const app = await (await browser.open(at('/account/second-factors'))).press(say('setup.SOFTWARE_TOKEN_MFA'));
      assert.equal(seen(app).heading, say('totp.title'));
    });
  }

  it('keep the language that was asked for, until another one is', async () => {
    const first = await pages.open('/login', { lang: 'nl-BE' });
    assert.equal(first.heading, 'Inloggen');
    assert.match(first.browser.setCookies.join('\n'), /^lang=nl; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/m);
    const { browser } = first;
    browser.headers['accept-language'] = 'ko';
    assert.equal((await pages.open('/signup', {}, browser)).heading, 'Account aanmaken');
    assert.equal((await pages.open('/login', { lang: 'zh-HK' }, browser)).heading, '登入');
    assert.equal((await pages.open('/login', { lang: 'tlh' }, browser)).heading, '登入');
    browser.cookies.delete('lang');
    assert.equal((await pages.open('/login', {}, browser)).heading, '로그인');
    assert.equal(browser.cookies.has('lang'), false);
  });

  it('have links to themselves in every language', async () => {
    const page = await pages.open('/signup', { lang: 'fr' });
    assert.match(page.html, /lang="fr" hreflang="fr" aria-current="true">Français</);
    for (const code of codes) {
      const same = await page.follow(languages[code].name);
      assert.equal(same.heading, (await languages[code].texts())['signUp.title']);
      assert.equal(new URL(same.url).searchParams.get('state'), 's-1');
    }
  });
});
