/** The document around every page: everything that it needs stands in it. */
import type { FastifyReply } from 'fastify';
import { attributes, type Html, html, raw, textOf } from '../../lib/html.ts';
import { banner, footer, header, icons, languageLinks, logo } from './furniture.ts';
import { directionOf } from './language.ts';
import { pictureTag } from './pictures.ts';
import { securityHeaders } from './security-headers.ts';
import type { Page, Writing } from './visit.ts';

const message = (kind: 'alert' | 'notice', text: string | undefined): Html | false =>
  text !== undefined &&
  html`<div class="${kind}${kind === 'alert' && ' errorMessage-customizable'}" id="${kind === 'alert' ? 'loginErrorMessage' : 'loginMessage'}" role="${
    kind === 'alert' ? 'alert' : 'status'
  }"><p>${text}</p></div>`;

export const writeDocument = (writing: Writing, page: Page): string => {
  const { say, language, look, nonce } = writing;
  const { title, lead, problem = {}, notice, content, script, graphic } = page;
  const picture = graphic && look.graphics[graphic];
  const isWrong = problem.error !== undefined || problem.fields !== undefined;
  const own = attributes({ nonce });
  return textOf(html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<title>${isWrong ? say('error.prefix', { title }) : title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${icons(look)}
<style${own}>${raw(look.css)}</style>
</head>
<body>
${header(look)}<main>${logo(look, { outside: true, below: false })}<div class="card background-customizable">
${banner(look)}${logo(look, { outside: false, below: false })}${message('alert', problem.error)}${message('notice', notice)}${
  picture && html`<div class="graphic">${pictureTag(picture, '')}</div>`
}<h1>${title}</h1>
${lead !== undefined && html`<p class="lead textDescription-customizable">${lead}</p>`}
${content}
${logo(look, { outside: false, below: true })}</div>${logo(look, { outside: true, below: true })}${languageLinks(writing)}</main>${footer(look)}
${script !== undefined && html`<script${own}>${script}</script>`}
</body>
</html>`);
};

/** @param leadsTo the redirect URI at the end of the page's forms */
export const sendPage = (reply: FastifyReply, writing: Writing, page: Page, leadsTo?: string): FastifyReply =>
  reply
    .code(page.status ?? 200)
    .headers(securityHeaders({ nonce: writing.nonce, leadsTo: page.leadsTo ?? leadsTo }))
    .type('text/html; charset=utf-8')
    .send(writeDocument(writing, page));
