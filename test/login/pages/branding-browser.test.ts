/** Branding in a real browser: what a visitor sees of it, by day, by night and on a telephone, and what axe-core says. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { browserSuite, launchChromium } from '../../support/chromium.ts';
import { startWorld, type World } from '../../support/world.ts';
import { createProvider } from '../../user-pools/federation/providers.ts';
import { classicCss, harbour, pngLogo } from './brandings.ts';
import { createPages, type Pages } from './pages.ts';

type Finding = { id: string; nodes: { target: string[]; failureSummary?: string }[] };

browserSuite('branded pages in Chromium', () => {
  let world: World;
  let browser: Browser;
  let axe: string;
  before(async () => {
    axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    [world, browser] = await Promise.all([startWorld(), launchChromium()]);
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  const createClient = async (): Promise<Pages> => {
    const pool = await world.createPool();
    await createProvider(world, pool, 'Corp');
    return createPages(world, { Id: pool }, { SupportedIdentityProviders: ['COGNITO', 'Corp'] });
  };

  /** Opens a page and fails the test for whatever the browser refuses to load. */
  const open = async (url: string): Promise<Page> => {
    const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    const refused: string[] = [];
    page.on('console', message => message.type() === 'error' && refused.push(message.text()));
    page.on('response', answer => answer.status() >= 400 && refused.push(`${answer.status()} ${answer.url()}`));
    await page.goto(url, { waitUntil: 'networkidle' });
    assert.deepEqual(refused, []);
    return page;
  };

  const style = (page: Page, selector: string, property: string): Promise<string> =>
    page.evaluate(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`);
  const source = (page: Page, selector: string): Promise<string> =>
    page.evaluate(`document.querySelector('${selector}').currentSrc.replace(/.*\\//, '')`);
  const width = (page: Page, selector: string): Promise<number> =>
    page.evaluate(`document.querySelector('${selector}').naturalWidth`);

  const violations = async (page: Page): Promise<string[]> => {
    await page.evaluate(axe);
    const found: { violations: Finding[] } = await page.evaluate('axe.run(document)');
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target}: ${failureSummary}`),
    );
  };

  it('a managed login style, light and dark', async () => {
    const pages = await createClient();
    await world.aws.createManagedLoginBranding({ UserPoolId: pages.pool, ClientId: pages.client, ...harbour });
    const page = await open(pages.url('/login'));
    const seen = {
      light: ['rgb(15, 118, 110)', 'rgb(49, 46, 129)', 'form_logo-light.svg', /page_background-light\.svg/],
      dark: ['rgb(94, 234, 212)', 'rgb(199, 210, 254)', 'form_logo-dark.svg', /page_background-dark\.svg/],
    } as const;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const [button, provider, logo, background] = seen[colorScheme];
      assert.equal(await style(page, '.btn-primary', 'background-color'), button);
      assert.equal(await style(page, '.idp', 'background-color'), provider);
      assert.equal(await style(page, '.btn-primary', 'border-radius'), '24px');
      await page.waitForFunction(`document.querySelector('.logo img').currentSrc.endsWith('${logo}')`);
      assert.match(await style(page, 'body', 'background-image'), background);
      assert.deepEqual(await violations(page), []);
    }
    assert.equal(await width(page, '.bar-logo'), 232);
    const [card, main]: [{ right: number }, number] = await page.evaluate(
      "[document.querySelector('.card').getBoundingClientRect(), innerWidth]",
    );
    assert.ok(card.right > main * 0.9, 'the form stands at the end of the line');
    await page.setViewportSize({ width: 320, height: 640 });
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 320);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });

  it('the style sheet and the logo of the classic pages', async () => {
    const pages = await createClient();
    const UserPoolId = pages.pool;
    await world.aws.createUserPoolDomain({ UserPoolId, Domain: 'classic-look' });
    await world.aws.setUICustomization({ UserPoolId, CSS: classicCss, ImageFile: pngLogo });
    const port = new URL(world.url).port;
    const page = await open(pages.url('/login').replace(world.url, `http://classic-look.auth.localhost:${port}`));
    await page.emulateMedia({ colorScheme: 'dark' });
    assert.equal(await style(page, '.btn-primary', 'background-color'), 'rgb(153, 27, 27)');
    assert.equal(await style(page, '.card', 'background-color'), 'rgb(250, 250, 249)');
    assert.equal(await style(page, 'label', 'color'), 'rgb(68, 64, 60)');
    assert.equal(await style(page, '.idp', 'background-color'), 'rgb(68, 64, 60)');
    assert.equal(await style(page, '#signInFormPassword', 'height'), '38px');
    await page.focus('#signInFormPassword');
    assert.equal(await style(page, '#signInFormPassword', 'border-color'), 'rgb(153, 27, 27)');
    await page.hover('.btn-primary');
    assert.equal(await style(page, '.btn-primary', 'background-color'), 'rgb(127, 29, 29)');
    assert.equal(await source(page, '.banner img'), 'image.png');
    assert.equal(await width(page, '.banner img'), 240);
    assert.deepEqual(await violations(page), []);
    await page.context().close();
  });

  it('an image that would load more shows itself and nothing else', async () => {
    const pages = await createClient();
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40"><style>rect{fill:url(${world.url}/seen-style)}</style><image xlink:href="${world.url}/seen-image" width="9" height="9"/><rect width="40" height="40"/></svg>`;
    await world.aws.createManagedLoginBranding({
      UserPoolId: pages.pool,
      ClientId: pages.client,
      Settings: { components: { form: { logo: { enabled: true } } } },
      Assets: [
        { Category: 'FORM_LOGO', ColorMode: 'LIGHT', Extension: 'SVG', Bytes: new Uint8Array(Buffer.from(picture)) },
      ],
    });
    const page = await (await browser.newContext()).newPage();
    const asked: string[] = [];
    page.context().on('response', answer => asked.push(answer.url()));
    await page.goto(pages.url('/login'), { waitUntil: 'networkidle' });
    assert.equal(await width(page, '.logo img'), 40);
    // Also when somebody opens it by itself.
    const logo: string = await page.evaluate("document.querySelector('.logo img').src");
    await page.goto(logo, { waitUntil: 'networkidle' });
    assert.deepEqual(
      asked.filter(url => url.includes('seen')),
      [],
    );
    await page.context().close();
  });
});
