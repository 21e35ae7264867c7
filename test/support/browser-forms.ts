/** A browser without script for tests of pages: it keeps cookies, reads forms as they stand in the HTML, fills them in and sends them. */
import assert from 'node:assert/strict';

export type FormField = {
  name: string;
  type: string;
  value: string;
  id: string;
  checked: boolean;
  attributes: Attributes;
};
export type PageForm = { action: string; fields: FormField[] };
type Attributes = Record<string, string>;

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
const decode = (text: string): string => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => named[name]!);

/** As far as the pages write HTML: attributes in double quotes or without a value. */
const attributesOf = (tag: string): Attributes =>
  Object.fromEntries(
    Array.from(tag.matchAll(/\s([\w:-]+)(?:="([^"]*)")?/g), ([, name, value = '']) => [name as string, decode(value)]),
  );

const formsOf = (html: string): PageForm[] =>
  Array.from(html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g), ([, tag = '', inside = '']) => ({
    action: attributesOf(tag).action ?? '',
    fields: Array.from(inside.matchAll(/<(input|button)\b([^>]*)>/g), ([, element, rest = '']) => {
      const attributes = attributesOf(rest);
      const { name = '', value = '', id = '', type = element === 'button' ? 'submit' : 'text' } = attributes;
      return {
        name,
        type,
        value: type === 'checkbox' ? value || 'on' : value,
        id,
        checked: 'checked' in attributes,
        attributes,
      };
    }),
  }));

const textOf = (html: string): string =>
  decode(html.replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' '))
    .replace(/\s+/g, ' ')
    .trim();

export class Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly html: string;
  readonly #browser: FormBrowser;

  constructor(browser: FormBrowser, response: Response, url: string, html: string) {
    this.#browser = browser;
    this.url = url;
    this.status = response.status;
    this.headers = response.headers;
    this.html = html;
  }

  get title(): string {
    return decode(/<title>([^<]*)<\/title>/.exec(this.html)?.[1] ?? '');
  }
  get heading(): string {
    return textOf(/<h1>([\s\S]*?)<\/h1>/.exec(this.html)?.[1] ?? '');
  }
  get text(): string {
    return textOf(/<body[\s\S]*/.exec(this.html)?.[0] ?? '');
  }
  get alert(): string | undefined {
    const found = /<div class="alert[^>]*>([\s\S]*?)<\/div>/.exec(this.html)?.[1];
    return found === undefined ? undefined : textOf(found);
  }
  get notice(): string | undefined {
    const found = /<div class="notice[^>]*>([\s\S]*?)<\/div>/.exec(this.html)?.[1];
    return found === undefined ? undefined : textOf(found);
  }
  get forms(): PageForm[] {
    return formsOf(this.html);
  }
  /** The error beside a field, as its `aria-describedby` ties it. */
  errorAt(name: string): string | undefined {
    const field = this.forms.flatMap(({ fields }) => fields).find(each => each.name === name);
    const id = field?.attributes['aria-describedby']?.split(' ').find(each => each.endsWith('-error'));
    const found = id && new RegExp(`id="${id}"[^>]*>([^<]*)<`).exec(this.html)?.[1];
    return found === undefined || found === '' ? undefined : decode(found);
  }
  link(text: string): string {
    const found = Array.from(this.html.matchAll(/<a\b([^>]*)>([\s\S]*?)<\/a>/g)).find(
      ([, , inside = '']) => textOf(inside) === text,
    );
    assert.ok(found, `no link "${text}" on: ${this.text}`);
    return new URL(attributesOf(found[1] ?? '').href ?? '', this.url).href;
  }
  follow(text: string): Promise<Page> {
    return this.#browser.open(this.link(text));
  }

  /** The form that has all these fields, or the button that says so. */
  form(names: readonly string[]): PageForm {
    const found = this.forms.find(({ fields }) => names.every(name => fields.some(field => field.name === name)));
    assert.ok(found, `no form with ${names.join(', ') || 'fields'} on: ${this.text}`);
    return found;
  }

  /**
   * Fills in and sends a form: hidden fields and ticked boxes go along as they are.
   * @param values undefined leaves a field out
   */
  submit(values: Record<string, string | undefined> = {}, form = this.form(Object.keys(values))): Promise<Page> {
    const body = new URLSearchParams();
    for (const { name, type, value, checked } of form.fields) {
      const sent = Object.hasOwn(values, name)
        ? values[name]
        : type === 'submit' || (type === 'checkbox' && !checked)
          ? undefined
          : value;
      if (name !== '' && sent !== undefined) body.set(name, sent);
    }
    return this.#browser.post(new URL(form.action, this.url).href, body);
  }

  /** Sends the form of a button by what it says. */
  press(label: string, values: Record<string, string> = {}): Promise<Page> {
    for (const [all, , inside = ''] of this.html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g))
      for (const [, tag = '', text = ''] of inside.matchAll(/<button\b([^>]*)>([\s\S]*?)<\/button>/g))
        if (textOf(text) === label) {
          const { name, value = '' } = attributesOf(tag);
          const form = formsOf(all)[0] as PageForm;
          return this.submit({ ...values, ...(name === undefined ? {} : { [name]: value }) }, form);
        }
    return assert.fail(`no button "${label}" on: ${this.text}`);
  }
}

type Cookie = { value: string; attributes: string };

export class FormBrowser {
  readonly cookies = new Map<string, Cookie>();
  /** Every answer's Set-Cookie headers. */
  readonly setCookies: string[] = [];
  /** Sent with every request. */
  headers: Record<string, string> = {};
  /** Addresses that begin so are followed; any other is the end of the walk. */
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  open(url: string): Promise<Page> {
    return this.#fetch(url, {});
  }
  post(url: string, body: URLSearchParams): Promise<Page> {
    return this.#fetch(url, { method: 'POST', body, headers: { origin: new URL(url).origin } });
  }

  async #fetch(url: string, init: RequestInit): Promise<Page> {
    const cookie = [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ');
    const headers = {
      ...this.headers,
      ...(init.headers as Record<string, string>),
      ...(cookie === '' ? {} : { cookie }),
    };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    const location = response.headers.get('location');
    if (location === null) return new Page(this, response, url, await response.text());
    await response.body?.cancel();
    const next = new URL(location, url).href;
    return next.startsWith(this.#home) ? this.open(next) : new Page(this, response, next, '');
  }

  #keep(line: string): void {
    this.setCookies.push(line);
    const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
    if (value === '' || /max-age=0\b|expires=Thu, 01 Jan 1970/i.test(attributes)) this.cookies.delete(name);
    else this.cookies.set(name, { value, attributes });
  }
}
