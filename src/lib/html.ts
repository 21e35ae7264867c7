/** HTML from templates: what is put into a template is escaped, and refused where no escaping would help. */

const trusted: unique symbol = Symbol('html');

/** Text that is HTML. It comes from a template or from `raw`; no value that was parsed from a request can look like it. */
export type Html = { readonly [trusted]: string; readonly kind: 'markup' | 'attributes' | 'raw' };

/** What a template takes; false, null and undefined stand for nothing. */
export type Value = string | number | Html | readonly Value[] | false | null | undefined;

const make = (kind: Html['kind'], text: string): Html => ({ [trusted]: text, kind });

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, character => escapes[character]!);

/** Trusts a text of our own as it is: style sheets and scripts. Never for anything that comes from outside. */
export const raw = (text: string): Html => make('raw', text);

/** A value as JSON for a `script` element: no `<` in it can end the element. */
export const json = (value: unknown): Html => raw(JSON.stringify(value).replaceAll('<', '\\u003c'));

export const textOf = (markup: Html): string => markup[trusted];

/** Where in the HTML a template's value stands. */
type Place = 'text' | 'tag name' | 'tag' | 'value' | 'script' | 'comment';
type State = {
  place: Place;
  /** The element whose tag is open, or whose raw text this is; lower case. */
  element: string;
  attribute: string;
  quote: string;
  /** Something of the attribute's value has been written. */
  begun: boolean;
};

const start: State = { place: 'text', element: '', attribute: '', quote: '', begun: false };
const rawElements = new Set(['script', 'style']);

