/** What stands around the content of every page: header, footer, logos, languages, the icon of its tab. */
import { attributes, type Html, html } from '../../lib/html.ts';
import { languages } from './language.ts';
import type { Bar } from './layout.ts';
import type { Look } from './look.ts';
import { type Picture, pictureTag } from './pictures.ts';
import type { Writing } from './visit.ts';

/** An icon of no bytes: browsers ask for one otherwise. */
const noIcon = html`<link rel="icon" href="data:,">`;

const iconLinks = ({ light, dark, type }: Picture): Html => {
  const link = (href: string, media?: string) => html`<link${attributes({ rel: 'icon', href, type, media })}>`;
  if (light === dark) return link(light);
  return html`${link(light)}${link(dark, '(prefers-color-scheme: dark)')}`;
};

export const icons = ({ favicons }: Look): Html => (favicons.length === 0 ? noIcon : html`${favicons.map(iconLinks)}`);

const barContent = ({ logo }: Bar): Html | false => logo !== undefined && pictureTag(logo, 'bar-logo');

export const header = ({ header: bar }: Look): Html | false =>
  bar !== undefined && html`<header class="bar top">${barContent(bar)}</header>`;

export const footer = ({ footer: bar }: Look): Html | false =>
  bar !== undefined && html`<footer class="bar bottom">${barContent(bar)}</footer>`;

/** The logo of the form, at one of its four places. */
export const logo = ({ logo: found }: Look, where: { outside: boolean; below: boolean }): Html | false =>
  found !== undefined &&
  found.outside === where.outside &&
  found.below === where.below &&
  html`<div class="logo${where.outside && ' outside'}">${pictureTag(found.picture, '')}</div>`;

/** The strip above the form of the classic pages. */
export const banner = ({ classic }: Look): Html | false =>
  classic?.hasBanner === true &&
  html`<div class="banner banner-customizable">${
    classic.logo !== undefined && html`<img class="logo-customizable" src="${classic.logo}" alt="">`
  }</div>`;

/** Known to those who cannot read what stands beside it. */
const globe = html`<svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 0c4 4 4 10 0 14C4 11 4 5 8 1zM1.5 5.7h13m-13 4.6h13"/></svg>`;

/** Links to the same page in every language. A page that carries nothing along could not be the same again. */
export const languageLinks = ({ say, look, language, path, query }: Writing): Html | false => {
  if (!look.languageSelector || query === '') return false;
  const links = Object.entries(languages).map(([code, { name }]) => {
    const asked = new URLSearchParams(query);
    asked.set('lang', code);
    const own = attributes({ lang: code, hreflang: code, 'aria-current': code === language ? 'true' : undefined });
    return html`<li><a href="${path}?${asked.toString()}"${own}>${name}</a></li>`;
  });
  return html`<nav class="languages" aria-label="${say('page.language')}"><details><summary>${globe}${languages[language].name}</summary><ul>${links}</ul></details></nav>`;
};
