/** The terms of use and the privacy policy of an app client, as its sign-up page names them. */
import { type Html, html } from '../../lib/html.ts';
import { findTermsOfClient } from '../../storage/terms.ts';
import type { TextId } from './texts/en.ts';
import type { ErrandVisit } from './visit.ts';

/** The languages of links to terms; each other language has the default link. */
const linkNames: Record<string, string> = {
  de: 'german',
  en: 'english',
  es: 'spanish',
  fr: 'french',
  id: 'bahasa-indonesia',
  it: 'italian',
  ja: 'japanese',
  ko: 'korean',
  'pt-BR': 'portuguese-brazil',
  'zh-CN': 'chinese-simplified',
  'zh-TW': 'chinese-traditional',
};

const linkOf = async (visit: ErrandVisit, name: string): Promise<string | undefined> => {
  const { language } = visit;
  const { db, pool, client } = visit.call;
  const links = (await findTermsOfClient(db, pool.id, client.id, name))?.config.Links;
  return links?.[`cognito:${linkNames[language]}`] ?? links?.['cognito:default'];
};

const sentences: Record<string, TextId> = {
  terms: 'signUp.terms',
  privacy: 'signUp.privacy',
  'terms,privacy': 'signUp.termsAndPrivacy',
};

const texts = { terms: 'terms.terms', privacy: 'terms.privacy' } as const;

export const termsLinks = async (visit: ErrandVisit): Promise<Html | false> => {
  const { say } = visit;
  const links = { terms: await linkOf(visit, 'terms-of-use'), privacy: await linkOf(visit, 'privacy-policy') };
  const there = (['terms', 'privacy'] as const).filter(name => links[name] !== undefined);
  const sentence = sentences[there.join()];
  if (sentence === undefined) return false;
  const values = there.map(name => [
    name,
    html`<a href="${links[name]}" target="_blank" rel="noopener">${say(texts[name])}</a>`,
  ]);
  return html`<p class="legalText-customizable">${say.html(sentence, Object.fromEntries(values))}</p>`;
};
