/** The language of a page: as the address says, or the visitor's last choice, or their browser; and what is said in it. */
import { type Html, html } from '../../lib/html.ts';
import { en, type TextId, type Texts } from './texts/en.ts';

type Entry = { name: string; texts: () => Promise<Texts> };

/** Each language's own name, and its texts, loaded when somebody first asks for them. Codes as managed login knows them. */
export const languages = {
  id: { name: 'Bahasa Indonesia', texts: async () => (await import('./texts/id.ts')).id },
  de: { name: 'Deutsch', texts: async () => (await import('./texts/de.ts')).de },
  en: { name: 'English', texts: async () => en },
  es: { name: 'Español', texts: async () => (await import('./texts/es.ts')).es },
  fr: { name: 'Français', texts: async () => (await import('./texts/fr.ts')).fr },
  it: { name: 'Italiano', texts: async () => (await import('./texts/it.ts')).it },
  nl: { name: 'Nederlands', texts: async () => (await import('./texts/nl.ts')).nl },
  'pt-BR': { name: 'Português (Brasil)', texts: async () => (await import('./texts/pt-br.ts')).ptBr },
  ja: { name: '日本語', texts: async () => (await import('./texts/ja.ts')).ja },
  ko: { name: '한국어', texts: async () => (await import('./texts/ko.ts')).ko },
  'zh-CN': { name: '简体中文', texts: async () => (await import('./texts/zh-cn.ts')).zhCn },
  'zh-TW': { name: '繁體中文', texts: async () => (await import('./texts/zh-tw.ts')).zhTw },
} as const satisfies Record<string, Entry>;

export type Language = keyof typeof languages;

const codes = Object.keys(languages) as Language[];
const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);

export const directionOf = (language: string): 'ltr' | 'rtl' =>
  rightToLeft.has(language.split('-')[0] ?? '') ? 'rtl' : 'ltr';

/** `pt` and `pt-PT` find `pt-BR`, `en-US` finds `en`: better a neighbouring language than a foreign one. */
export const languageNamed = (tag: string | undefined): Language | undefined => {
  const wanted = tag?.trim().toLowerCase();
  if (!wanted) return undefined;
  const base = (text: string) => text.toLowerCase().split('-')[0];
  const script = /^zh-(?:hant|tw|hk|mo)\b/.test(wanted) ? 'zh-tw' : wanted;
  return codes.find(code => code.toLowerCase() === script) ?? codes.find(code => base(code) === base(wanted));
};

/** Of `Accept-Language`, the highest weight first. */
const accepted = (header: string): string[] =>
  header
    .slice(0, 1000)
    .split(',')
    .map(part => {
      const [tag = '', weight = ''] = part.split(';');
      return { tag: tag.trim(), q: Number(/q=([\d.]+)/.exec(weight)?.[1] ?? 1) };
    })
    .filter(({ q }) => q > 0)
    .sort((a, b) => b.q - a.q)
    .map(({ tag }) => tag);

/** @param asked the parameter `lang`; it goes before the cookie, and the cookie before what the browser prefers */
export const chooseLanguage = (
  asked: string | undefined,
  cookie: string | undefined,
  acceptLanguage: string | undefined,
): Language =>
  [asked, cookie, ...accepted(acceptLanguage ?? '')].map(languageNamed).find(found => found !== undefined) ?? 'en';

type Values = Record<string, string | number>;

export type Say = {
  /** The text with its `{values}`. */
  (id: TextId, values?: Values): string;
  /** The same with values that are HTML: links within a sentence. */
  html(id: TextId, values: Record<string, Html>): Html;
};

const placeholder = /\{(\w+)\}/;

export const speak = (texts: Texts): Say =>
  Object.assign(
    (id: TextId, values: Values = {}) =>
      texts[id].replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`),
    {
      html: (id: TextId, values: Record<string, Html>): Html =>
        html`${texts[id].split(placeholder).map((part, index) => (index % 2 === 1 ? (values[part] ?? '') : part))}`,
    },
  );
