/** The document around every page: everything that it needs stands in it. */
import type { FastifyReply } from 'fastify';
import { attributes, type Html, html, raw, textOf } from '../../lib/html.ts';
import { directionOf } from './language.ts';
import { securityHeaders } from './security-headers.ts';
import { styleSheet } from './style.ts';
import { themeCss } from './theme.ts';
import type { Page, Writing } from './visit.ts';

/** An icon of no bytes: browsers ask for one otherwise. */
const icon = html`<link rel="icon" href="data:,">`;

const message = (kind: 'alert' | 'notice', text: string | undefined): Html | false =>
  text !== undefined &&
  html`<div class="${kind}${kind === 'alert' && ' errorMessage-customizable'}" id="${kind === 'alert' ? 'loginErrorMessage' : 'loginMessage'}" role="${
    kind === 'alert' ? 'alert' : 'status'
  }"><p>${text}</p></div>`;

export const writeDocument = ({ say, language, look, nonce }: Writing, page: Page): string => {
  const { title, lead, problem = {}, notice, content, script } = page;
  const isWrong = problem.error !== undefined || problem.fields !== undefined;
  const own = attributes({ nonce });
  return textOf(html`<!doctype html>
<html lang="${language}" dir="${directionOf(language)}">
<head>
<meta charset="utf-8">
<title>${isWrong ? say('error.prefix', { title }) : title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
${icon}
<style${own}>${raw(themeCss(look, styleSheet) + styleSheet)}</style>
</head>
<body>
<main><div class="card background-customizable">
${message('alert', problem.error)}${message('notice', notice)}<h1>${title}</h1>
${lead !== undefined && html`<p class="lead textDescription-customizable">${lead}</p>`}
${content}
</div></main>
${script !== undefined && html`<script${own}>${script}</script>`}
</body>
</html>`);
};

/** @param leadsTo the redirect URI at the end of the page's forms */
export const sendPage = (reply: FastifyReply, writing: Writing, page: Page, leadsTo?: string): FastifyReply =>
  reply
    .code(page.status ?? 200)
    .headers(securityHeaders({ nonce: writing.nonce, leadsTo }))
    .type('text/html; charset=utf-8')
    .send(writeDocument(writing, page));
