/** Two brandings that use what there is to set: a managed login style with all its images, and a style sheet for the classic pages. */
import { Buffer } from 'node:buffer';
import type {
  AssetCategoryType,
  AssetType,
  ColorSchemeModeType,
  CreateManagedLoginBrandingCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';

export const svgImage = (inside: string, width = 232, height = 80): Uint8Array =>
  new Uint8Array(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${inside}</svg>`,
    ),
  );

const asset = (
  Category: AssetCategoryType,
  ColorMode: ColorSchemeModeType,
  inside: string,
  size: readonly [number, number] = [232, 80],
): AssetType => ({ Category, ColorMode, Extension: 'SVG', Bytes: svgImage(inside, ...size) });

const logo = (ink: string) =>
  `<circle cx="40" cy="40" r="28" fill="#0d9488"/><path d="M28 44 L37 53 L54 30" fill="none" stroke="#ffffff" stroke-width="6"/><text x="84" y="52" font-family="sans-serif" font-size="36" font-weight="700" fill="${ink}">Harbour</text>`;
const waves = (sky: string, sea: string) =>
  `<rect width="1200" height="800" fill="${sky}"/><path d="M0 560 C300 460 500 660 800 560 S1100 500 1200 560 V800 H0z" fill="${sea}"/>`;
const letter =
  '<rect x="20" y="20" width="120" height="80" rx="8" fill="#99f6e4"/><path d="M20 28 L80 72 L140 28" fill="none" stroke="#0f766e" stroke-width="6"/>';

/** Dynamic, with header and footer, the form at the end of the line, a logo outside of the form and little space. */
export const harbour = {
  Settings: {
    categories: {
      auth: {
        authMethodOrder: [
          [
            { display: 'INPUT', type: 'USERNAME_PASSWORD' },
            { display: 'BUTTON', type: 'FEDERATED' },
          ],
        ],
        federation: { interfaceStyle: 'BUTTON_LIST', order: ['Corp'] },
      },
      form: {
        languageSelector: { enabled: true },
        location: { horizontal: 'END', vertical: 'CENTER' },
      },
      global: {
        colorSchemeMode: 'DYNAMIC',
        pageFooter: { enabled: true },
        pageHeader: { enabled: true },
        spacingDensity: 'COMPACT',
      },
    },
    componentClasses: {
      buttons: { borderRadius: 24 },
      focusState: { lightMode: { borderColor: '0f766eff' }, darkMode: { borderColor: '5eead4ff' } },
      input: { borderRadius: 2 },
      link: {
        lightMode: { defaults: { textColor: '0f766eff' }, hover: { textColor: '134e4aff' } },
        darkMode: { defaults: { textColor: '5eead4ff' }, hover: { textColor: '99f6e4ff' } },
      },
    },
    components: {
      favicon: { enabledTypes: ['SVG'] },
      form: {
        borderRadius: 16,
        logo: { enabled: true, formInclusion: 'OUT', location: 'CENTER', position: 'TOP' },
        lightMode: { backgroundColor: 'ffffffff', borderColor: '99f6e4ff' },
        darkMode: { backgroundColor: '022c2bff', borderColor: '134e4aff' },
      },
      idpButton: {
        custom: {
          Corp: {
            lightMode: { defaults: { backgroundColor: '312e81ff', borderColor: '312e81ff', textColor: 'ffffffff' } },
            darkMode: { defaults: { backgroundColor: 'c7d2feff', borderColor: 'c7d2feff', textColor: '1e1b4bff' } },
          },
        },
      },
      pageBackground: { lightMode: { color: 'ecfeffff' }, darkMode: { color: '011b1aff' } },
      pageHeader: {
        logo: { enabled: true, location: 'START' },
        lightMode: { background: { color: 'ffffffff' }, borderColor: '99f6e4ff' },
        darkMode: { background: { color: '042f2eff' }, borderColor: '134e4aff' },
      },
      pageFooter: {
        logo: { enabled: true, location: 'CENTER' },
        lightMode: { background: { color: 'ffffffff' }, borderColor: '99f6e4ff' },
        darkMode: { background: { color: '042f2eff' }, borderColor: '134e4aff' },
      },
      primaryButton: {
        lightMode: {
          defaults: { backgroundColor: '0f766eff', textColor: 'ffffffff' },
          hover: { backgroundColor: '115e59ff', textColor: 'ffffffff' },
        },
        darkMode: {
          defaults: { backgroundColor: '5eead4ff', textColor: '042f2eff' },
          hover: { backgroundColor: '99f6e4ff', textColor: '042f2eff' },
        },
      },
    },
  },
  Assets: [
    asset('FORM_LOGO', 'LIGHT', logo('#134e4a')),
    asset('FORM_LOGO', 'DARK', logo('#ccfbf1')),
    asset('PAGE_HEADER_LOGO', 'LIGHT', logo('#134e4a')),
    asset('PAGE_HEADER_LOGO', 'DARK', logo('#ccfbf1')),
    asset('PAGE_FOOTER_LOGO', 'DYNAMIC', logo('#0d9488')),
    asset('PAGE_BACKGROUND', 'LIGHT', waves('#ecfeff', '#a5f3fc'), [1200, 800]),
    asset('PAGE_BACKGROUND', 'DARK', waves('#011b1a', '#042f2e'), [1200, 800]),
    asset('FAVICON_SVG', 'DYNAMIC', '<circle cx="16" cy="16" r="16" fill="#0d9488"/>', [32, 32]),
    asset('EMAIL_GRAPHIC', 'DYNAMIC', letter, [160, 120]),
    {
      ...asset('IDP_BUTTON_ICON', 'DYNAMIC', '<rect width="32" height="32" rx="8" fill="#f59e0b"/>', [32, 32]),
      ResourceId: 'Corp',
    },
  ],
} satisfies Partial<CreateManagedLoginBrandingCommandInput>;

/** As the template that the console of AWS offers, with other colors. */
export const classicCss = `
.logo-customizable { max-width: 60%; max-height: 30%; }
.banner-customizable { padding: 25px 0px 25px 0px; background-color: #7f1d1d; }
.label-customizable { font-weight: 400; color: #44403c; }
.textDescription-customizable { padding-top: 10px; padding-bottom: 10px; display: block; font-size: 16px; }
.idpDescription-customizable { padding-top: 10px; padding-bottom: 10px; display: block; font-size: 16px; }
.legalText-customizable { color: #57534e; font-size: 11px; }
.submitButton-customizable { font-size: 14px; font-weight: bold; margin: 20px 0px 10px 0px; height: 40px; width: 100%; color: #fff; background-color: #991b1b; }
.submitButton-customizable:hover { color: #fff; background-color: #7f1d1d; }
.errorMessage-customizable { padding: 5px; font-size: 14px; width: 100%; background: #fef2f2; border: 2px solid #b91c1c; color: #991b1b; }
.inputField-customizable { width: 100%; height: 38px; color: #44403c; background-color: #fffbeb; border: 1px solid #a8a29e; }
.inputField-customizable:focus { border-color: #991b1b; outline: 0; }
.idpButton-customizable { height: 40px; width: 100%; text-align: center; margin-bottom: 15px; color: #fff; background-color: #44403c; border-color: #44403c; }
.idpButton-customizable:hover { color: #fff; background-color: #292524; }
.socialButton-customizable { border-radius: 2px; height: 40px; margin-bottom: 15px; padding: 1px; text-align: left; width: 100%; }
.redirect-customizable { text-align: center; }
.passwordCheck-notValid-customizable { color: #b91c1c; }
.passwordCheck-valid-customizable { color: #15803d; }
.background-customizable { background-color: #fafaf9; }
`;

/** 240 by 60 pixels in one color. */
export const pngLogo = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAPAAAAA8CAIAAADXHaAKAAAAjElEQVR42u3SAQkAAAzDsLm7fwc3criPEYiC0twO1IgEGBoMDYYGQ2NoMDQYGgwNhsbQYGgwNBgaDI2hwdBgaDA0GBpDg6HB0GBoMDSGBkODocHQYGgMDYYGQ4OhwdAYGgwNhgZDY2gwNBgaDA2GxtBgaDA0GBoMjaHB0GBoMDQYGkODocHQYGgwNP0el4hwCUO4SLkAAAAASUVORK5CYII=',
    'base64',
  ),
);