const steps: Record<Place, (state: State, rest: string) => { taken: number; next: State }> = {
  text: (state, rest) => {
    const found = /<!--|<(\/?)([a-z][\w-]*)|<!doctype\b/i.exec(rest);
    if (found === null)
      return { taken: rest.length, next: /<\/?$/.test(rest) ? { ...state, place: 'tag name' } : state };
    const place = found[0] === '<!--' ? 'comment' : 'tag';
    const element = `${found[1] ?? ''}${found[2] ?? ''}`.toLowerCase();
    return { taken: found.index + found[0].length, next: { ...start, place, element } };
  },
  'tag name': state => {
    throw new SyntaxError(`a template must not compute the name of an element: ${state.element}`);
  },
  tag: (state, rest) => {
    const found = /^[^>=]*?([\w:-]+)\s*=\s*(["']?)|^[^>=]*>/.exec(rest);
    if (found === null) return { taken: rest.length, next: { ...state, attribute: '' } };
    const [all, attribute, quote = ''] = found;
    if (attribute !== undefined) {
      if (quote === '') throw new SyntaxError(`the value of ${attribute} must stand in quotation marks`);
      return { taken: all.length, next: { ...state, place: 'value', attribute, quote, begun: false } };
    }
    const isRaw = rawElements.has(state.element);
    return { taken: all.length, next: isRaw ? { ...state, place: 'script' } : start };
  },
  value: (state, rest) => {
    const end = rest.indexOf(state.quote);
    if (end < 0) return { taken: rest.length, next: { ...state, begun: true } };
    return { taken: end + 1, next: { ...state, place: 'tag', attribute: '', quote: '' } };
  },
  script: (state, rest) => {
    const end = rest.search(new RegExp(`</${state.element}\\s*>`, 'i'));
    if (end < 0) return { taken: rest.length, next: state };
    return { taken: rest.indexOf('>', end) + 1, next: start };
  },
  comment: (state, rest) => {
    const end = rest.indexOf('-->');
    return end < 0 ? { taken: rest.length, next: state } : { taken: end + 3, next: start };
  },
};

const after = (state: State, text: string): State => {
  let [now, position] = [state, 0];
  while (position < text.length) {
    const { taken, next } = steps[now.place](now, text.slice(position));
    [now, position] = [next, position + taken];
  }
  return now;
};

const addresses = new Set(['href', 'src', 'action', 'formaction']);

/** A relative address or one of the web: nothing that would run as script. Browsers skip white space in schemes. */
const safeAddress = (text: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what browsers skip
  const scheme = /^[a-z][a-z0-9+.-]*:/i.exec(text.replace(/[\u0000-\u0020]/g, ''))?.[0].toLowerCase();
  return scheme === undefined || ['http:', 'https:', 'mailto:'].includes(scheme) ? text : 'about:blank';
};

const isHtml = (value: Value): value is Html => typeof value === 'object' && value !== null && trusted in value;

const refuse = (what: string, { place, element, attribute }: State) =>
  new TypeError(`${what} cannot stand in ${place === 'value' ? attribute : place} of ${element || 'the document'}`);

/** How a value is written at each place. */
const writers: Record<Place, (text: string | Html, state: State) => string> = {
  text: (text, state) => {
    if (typeof text === 'string') return escaped(text);
    if (text.kind === 'attributes') throw refuse('attributes', state);
    return text[trusted];
  },
  'tag name': (_, state) => {
    throw refuse('a value', state);
  },
  tag: (text, state) => {
    if (typeof text === 'string' || text.kind !== 'attributes') throw refuse('anything but attributes', state);
    return text[trusted];
  },
  value: (text, state) => {
    if (typeof text !== 'string') throw refuse('markup', state);
    const { attribute, begun } = state;
    if (/^(?:on|style$|srcdoc$)/i.test(attribute)) throw refuse('a value', state);
    return escaped(addresses.has(attribute.toLowerCase()) && !begun ? safeAddress(text) : text);
  },
  script: (text, state) => {
    if (typeof text === 'string' || text.kind !== 'raw') throw refuse('anything but raw text', state);
    return text[trusted];
  },
  comment: (_, state) => {
    throw refuse('a value', state);
  },
};

const isNothing = (value: Value): value is false | null | undefined =>
  value === false || value === null || value === undefined;

const write = (value: Value, state: State): string => {
  if (isNothing(value)) return '';
  if (Array.isArray(value)) return value.map(each => write(each, state)).join('');
  return writers[state.place](isHtml(value) ? value : String(value), state);
};

/** The state before each value. Templates are few and used again and again: each is read once. */
const known = new WeakMap<readonly string[], readonly State[]>();
const statesOf = (strings: readonly string[]): readonly State[] => {
  const found = known.get(strings);
  if (found !== undefined) return found;
  const states: State[] = [];
  let state = start;
  for (const text of strings) {
    state = after(state, text);
    states.push(state);
    if (state.place === 'value') state = { ...state, begun: true };
  }
  if (states.at(-1)?.place !== 'text') throw new SyntaxError(`a template ends within ${states.at(-1)?.place}`);
  known.set(strings, states);
  return states;
};

/**
 * `html\`<p title="${title}">${text}</p>\``: strings and numbers are escaped, Html is written as it is, arrays one by one.
 * @throws TypeError for a value that cannot be made safe where it stands, SyntaxError for a template that leaves a tag open
 */
export const html = (strings: TemplateStringsArray, ...values: Value[]): Html => {
  const states = statesOf(strings);
  const text = strings.map((each, index) =>
    index < values.length ? each + write(values[index], states[index]!) : each,
  );
  return make('markup', text.join(''));
};

/** Attributes for the inside of a tag: true is one without a value, false and undefined are none. */
export const attributes = (given: Record<string, string | number | boolean | undefined>): Html => {
  const written = Object.entries(given).flatMap(([name, value]) => {
    if (!/^[a-z][\w:-]*$/i.test(name)) throw new TypeError(`${name} is no name of an attribute`);
    if (value === undefined || value === false) return [];
    const state: State = { ...start, place: 'value', attribute: name };
    return value === true ? [` ${name}`] : [` ${name}="${writers.value(String(value), state)}"`];
  });
  return make('attributes', written.join(''));
};
