/** The managed login style that an app client has where its own style says nothing: Cognito's defaults, in the branding editor's form. */
import type { Settings } from '../../storage/brandings.ts';

// Colors are RRGGBBAA.
const modes = (darkMode: object, lightMode: object) => ({ darkMode, lightMode });
const border = (borderColor: string) => ({ borderColor });
const text = (textColor: string) => ({ textColor });
const filled = (backgroundColor: string, textColor: string) => ({ backgroundColor, textColor });
const framed = (backgroundColor: string, borderColor: string) => ({ backgroundColor, borderColor });
const button = (backgroundColor: string, borderColor: string, textColor = borderColor) => ({
  backgroundColor,
  borderColor,
  textColor,
});
const status = (backgroundColor: string, borderColor: string) => ({
  backgroundColor,
  borderColor,
  indicatorColor: borderColor,
});
const enabled = (value: boolean) => ({ enabled: value });

/** Page header and footer look alike. */
const bar = modes(
  { background: { color: '0f141aff' }, borderColor: '424650ff' },
  { background: { color: 'fafafaff' }, borderColor: 'd5dbdbff' },
);

const categories = {
  auth: {
    authMethodOrder: [
      [
        { display: 'BUTTON', type: 'FEDERATED' },
        { display: 'INPUT', type: 'USERNAME_PASSWORD' },
      ],
    ],
    federation: { interfaceStyle: 'BUTTON_LIST', order: [] },
  },
  form: {
    displayGraphics: true,
    instructions: enabled(false),
    languageSelector: enabled(false),
    location: { horizontal: 'CENTER', vertical: 'CENTER' },
    sessionTimerDisplay: 'NONE',
  },
  global: {
    colorSchemeMode: 'LIGHT',
    pageFooter: enabled(false),
    pageHeader: enabled(false),
    spacingDensity: 'REGULAR',
  },
  signUp: { acceptanceElements: [{ enforcement: 'NONE', textKey: 'en' }] },
};

const componentClasses = {
  buttons: { borderRadius: 8 },
  divider: modes(border('232b37ff'), border('ebebf0ff')),
  dropDown: {
    borderRadius: 8,
    ...modes(
      {
        defaults: { itemBackgroundColor: '192534ff' },
        hover: { itemBackgroundColor: '081120ff', itemBorderColor: '5f6b7aff', itemTextColor: 'e9ebedff' },
        match: { itemBackgroundColor: 'd1d5dbff', itemTextColor: '89bdeeff' },
      },
      {
        defaults: { itemBackgroundColor: 'ffffffff' },
        hover: { itemBackgroundColor: 'f4f4f4ff', itemBorderColor: '7d8998ff', itemTextColor: '000716ff' },
        match: { itemBackgroundColor: '414d5cff', itemTextColor: '0972d3ff' },
      },
    ),
  },
  focusState: modes(border('539fe5ff'), border('0972d3ff')),
  idpButtons: { icons: enabled(true) },
  input: {
    borderRadius: 8,
    ...modes(
      { defaults: framed('0f1b2aff', '5f6b7aff'), placeholderColor: '8d99a8ff' },
      { defaults: framed('ffffffff', '7d8998ff'), placeholderColor: '5f6b7aff' },
    ),
  },
  inputDescription: modes(text('8d99a8ff'), text('5f6b7aff')),
  inputLabel: modes(text('d1d5dbff'), text('000716ff')),
  link: modes(
    { defaults: text('539fe5ff'), hover: text('89bdeeff') },
    { defaults: text('0972d3ff'), hover: text('033160ff') },
  ),
  optionControls: modes(
    {
      defaults: framed('0f1b2aff', '7d8998ff'),
      selected: { backgroundColor: '539fe5ff', foregroundColor: '000716ff' },
    },
    {
      defaults: framed('ffffffff', '7d8998ff'),
      selected: { backgroundColor: '0972d3ff', foregroundColor: 'ffffffff' },
    },
  ),
  statusIndicator: modes(
    {
      error: status('1a0000ff', 'eb6f6fff'),
      pending: { indicatorColor: 'aaaaaaaa' },
      success: status('001a02ff', '29ad32ff'),
      warning: status('1d1906ff', 'e0ca57ff'),
    },
    {
      error: status('fff7f7ff', 'd91515ff'),
      pending: { indicatorColor: 'aaaaaaaa' },
      success: status('f2fcf3ff', '037f0cff'),
      warning: status('fffce9ff', '8d6605ff'),
    },
  ),
};

const components = {
  alert: {
    borderRadius: 12,
    ...modes({ error: framed('1a0000ff', 'eb6f6fff') }, { error: framed('fff7f7ff', 'd91515ff') }),
  },
  favicon: { enabledTypes: ['ICO', 'SVG'] },
  form: {
    backgroundImage: enabled(false),
    borderRadius: 8,
    ...modes(framed('0f1b2aff', '424650ff'), framed('ffffffff', 'c6c6cdff')),
    logo: { enabled: false, formInclusion: 'IN', location: 'CENTER', position: 'TOP' },
  },
  idpButton: {
    custom: {},
    standard: modes(
      {
        active: button('354150ff', '89bdeeff'),
        defaults: button('0f1b2aff', 'c6c6cdff'),
        hover: button('192534ff', '89bdeeff'),
      },
      {
        active: button('d3e7f9ff', '033160ff'),
        defaults: button('ffffffff', '424650ff'),
        hover: button('f2f8fdff', '033160ff'),
      },
    ),
  },
  pageBackground: { image: enabled(true), ...modes({ color: '0f1b2aff' }, { color: 'ffffffff' }) },
  pageFooter: { backgroundImage: enabled(false), ...bar, logo: { enabled: false, location: 'START' } },
  pageHeader: { backgroundImage: enabled(false), ...bar, logo: { enabled: false, location: 'START' } },
  pageText: modes(
    { bodyColor: 'b6bec9ff', descriptionColor: 'b6bec9ff', headingColor: 'd1d5dbff' },
    { bodyColor: '414d5cff', descriptionColor: '414d5cff', headingColor: '000716ff' },
  ),
  phoneNumberSelector: { displayType: 'TEXT' },
  primaryButton: modes(
    {
      active: filled('539fe5ff', '000716ff'),
      defaults: filled('539fe5ff', '000716ff'),
      disabled: framed('ffffffff', 'ffffffff'),
      hover: filled('89bdeeff', '000716ff'),
    },
    {
      active: filled('033160ff', 'ffffffff'),
      defaults: filled('0972d3ff', 'ffffffff'),
      disabled: framed('ffffffff', 'ffffffff'),
      hover: filled('033160ff', 'ffffffff'),
    },
  ),
  secondaryButton: modes(
    {
      active: button('354150ff', '89bdeeff'),
      defaults: button('0f1b2aff', '539fe5ff'),
      hover: button('192534ff', '89bdeeff'),
    },
    {
      active: button('d3e7f9ff', '033160ff'),
      defaults: button('ffffffff', '0972d3ff'),
      hover: button('f2f8fdff', '033160ff'),
    },
  ),
};

export const defaultSettings: Settings = { categories, componentClasses, components };
