/** Branding on pages that are served: whose look a client has, when a change is seen, its images, and what cannot get out of it. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { AssetType } from '@aws-sdk/client-cognito-identity-provider';
import type { Page } from '../../support/browser-forms.ts';
import { startWorld, type World } from '../../support/world.ts';
import { createProvider } from '../../user-pools/federation/providers.ts';
import { plainRequest } from '../http.ts';
import { ico, png } from '../managed/images.ts';
import { classicCss, harbour, pngLogo, svgImage } from './brandings.ts';
import { createPages, type Pages } from './pages.ts';

const sheetOf = ({ html }: Pick<Page, 'html'>): string => /<style[^>]*>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';

describe('branding on pages', () => {
  let world: World;
  let pages: Pages;
  before(async () => {
    world = await startWorld();
    pages = await createPages(world);
  });
  after(() => world?.stop());

  const another = (options: Parameters<typeof createPages>[2] = {}) => createPages(world, { Id: pages.pool }, options);
  const brand = async ({ pool, client }: Pages, style: object) => {
    const made = await world.aws.createManagedLoginBranding({ UserPoolId: pool, ClientId: client, ...style });
    const id = made.ManagedLoginBranding?.ManagedLoginBrandingId ?? '';
    return { UserPoolId: pool, ManagedLoginBrandingId: id };
  };
  const color = (lightMode: { defaults: { backgroundColor: string } }) => ({
    Settings: { components: { primaryButton: { lightMode } } },
  });

  it('a pool without any has Cognito’s colors, light and dark', async () => {
    const page = await (await another()).open('/login');
    assert.match(sheetOf(page), /--primaryButton-defaults-backgroundColor:#0972d3ff/);
    assert.match(sheetOf(page), /prefers-color-scheme:dark/);
    assert.match(page.html, /<link rel="icon" href="data:,">/);
  });

  it('a client has its own style at once, changed at once, and gone at once', async () => {
    const of = await another();
    await of.open('/login');
    const style = await brand(of, color({ defaults: { backgroundColor: '112233ff' } }));
    assert.match(sheetOf(await of.open('/login')), /--primaryButton-defaults-backgroundColor:#112233ff/);
    assert.doesNotMatch(sheetOf(await (await another()).open('/login')), /#112233ff/);
    await world.aws.updateManagedLoginBranding({ ...style, ...color({ defaults: { backgroundColor: '445566ff' } }) });
    assert.match(sheetOf(await of.open('/login')), /#445566ff/);
    await world.aws.updateManagedLoginBranding({ ...style, UseCognitoProvidedValues: true });
    const provided = sheetOf(await of.open('/login'));
    assert.doesNotMatch(provided, /#445566ff|prefers-color-scheme/);
    await world.aws.deleteManagedLoginBranding(style);
    assert.match(sheetOf(await of.open('/login')), /prefers-color-scheme/);
  });

  it('is on every page that knows the client', async () => {
    const of = await another();
    await brand(of, color({ defaults: { backgroundColor: '778899ff' } }));
    for (const path of ['/login', '/signup', '/confirm', '/forgotPassword', '/confirmforgotPassword', '/error'])
      assert.match(sheetOf(await of.open(path)), /#778899ff/, path);
  });

  it('header, footer, logos, icon and background are shown, for light and for dark', async () => {
    const of = await another();
    await brand(of, harbour);
    const { html } = await of.open('/login');
    const base = /\/branding\/[^/]+\/[^/]+\/1/.exec(html)?.[0] ?? 'none';
    const picture = (file: string) =>
      `<source media="(prefers-color-scheme: dark)" srcset="${base}/${file}-dark.svg"><img`;
    assert.ok(html.includes(`<header class="bar top"><picture>${picture('page_header_logo')}`));
    assert.ok(html.includes(`<div class="logo outside"><picture>${picture('form_logo')}`));
    assert.match(
      html,
      /<footer class="bar bottom"><img class="bar-logo" src="[^"]+page_footer_logo-dynamic\.svg" alt="">/,
    );
    assert.ok(html.includes(`<link rel="icon" href="${base}/favicon_svg-dynamic.svg" type="image/svg+xml">`));
    assert.ok(html.includes(`--page-image:url("${base}/page_background-light.svg")`));
    assert.ok(html.includes(`--page-image:url("${base}/page_background-dark.svg")`));
  });

  it('images are served as what they are, for a year under the address of their version', async () => {
    const of = await another();
    const dot = svgImage('<circle r="4"/>');
    const assets: AssetType[] = [
      { Category: 'FAVICON_ICO', ColorMode: 'LIGHT', Extension: 'ICO', Bytes: ico },
      { Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'PNG', Bytes: png },
      { Category: 'IDP_BUTTON_ICON', ColorMode: 'DARK', Extension: 'SVG', Bytes: dot, ResourceId: 'My IdP' },
    ];
    const style = await brand(of, { Assets: assets });
    const root = `/branding/${of.pool}/${style.ManagedLoginBrandingId}`;
    const get = async (path: string) => {
      const answer = await fetch(world.url + path);
      return { status: answer.status, headers: answer.headers, body: new Uint8Array(await answer.arrayBuffer()) };
    };
    const logo = await get(`${root}/1/form_logo-light.png`);
    assert.equal(logo.headers.get('content-type'), 'image/png');
    assert.equal(logo.headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.deepEqual(logo.body, png);
    assert.equal((await get(`${root}/1/favicon_ico-light.ico`)).headers.get('content-type'), 'image/x-icon');
    const icon = await get(`${root}/1/idp_button_icon-dark-My%20IdP.svg`);
    assert.equal(icon.headers.get('content-type'), 'image/svg+xml');
    assert.equal(icon.headers.get('content-security-policy'), "default-src 'none'; style-src 'unsafe-inline'; sandbox");
    assert.equal(icon.headers.get('x-content-type-options'), 'nosniff');
    assert.deepEqual(icon.body, dot);

    const Bytes = new Uint8Array([...png, 9]);
    await world.aws.updateManagedLoginBranding({ ...style, Assets: [{ ...assets[1]!, Bytes }] });
    const before = await get(`${root}/1/form_logo-light.png`);
    assert.equal(before.headers.get('cache-control'), 'public, max-age=5');
    assert.deepEqual((await get(`${root}/2/form_logo-light.png`)).body, Bytes);
  });

  it('nothing else is served there', async () => {
    const of = await another();
    const style = await brand(of, { Assets: harbour.Assets });
    const id = style.ManagedLoginBrandingId;
    const unknown = [
      `${of.pool}/${id}/1/form_logo-light.png`,
      `${of.pool}/${id}/1/form_logo-dynamic.svg`,
      `${of.pool}/${id}/1/FORM_LOGO-light.svg`,
      `${of.pool}/${id}/1/form_logo-light-x.svg`,
      `${of.pool}/${id}/1/idp_button_icon-dynamic-Other.svg`,
      `${of.pool}/${id}/1/..%2F..%2F..%2Fpackage.json`,
      `${of.pool}/${id.replace(/^./, 'z')}/1/form_logo-light.svg`,
      `${of.pool}x/${id}/1/form_logo-light.svg`,
      `us-east-1_nobody/${id}/1/form_logo-light.svg`,
      `${of.pool}/${encodeURIComponent("' OR 1=1")}/1/form_logo-light.svg`,
    ];
    for (const path of unknown) assert.equal((await plainRequest(world.url, `/branding/${path}`)).status, 404, path);
  });

  it('a page with everything in it stays small', async () => {
    const of = await another();
    await brand(of, harbour);
    for (const page of [await of.open('/login'), await (await another()).open('/login')]) {
      assert.ok(gzipSync(page.html).length < 10_000);
      assert.ok(brotliCompressSync(page.html).length < 10_000);
    }
  });

  it('identity providers: order, colors, icons; names cannot leave their place', async () => {
    for (const name of ['Google', 'Corp', '"><b>x'])
      await createProvider(world, pages.pool, name, name === 'Google' ? 'Google' : 'OIDC');
    const of = await another({ SupportedIdentityProviders: ['COGNITO', 'Google', '"><b>x', 'Corp'] });
    const custom = { '"><b>x': { lightMode: { defaults: { backgroundColor: '01010101' } } } };
    await brand(of, {
      ...harbour,
      Settings: { ...harbour.Settings, components: { ...harbour.Settings.components, idpButton: { custom } } },
    });
    const { html } = await of.open('/login');
    assert.ok(!html.includes('<b>'));
    const links = Array.from(html.matchAll(/<a class="(btn idp[^"]*)"[^>]*>(.*?)<\/a>/g), match => match.slice(1));
    assert.deepEqual(
      links.map(([classes]) => classes),
      ['btn idp idpButton-customizable', 'btn idp socialButton-customizable', 'btn idp idp-0 idpButton-customizable'],
    );
    assert.match(
      links[0]?.[1] ?? '',
      /<img class="idp-icon" src="[^"]+idp_button_icon-dynamic-Corp\.svg" alt="">Continue with Corp/,
    );
    assert.ok(html.indexOf('signInFormPassword') < html.indexOf('Continue with Corp'), 'as authMethodOrder says');
  });

  it('a language selector leads to the same page in every language, if it is switched on', async () => {
    const of = await another();
    const style = await brand(of, { UseCognitoProvidedValues: true });
    assert.ok(!(await of.open('/signup')).html.includes('<nav'));
    await world.aws.updateManagedLoginBranding({ ...style, Settings: harbour.Settings });
    const page = await of.open('/signup');
    const links = Array.from(page.html.matchAll(/<li><a href="\/signup\?([^"]+)" lang="([\w-]+)"/g));
    assert.equal(links.length, 12);
    for (const [, query = '', lang] of links) {
      const asked = new URLSearchParams(query.replaceAll('&amp;', '&'));
      assert.deepEqual([asked.get('lang'), asked.get('client_id')], [lang, of.client]);
    }
    assert.match(page.html, /lang="en" hreflang="en" aria-current="true">English</);
  });

  it('terms are those of the visitor’s language, else the default', async () => {
    const of = await another();
    const Links = {
      'cognito:default': 'https://example.com/any',
      'cognito:portuguese-brazil': 'https://example.com/pt',
    };
    const terms = { UserPoolId: of.pool, ClientId: of.client, TermsSource: 'LINK', Enforcement: 'NONE' } as const;
    await world.aws.createTerms({ ...terms, TermsName: 'privacy-policy', Links });
    assert.match((await of.open('/signup', { lang: 'pt-BR' })).html, /href="https:\/\/example\.com\/pt"/);
    for (const lang of ['en', 'nl'])
      assert.match((await of.open('/signup', { lang })).html, /href="https:\/\/example\.com\/any"/);
  });

  it('graphics stand above what they are about', async () => {
    const EmailConfiguration = {
      SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/no-reply@example.com',
      EmailSendingAccount: 'DEVELOPER',
    } as const;
    const of = await createPages(world, {
      EmailConfiguration,
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'admin_only', Priority: 1 }] },
    });
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: of.pool,
      MfaConfiguration: 'ON',
      EmailMfaConfiguration: { Message: '{####}', Subject: 'Code' },
    });
    await world.createUser(of.pool, 'jane', undefined, { email: 'jane@example.com', email_verified: 'true' });
    await brand(of, harbour);
    const start = await of.open('/login');
    assert.ok(!start.html.includes('class="graphic"'));
    const asked = await start.submit({ username: 'jane', password: 'Correct-Horse-7' });
    assert.match(asked.html, /<div class="graphic"><img[^>]+email_graphic-dynamic\.svg"/);
  });
});

describe('the customization of classic pages', () => {
  let world: World;
  let pages: Pages;
  before(async () => {
    world = await startWorld();
    pages = await createPages(world);
    const domain = { UserPoolId: pages.pool, Domain: 'old-pages' };
    await world.aws.createUserPoolDomain({ ...domain, ManagedLoginVersion: 1 });
  });
  after(() => world?.stop());

  const at = async (host: string, { query }: Pages, path = '/login') =>
    (await plainRequest(world.url, `${path}?${query}`, { headers: { host } })).body;
  const own = 'old-pages.auth.localhost';

  it('has that of all clients until it has its own, at once', async () => {
    const { pool: UserPoolId, client: ClientId } = pages;
    assert.doesNotMatch(await at(own, pages), /class="banner/);
    const rule = (color: string) => `.label-customizable { color: ${color}; }`;
    await world.aws.setUICustomization({ UserPoolId, CSS: rule('#010101') });
    assert.ok((await at(own, pages)).includes(rule('#010101')));
    await world.aws.setUICustomization({ UserPoolId, ClientId, CSS: rule('#020202'), ImageFile: pngLogo });
    const html = await at(own, pages);
    assert.ok(html.includes(`${rule('#020202')}</style>`));
    assert.ok(!html.includes(rule('#010101')));
    const [, src = ''] =
      /<div class="banner banner-customizable"><img class="logo-customizable" src="([^"]+)" alt="">/.exec(html) ?? [];
    const logo = await fetch(world.url + src);
    assert.equal(logo.headers.get('content-type'), 'image/png');
    await world.aws.setUICustomization({ UserPoolId, ClientId });
    assert.ok((await at(own, pages)).includes(rule('#010101')));
    assert.ok((await at(own, pages, '/error')).includes(rule('#010101')));
  });

  it('every class of the template is on a page', async () => {
    const { pool: UserPoolId } = pages;
    await createProvider(world, UserPoolId, 'Google', 'Google');
    await createProvider(world, UserPoolId, 'Corp', 'OIDC');
    await world.aws.setUICustomization({ UserPoolId, CSS: classicCss, ImageFile: pngLogo });
    const of = await createPages(
      world,
      { Id: UserPoolId },
      { SupportedIdentityProviders: ['COGNITO', 'Google', 'Corp'] },
    );
    const terms = { UserPoolId, ClientId: of.client, TermsSource: 'LINK', Enforcement: 'NONE' } as const;
    const Links = { 'cognito:default': 'https://example.com/terms', 'cognito:english': 'https://example.com/en' };
    await world.aws.createTerms({ ...terms, TermsName: 'terms-of-use', Links });
    const signUp = await at(own, of, '/signup');
    assert.match(signUp, /href="https:\/\/example\.com\/en"/);
    const error = await (await of.open('/login')).submit({ username: 'nobody', password: 'x' });
    const all = [await at(own, of), signUp, error.html].map(html => html.replace(/<style[\s\S]*?<\/style>/, '')).join();
    const classes = new Set(Array.from(classicCss.matchAll(/\.([\w-]+)(?=[ :])/g), ([, name = '']) => name));
    // Which rules a password follows is not told while it is typed.
    for (const name of classes)
      if (name !== 'passwordCheck-valid-customizable')
        assert.match(all, new RegExp(`class="[^"]*\\b${name}(?![\\w-])`), name);
  });

  it('belongs to the classic pages, a managed login style to the others; the server’s own host takes what there is', async () => {
    const { pool: UserPoolId } = pages;
    await world.aws.setUICustomization({ UserPoolId, CSS: '.label-customizable { color: #030303; }' });
    const of = await createPages(world, { Id: UserPoolId });
    assert.match((await of.open('/login')).html, /#030303/);
    const lightMode = { backgroundColor: 'abababab' };
    await world.aws.createManagedLoginBranding({
      UserPoolId,
      ClientId: of.client,
      Settings: { components: { form: { lightMode } } },
    });
    assert.match((await of.open('/login')).html, /#abababab/);
    assert.match(await at(own, of), /#030303/);
    assert.doesNotMatch(await at(own, of), /#abababab/);
    await world.aws.updateUserPoolDomain({ UserPoolId, Domain: 'old-pages', ManagedLoginVersion: 2 });
    const managed = await at(own, of);
    assert.match(managed, /#abababab/);
    assert.doesNotMatch(managed, /#030303/);
    const without = await at(own, await createPages(world, { Id: UserPoolId }));
    assert.doesNotMatch(without, /#abababab|#030303/);
    assert.match(without, /prefers-color-scheme/);
  });

  it('loads nothing from elsewhere, whatever it says', async () => {
    const { pool: UserPoolId } = pages;
    await world.aws.updateUserPoolDomain({ UserPoolId, Domain: 'old-pages', ManagedLoginVersion: 1 });
    const CSS = '.background-customizable { background: url(https://elsewhere.example/pixel.png); }';
    await world.aws.setUICustomization({ UserPoolId, CSS });
    const { headers, body } = await plainRequest(world.url, `/login?${pages.query}`, { headers: { host: own } });
    assert.ok(body.includes(CSS));
    const policy = `${headers['content-security-policy']}`;
    assert.match(policy, /default-src 'none'/);
    assert.match(policy, /img-src 'self' data:;/);
    const nonce = /style-src 'nonce-([\w-]+)';/.exec(policy)?.[1];
    assert.ok(body.includes(`<style nonce="${nonce}">`));
    assert.equal(body.split('<style').length, 2);
  });
});
