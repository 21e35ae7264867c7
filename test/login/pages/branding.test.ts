/** What a managed login style makes of the pages: each setting, and what is no setting. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { defaultSettings } from '../../../src/login/managed/default-settings.ts';
import { mergeSettings } from '../../../src/login/managed/settings.ts';
import { classicLook, managedLook, plainLook } from '../../../src/login/pages/look.ts';
import type { AssetName, ClientBranding, Settings } from '../../../src/storage/brandings.ts';

const id = '0f3c9a52-1111-4222-8333-444455556666';
const branding = (settings: Settings | undefined, assets: AssetName[] = []): ClientBranding => ({
  poolId: 'us-east-1_abc',
  id,
  version: 3,
  settings,
  assets,
});
/** Settings with one value at a path. */
const at = (path: string, value: unknown): Settings =>
  path.split('.').reduceRight<unknown>((inside, name) => ({ [name]: inside }), value) as Settings;
const look = (settings: Settings | undefined, assets?: AssetName[]) => managedLook(branding(settings, assets));

type Block = Record<string, string>;
const declarations = (text = ''): Block =>
  Object.fromEntries(
    text
      .split(/;(?=--|color-scheme)/)
      .filter(each => each !== '')
      .map(each => [each.slice(0, each.indexOf(':')), each.slice(each.indexOf(':') + 1)]),
  );
/** The variables of a look, by day and by night. */
const variables = ({ css }: { css: string }): { day: Block; night: Block } => {
  const [, day = ''] = /^:root\{([^}]*)\}/.exec(css) ?? [];
  const [, night = ''] = /^:root\{[^}]*\}@media\(prefers-color-scheme:dark\)\{:root\{([^}]*)\}\}/.exec(css) ?? [];
  return { day: declarations(day), night: { ...declarations(day), ...declarations(night) } };
};

const dynamic = at('categories.global.colorSchemeMode', 'DYNAMIC');
const asset = (Category: string, ColorMode = 'DYNAMIC', Extension = 'PNG', ResourceId?: string) =>
  ({ Category, ColorMode, Extension, ResourceId }) as AssetName;
const path = (file: string) => `/branding/us-east-1_abc/${id}/3/${file}`;

