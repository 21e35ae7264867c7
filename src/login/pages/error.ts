/** `/error`: what went wrong with a request whose application cannot be told; and the page of whatever goes wrong on a page. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AwsError } from '../../contract/errors.ts';
import { type Html, html } from '../../lib/html.ts';
import { callOf, findLoginCall } from '../host.ts';
import type { OAuthDeps } from '../oauth/answer.ts';
import { sendPage } from './document.ts';
import { lookOf, plainLook } from './look.ts';
import { refusalText } from './refusals.ts';
import { openWriting, type Page, type Writing } from './visit.ts';

type Failure = { title: string; error: string; status: number; details?: readonly string[]; content?: Html };

const failurePage = ({ title, error, status, details = [], content = html`` }: Failure): Page => ({
  title,
  problem: { error },
  status,
  content: html`${details.map(text => html`<p><code>${text}</code></p>`)}${content}`,
});

/** Writes a page of which only the host is known for certain. */
export const openPlain = async (
  deps: OAuthDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  clientId?: string,
): Promise<Writing> => {
  const found = await findLoginCall(deps, request, 'Page', clientId);
  const look = found === undefined ? plainLook : await lookOf(found, clientId);
  return openWriting(callOf(deps, request, 'Page').call, request, reply, { query: '', look });
};

const parameter = (request: FastifyRequest, name: string): string | undefined => {
  const value = (request.query as Record<string, unknown>)[name];
  // Whoever makes such an address can make it say anything: not much of it is repeated.
  return typeof value === 'string' && value !== '' ? value.slice(0, 200) : undefined;
};

export const sendErrorPage = async (
  deps: OAuthDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const writing = await openPlain(deps, request, reply, parameter(request, 'client_id'));
  const { say } = writing;
  const details = ['error', 'error_description'].flatMap(name => parameter(request, name) ?? []);
  const page = failurePage({ title: say('error.title'), error: say('error.page'), status: 400, details });
  return sendPage(reply, writing, page);
};

/** A form that was not sent by one of our pages in this browser. */
export const foreignFormPage = ({ say, path, query }: Writing): Page => {
  const content = html`<p><a href="${query === '' ? path : `${path}?${query}`}">${say('error.back')}</a></p>`;
  return failurePage({ title: say('error.csrfTitle'), error: say('error.csrf'), status: 403, content });
};

/** A refusal that is nothing to be mended on the page: too many requests at once. */
export const refusalPage = ({ say }: Writing, refusal: AwsError): Page =>
  failurePage({
    title: say('error.title'),
    error: refusalText(say, refusal),
    status: refusal.name === 'TooManyRequestsException' ? 429 : 400,
  });

/** A defect of ours. */
export const defectPage = ({ say }: Writing): Page =>
  failurePage({ title: say('error.title'), error: say('refused.internal'), status: 500 });
