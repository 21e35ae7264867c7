/** `npm run screenshots [directory]`: pictures of every page in light, dark and phone size, plain and in two brandings, for a person to look at. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { classicCss, harbour, pngLogo } from '../test/login/pages/brandings.ts';
import type { Pages } from '../test/login/pages/pages.ts';
import { launchChromium } from '../test/support/chromium.ts';
import { startWorld, type World } from '../test/support/world.ts';
import { type Scene, scenes } from './screenshots/scenes.ts';

const [directory = 'data/screenshots', only = ''] = process.argv.slice(2);

const sizes = {
  light: { colorScheme: 'light', width: 1200, height: 800 },
  dark: { colorScheme: 'dark', width: 1200, height: 800 },
  phone: { colorScheme: 'light', width: 390, height: 844 },
} as const;

type Branding = { name: string; brand(world: World, pages: Pages): Promise<void> };

const brandings: Branding[] = [
  { name: 'plain', brand: async () => {} },
  {
    name: 'managed',
    async brand({ aws }, { pool, client }) {
      await aws.createManagedLoginBranding({ UserPoolId: pool, ClientId: client, ...harbour });
    },
  },
  {
    name: 'classic',
    async brand({ aws }, { pool }) {
      await aws.createUserPoolDomain({ UserPoolId: pool, Domain: `p-${pool.split('_')[1]?.toLowerCase()}` });
      await aws.setUICustomization({ UserPoolId: pool, CSS: classicCss, ImageFile: pngLogo });
    },
  },
];

/** One page in every size. */
const take = async (page: Page, name: string): Promise<string[]> => {
  const files: string[] = [];
  for (const [size, { colorScheme, width, height }] of Object.entries(sizes)) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height });
    const file = `${name}-${size}.png`;
    await page.screenshot({ path: join(directory, file), fullPage: true });
    files.push(file);
  }
  return files;
};

const shoot = async (world: World, browser: Browser, { name: brandingName, brand }: Branding, scene: Scene) => {
  const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-US' });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  try {
    await scene.play({ world, page, brand: pages => brand(world, pages) });
    return await take(page, `${brandingName}-${scene.name}`);
  } catch (thrown) {
    console.error(`${brandingName}, ${scene.name}: ${thrown}`);
    process.exitCode = 1;
    return await take(page, `${brandingName}-${scene.name}`);
  } finally {
    await context.close();
  }
};

const functionsFile = new URL('../test/user-pools/triggers/functions/magic-word.mjs', import.meta.url).pathname;
const functions = ['define', 'create', 'verify'].map(name => `${name}=module:${functionsFile}#${name}`);

mkdirSync(directory, { recursive: true });
const world = await startWorld({ settings: { CENOTE_TRIGGERS: functions.join() } });
const browser = await launchChromium();
const taken: string[] = [];
try {
  for (const branding of brandings)
    for (const scene of scenes)
      if (`${branding.name}-${scene.name}`.includes(only))
        taken.push(...(await shoot(world, browser, branding, scene)));
} finally {
  await browser.close();
  await world.stop();
}
const figures = taken.map(
  file => `<figure><img src="${file}" loading="lazy"><figcaption>${file}</figcaption></figure>`,
);
writeFileSync(
  join(directory, 'index.html'),
  `<!doctype html><meta charset="utf-8"><title>Pages</title><style>
body{font:14px sans-serif;display:grid;grid-template-columns:repeat(3,1fr);gap:1rem}figure{margin:0}img{max-width:100%;border:1px solid #ccc}
</style>${figures.join('\n')}`,
);
console.log(`${taken.length} pictures: ${join(directory, 'index.html')}`);