describe('settings of a managed login style', () => {
  const colored: [path: string, variable: string][] = [
    ['components.alert.M.error.backgroundColor', '--alert-error-backgroundColor'],
    ['components.form.M.backgroundColor', '--form-backgroundColor'],
    ['components.form.M.borderColor', '--form-borderColor'],
    ['components.idpButton.standard.M.hover.textColor', '--idpButton-standard-hover-textColor'],
    ['components.pageBackground.M.color', '--pageBackground-color'],
    ['components.pageFooter.M.borderColor', '--pageFooter-borderColor'],
    ['components.pageHeader.M.background.color', '--pageHeader-background-color'],
    ['components.pageText.M.headingColor', '--pageText-headingColor'],
    ['components.pageText.M.descriptionColor', '--pageText-descriptionColor'],
    ['components.primaryButton.M.defaults.backgroundColor', '--primaryButton-defaults-backgroundColor'],
    ['components.primaryButton.M.active.textColor', '--primaryButton-active-textColor'],
    ['components.secondaryButton.M.defaults.borderColor', '--secondaryButton-defaults-borderColor'],
    ['componentClasses.divider.M.borderColor', '--divider-borderColor'],
    ['componentClasses.focusState.M.borderColor', '--focusState-borderColor'],
    ['componentClasses.input.M.defaults.backgroundColor', '--input-defaults-backgroundColor'],
    ['componentClasses.inputDescription.M.textColor', '--inputDescription-textColor'],
    ['componentClasses.inputLabel.M.textColor', '--inputLabel-textColor'],
    ['componentClasses.link.M.hover.textColor', '--link-hover-textColor'],
    ['componentClasses.optionControls.M.selected.backgroundColor', '--optionControls-selected-backgroundColor'],
    ['componentClasses.statusIndicator.M.error.borderColor', '--statusIndicator-error-borderColor'],
  ];
  for (const [setting, variable] of colored)
    it(`${setting} by day and by night`, () => {
      const settings = [
        dynamic,
        at(setting.replace('.M.', '.lightMode.'), '12345678'),
        at(setting.replace('.M.', '.darkMode.'), 'abcdef01'),
      ];
      const { day, night } = variables(look(settings.reduce(mergeSettings)));
      assert.deepEqual([day[variable], night[variable]], ['#12345678', '#abcdef01']);
    });

  const valued: [path: string, value: unknown, variable: string, css: string][] = [
    ['components.form.borderRadius', 3, '--form-borderRadius', '3px'],
    ['components.alert.borderRadius', 0, '--alert-borderRadius', '0px'],
    ['componentClasses.buttons.borderRadius', 24.4, '--buttons-borderRadius', '24px'],
    ['componentClasses.input.borderRadius', -1e300, '--input-borderRadius', '0px'],
    ['categories.form.location.horizontal', 'START', '--form-inline', 'start'],
    ['categories.form.location.horizontal', 'END', '--form-inline', 'end'],
    ['categories.form.location.vertical', 'TOP', '--form-block', 'start'],
    ['categories.form.location.vertical', 'url(x)', '--form-block', 'center'],
    ['categories.global.spacingDensity', 'COMPACT', '--space', '.75'],
    ['categories.global.spacingDensity', 'SPACIOUS', '--space', '1.25'],
    ['components.form.logo.location', 'END', '--logo-place', 'end'],
    ['components.pageHeader.logo.location', 'CENTER', '--header-place', 'center'],
    ['components.pageFooter.logo.location', 'START', '--footer-place', 'start'],
  ];
  for (const [setting, value, variable, css] of valued)
    it(`${setting} ${JSON.stringify(value)}`, () =>
      assert.equal(variables(look(at(setting, value))).day[variable], css));

  it('give every variable of the style sheet a value in both modes', () => {
    const { css } = look(dynamic);
    const { day, night } = variables({ css });
    for (const [, name = '', fallback] of css.matchAll(/var\((--[\w-]+)(,)?/g))
      if (fallback === undefined) assert.ok(name in day && name in night, name);
  });

  it('colorSchemeMode is light unless it says otherwise; without any style it is the visitor’s', () => {
    const scheme = ({ css }: { css: string }) => variables({ css }).day['color-scheme'];
    assert.equal(scheme(look(undefined)), 'light');
    assert.equal(scheme(look(at('categories.global.colorSchemeMode', 'DARK'))), 'dark');
    assert.equal(scheme(look(dynamic)), 'light dark');
    assert.equal(scheme(look(at('categories.global.colorSchemeMode', 'x;}'))), 'light');
    assert.equal(scheme(plainLook), 'light dark');
    const dark = variables(look(at('categories.global.colorSchemeMode', 'DARK'))).day['--form-backgroundColor'];
    assert.equal(dark, '#0f1b2aff');
  });

  it('nothing but colors and lengths gets into the style sheet', () => {
    const known = look(undefined).css.length;
    const places = [...colored.map(([setting]) => setting.replace('.M.', '.lightMode.')), ...valued.map(([to]) => to)];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.anything({ maxDepth: 1 }), (place, value) => {
        const { css } = look(JSON.parse(JSON.stringify(at(place, value))));
        assert.doesNotMatch(css, /<|javascript|@import|url\(/);
        assert.ok(Math.abs(css.length - known) < 100);
      }),
      { numRuns: 300 },
    );
    const hostile = 'red}</style><script>pwned()</script>';
    for (const place of places) assert.ok(!look(at(place, hostile)).css.includes('pwned'), place);
    for (const name of ['a;}b', '</style>', '__proto__', 'lightMode'])
      assert.doesNotMatch(look(at('components.form.lightMode', { [name]: 'ff0000ff' })).css, /ff0000|<\//);
  });
});

describe('images of a managed login style', () => {
  const on = (name: string) => at(name, true);

  it('are shown by color mode, the one of the other mode rather than none', () => {
    const shown = (modes: string[], colorSchemeMode: string) => {
      const settings = mergeSettings(
        at('categories.global.colorSchemeMode', colorSchemeMode),
        on('components.form.logo.enabled'),
      );
      const { picture } = look(
        settings,
        modes.map(mode => asset('FORM_LOGO', mode)),
      ).logo ?? { picture: { light: '', dark: '' } };
      return [picture.light, picture.dark].map(each => /form_logo-(\w+)\.png$/.exec(each)?.[1]);
    };
    assert.deepEqual(shown(['LIGHT', 'DARK'], 'DYNAMIC'), ['light', 'dark']);
    assert.deepEqual(shown(['LIGHT', 'DYNAMIC'], 'DYNAMIC'), ['light', 'dynamic']);
    assert.deepEqual(shown(['LIGHT', 'DARK'], 'LIGHT'), ['light', 'light']);
    assert.deepEqual(shown(['LIGHT', 'DARK'], 'DARK'), ['dark', 'dark']);
    assert.deepEqual(shown(['LIGHT'], 'DARK'), ['light', 'light']);
    assert.deepEqual(shown([], 'DARK'), [undefined, undefined]);
  });

  it('the logo has four places, and needs to be switched on', () => {
    const assets = [asset('FORM_LOGO')];
    assert.equal(look(undefined, assets).logo, undefined);
    const settings = at('components.form.logo', { enabled: true, formInclusion: 'OUT', position: 'BOTTOM' });
    const { logo } = look(settings, assets);
    assert.deepEqual([logo?.outside, logo?.below], [true, true]);
    const plain = look(on('components.form.logo.enabled'), assets).logo;
    assert.deepEqual([plain?.outside, plain?.below], [false, false]);
    assert.equal(plain?.picture.light, path('form_logo-dynamic.png'));
  });

  it('backgrounds are variables, where they are switched on', () => {
    const backgrounds: [category: string, setting: string, variable: string][] = [
      ['PAGE_BACKGROUND', 'components.pageBackground.image.enabled', '--page-image'],
      ['FORM_BACKGROUND', 'components.form.backgroundImage.enabled', '--form-image'],
      ['PAGE_HEADER_BACKGROUND', 'components.pageHeader.backgroundImage.enabled', '--header-image'],
      ['PAGE_FOOTER_BACKGROUND', 'components.pageFooter.backgroundImage.enabled', '--footer-image'],
    ];
    for (const [category, setting, variable] of backgrounds) {
      const assets = [asset(category, 'LIGHT', 'JPEG'), asset(category, 'DARK', 'WEBP')];
      const { day, night } = variables(look(mergeSettings(dynamic, on(setting)), assets));
      const file = category.toLowerCase();
      assert.equal(day[variable], `url("${path(`${file}-light.jpeg`)}")`);
      assert.equal(night[variable], `url("${path(`${file}-dark.webp`)}")`);
      assert.equal(variables(look(at(setting, false), assets)).day[variable], undefined);
    }
  });

  it('header and footer come when they are switched on, with or without a logo', () => {
    const assets = [asset('PAGE_HEADER_LOGO', 'LIGHT', 'SVG'), asset('PAGE_FOOTER_LOGO', 'LIGHT', 'SVG')];
    assert.equal(look(undefined, assets).header, undefined);
    assert.deepEqual(look(on('categories.global.pageHeader.enabled'), assets).header, { logo: undefined });
    const settings = mergeSettings(
      on('categories.global.pageFooter.enabled'),
      on('components.pageFooter.logo.enabled'),
    );
    assert.equal(look(settings, assets).footer?.logo?.light, path('page_footer_logo-light.svg'));
  });

  it('favicons are those that are enabled; graphics go with displayGraphics', () => {
    const assets = [asset('FAVICON_ICO', 'DYNAMIC', 'ICO'), asset('FAVICON_SVG', 'DYNAMIC', 'SVG')];
    const types = (of: Settings | undefined) => look(of, assets).favicons.map(({ type }) => type);
    assert.deepEqual(types(undefined), ['image/x-icon', 'image/svg+xml']);
    assert.deepEqual(types(at('components.favicon.enabledTypes', ['SVG'])), ['image/svg+xml']);
    const graphics = [asset('EMAIL_GRAPHIC'), asset('PASSKEY_GRAPHIC')];
    assert.deepEqual(Object.keys(look(undefined, graphics).graphics), ['EMAIL', 'PASSKEY']);
    assert.deepEqual(look(at('categories.form.displayGraphics', false), graphics).graphics, {});
  });
});

describe('identity providers in a managed login style', () => {
  it('stand before or after name and password, in an order of their own', () => {
    assert.deepEqual(look(undefined).methods, ['FEDERATED', 'USERNAME_PASSWORD']);
    const order = (value: unknown) => look(at('categories.auth.authMethodOrder', value)).methods;
    assert.deepEqual(order([[{ type: 'USERNAME_PASSWORD' }, { type: 'FEDERATED' }]]), [
      'USERNAME_PASSWORD',
      'FEDERATED',
    ]);
    assert.deepEqual(order([[{ type: 'USERNAME_PASSWORD' }]]), ['USERNAME_PASSWORD', 'FEDERATED']);
    assert.deepEqual(order([null, 'x', [7, { type: '<b>' }]]), ['FEDERATED', 'USERNAME_PASSWORD']);
    assert.deepEqual(look(at('categories.auth.federation.order', ['B', 7, 'A'])).providers, ['B', 'A']);
  });

  it('have icons and colors of their own', () => {
    const assets = [asset('IDP_BUTTON_ICON', 'LIGHT', 'SVG', 'My IdP')];
    assert.equal(look(undefined, assets).providerIcon('My IdP')?.light, path('idp_button_icon-light-My%20IdP.svg'));
    assert.equal(look(undefined, assets).providerIcon('Other'), undefined);
    assert.equal(
      look(at('componentClasses.idpButtons.icons.enabled', false), assets).providerIcon('My IdP'),
      undefined,
    );
    const custom = {
      'My IdP</style>': {
        lightMode: { defaults: { backgroundColor: '010203ff' }, hover: { textColor: 'red;}' } },
        darkMode: { defaults: { backgroundColor: '040506ff' } },
      },
    };
    const found = look(mergeSettings(dynamic, at('components.idpButton.custom', custom)));
    const { day, night } = variables(found);
    assert.equal(found.providerClass('My IdP</style>'), 'idp-0');
    assert.equal(found.providerClass('Other'), undefined);
    const variable = '--idp0-defaults-backgroundColor';
    assert.deepEqual([day[variable], night[variable]], ['#010203ff', '#040506ff']);
    assert.ok(found.css.endsWith(`.idp-0{background-color:var(${variable})}`));
  });
});

describe('the customization of the classic pages', () => {
  const customization = { poolId: 'us-east-1_abc', scope: 'ALL', modifiedAt: 0, imageType: undefined };

  it('follows our own rules, on light ground', () => {
    const css = '.label-customizable { color: red; }';
    const found = classicLook({ ...customization, css });
    assert.ok(found.css.endsWith(css));
    assert.equal(variables(found).day['color-scheme'], 'light');
    assert.equal(found.classic?.hasBanner, false);
  });

  it('ends no style element, even if it could have been stored', () => {
    const css = '.label-customizable { content: "</style><script>alert(1)</script><!--" }';
    assert.ok(!classicLook({ ...customization, css }).css.includes('<'));
  });

  it('shows the strip for a logo, or where rules speak of it', () => {
    const logo = classicLook({ ...customization, css: undefined, imageType: 'png' }).classic;
    assert.equal(logo?.logo, '/us-east-1_abc/ALL/19700101000000/assets/images/image.png');
    assert.equal(logo?.hasBanner, true);
    const css = '.banner-customizable { background-color: red }';
    assert.deepEqual(classicLook({ ...customization, css }).classic?.hasBanner, true);
  });
});

it('the defaults are what they were: nothing writes into them', () => {
  const before = JSON.stringify(defaultSettings);
  look(at('components.form.logo.enabled', true));
  assert.equal(JSON.stringify(defaultSettings), before);
});
