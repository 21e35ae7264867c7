/** A browser without script for tests of pages: it keeps cookies, reads forms as they stand in the HTML, fills them in and sends them. */
import assert from 'node:assert/strict';

type Attributes = Record<string, string>;
export type FormField = { name: string; type: string; value: string; checked: boolean; attributes: Attributes };
export type PageForm = {
  action: string;
  fields: FormField[] /** What each button says. */;
  buttons: { text: string; name: string; value: string }[];
};

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);

/** As far as the pages write HTML: values in double quotes, or none. */
const attributesOf = (tag: string): Attributes =>
  Object.fromEntries(
    Array.from(tag.matchAll(/\s([\w:-]+)(?:="([^"]*)")?/g), ([, name, value = '']) => [name as string, decode(value)]),
  );

const seenText = (html: string): string =>
  decode(html.replace(/<(style|script|noscript)\b[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

const fieldOf = (rest: string): FormField => {
  const attributes = attributesOf(rest);
  const { name = '', value = '', type = 'text' } = attributes;
  return { name, type, value, checked: 'checked' in attributes, attributes };
};

const formsOf = (html: string): PageForm[] =>
  Array.from(html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g), ([, tag = '', inside = '']) => ({
    action: attributesOf(tag).action ?? '',
    fields: Array.from(inside.matchAll(/<input\b([^>]*)>/g), ([, rest = '']) => fieldOf(rest)),
    buttons: Array.from(inside.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/g), ([, rest = '', text = '']) => {
      const { name = '', value = '' } = attributesOf(rest);
      return { text: seenText(text), name, value };
    }),
  }));

/** What a form sends when nobody touches it. */
const untouched = ({ fields }: PageForm): Record<string, string> =>
  Object.fromEntries(
    fields
      .filter(({ name, type, checked }) => name !== '' && type !== 'submit' && (type !== 'checkbox' || checked))
      .map(({ name, value }) => [name, value]),
  );

export type FormBrowser = {
  cookies: Map<string, string>;
  /** Every Set-Cookie header so far. */
  setCookies: string[];
  /** Every address that was asked for or led to so far. */
  visited: string[];
  /** Sent with every request. */
  headers: Record<string, string>;
  open(url: string): Promise<Page>;
  post(url: string, body: URLSearchParams): Promise<Page>;
};

export type Page = {
  /** Where the walk has ended. */
  url: string;
  status: number;
  headers: Headers;
  html: string;
  title: string;
  heading: string;
  /** All that is to be read. */
  text: string;
  alert: string | undefined;
  notice: string | undefined;
  forms: PageForm[];
  browser: FormBrowser;
  field(name: string): FormField;
  /** The error beside a field, as `aria-describedby` ties it to it. */
  errorAt(name: string): string | undefined;
  link(text: string): string;
  follow(text: string): Promise<Page>;
  /** Sends the first form that has all these fields; hidden ones and ticked boxes go along. undefined leaves a field out. */
  submit(values?: Record<string, string | undefined>): Promise<Page>;
  /** Sends the form of a button by what it says. */
  press(button: string, values?: Record<string, string>): Promise<Page>;
};

const readPage = (browser: FormBrowser, { status, headers }: Response, url: string, html: string): Page => {
  const block = (pattern: RegExp): string | undefined => {
    const found = pattern.exec(html)?.[1];
    return found === undefined ? undefined : seenText(found);
  };
  const forms = formsOf(html);
  const text = block(/(<body[\s\S]*)/) ?? '';
  const field = (name: string): FormField => {
    const found = forms.flatMap(({ fields }) => fields).find(each => each.name === name);
    return found ?? assert.fail(`no field ${name} on: ${text}`);
  };
  const send = (form: PageForm, values: Record<string, string | undefined>) => {
    const sent = Object.entries({ ...untouched(form), ...values });
    const body = new URLSearchParams(sent.filter((entry): entry is [string, string] => entry[1] !== undefined));
    return browser.post(new URL(form.action, url).href, body);
  };
  const link: Page['link'] = words => {
    const links = Array.from(html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g));
    const found = links.find(([, , inside = '']) => seenText(inside) === words);
    return found
      ? new URL(attributesOf(found[1] ?? '').href ?? '', url).href
      : assert.fail(`no link "${words}" on: ${text}`);
  };
  return {
    url,
    status,
    headers,
    html,
    title: block(/<title>([^<]*)<\/title>/) ?? '',
    heading: block(/<h1>([\s\S]*?)<\/h1>/) ?? '',
    text,
    alert: block(/<div class="alert[^>]*>([\s\S]*?)<\/div>/),
    notice: block(/<div class="notice[^>]*>([\s\S]*?)<\/div>/),
    forms,
    browser,
    field,
    errorAt(name) {
      const id = field(name)
        .attributes['aria-describedby']?.split(' ')
        .find(each => each.endsWith('-error'));
      return id === undefined ? undefined : block(new RegExp(`id="${id}"[^>]*>([^<]*)<`));
    },
    link,
    follow: words => browser.open(link(words)),
    submit(values = {}) {
      const names = Object.keys(values);
      const form = forms.find(({ fields }) => names.every(name => fields.some(each => each.name === name)));
      return send(form ?? assert.fail(`no form with ${names.join(', ') || 'anything'} on: ${text}`), values);
    },
    press(label, values = {}) {
      const form = forms.find(({ buttons }) => buttons.some(each => each.text === label));
      const button = form?.buttons.find(each => each.text === label);
      if (form === undefined || button === undefined) return assert.fail(`no button "${label}" on: ${text}`);
      return send(form, { ...values, ...(button.name === '' ? {} : { [button.name]: button.value }) });
    },
  };
};

/** @param home addresses that begin so are followed; any other is where the walk ends */
export const createFormBrowser = (home: string): FormBrowser => {
  const keep = (line: string): void => {
    browser.setCookies.push(line);
    const [, name = '', value = '', rest = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
    if (value === '' || /max-age=0\b|expires=Thu, 01 Jan 1970/i.test(rest)) browser.cookies.delete(name);
    else browser.cookies.set(name, value);
  };
  const ask = async (url: string, init: RequestInit): Promise<Page> => {
    browser.visited.push(url);
    const cookie = Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...browser.headers, ...(cookie === '' ? {} : { cookie }) };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) keep(line);
    const location = response.headers.get('location');
    if (location === null) return readPage(browser, response, url, await response.text());
    await response.body?.cancel();
    const next = new URL(location, url).href;
    if (next.startsWith(home)) return ask(next, {});
    browser.visited.push(next);
    return readPage(browser, response, next, '');
  };
  const browser: FormBrowser = {
    cookies: new Map(),
    setCookies: [],
    visited: [],
    headers: {},
    open: url => ask(url, {}),
    post: (url, body) => ask(url, { method: 'POST', body }),
  };
  return browser;
};
