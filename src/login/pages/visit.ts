/** One request for a page: whose pages they are, what was asked for, and what every page needs to be written. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Html } from '../../lib/html.ts';
import { randomBase64Url } from '../../lib/random.ts';
import type { LoginCall, LoginClientCall } from '../host.ts';
import { csrfToken } from './csrf.ts';
import type { Errand } from './errand.ts';
import { chooseLanguage, type Language, languageNamed, languages, type Say, speak } from './language.ts';
import type { Graphic } from './layout.ts';
import { type Look, lookOf } from './look.ts';
import type { Problem } from './refusals.ts';

/** The fields of a form that was sent; none for a page that is only looked at. */
export type Form = Readonly<Record<string, string>>;

/** What a page is written with. */
export type Writing = {
  /** The path of the page. */
  path: string;
  language: Language;
  say: Say;
  look: Look;
  /** For the hidden field `_csrf` of every form. */
  csrf: string;
  /** Of the page's own style sheet and script. */
  nonce: string;
  /** Carried along by every link and form: the authorization request, or what stands in its place. */
  query: string;
};

export type Visit = Writing & {
  call: LoginCall;
  request: FastifyRequest;
  reply: FastifyReply;
  form: Form;
};

/** A visit of somebody who came for something, which the pages lead to the end of. */
export type ErrandVisit = Visit & { call: LoginClientCall; errand: Errand };

/** A page's answer: shown, or somewhere else. */
export type Page = {
  title: string;
  /** What the page is for, in a sentence. */
  lead?: string | Html | undefined;
  /** What has gone wrong: announced at once where it is not said beside a field. */
  problem?: Problem | undefined;
  /** What has gone well. */
  notice?: string | undefined;
  content: Html;
  /** The picture that stands for what is asked, where the branding has one. */
  graphic?: Graphic | undefined;
  /** The page's own script; it must be able to do without. */
  script?: Html | undefined;
  status?: number;
  /** The application's address that the page's forms lead to, where it is another than the visit's: see `security-headers.ts`. */
  leadsTo?: string | undefined;
};
export type Answer = Page | { location: string };

/** The path with what the visit carries along. */
export const linkTo = ({ query }: Pick<Writing, 'query'>, path: string): string =>
  query === '' ? path : `${path}?${query}`;

const formOf = ({ body }: FastifyRequest): Form =>
  // What was sent twice counts as not sent.
  Object.fromEntries(
    Object.entries((body ?? {}) as Record<string, unknown>).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

const parameter = ({ query }: FastifyRequest, name: string): string | undefined => {
  const value = (query as Record<string, unknown>)[name];
  return typeof value === 'string' ? value : undefined;
};

/** What there is of a call before its pool is known. */
export type Opening = Pick<LoginCall, 'sealer' | 'base'>;

/** A year, in seconds. */
const languageKept = 365 * 24 * 60 * 60;

/** A language that the address asks for is kept for the next page. */
const languageOf = ({ base }: Opening, request: FastifyRequest, reply: FastifyReply): Language => {
  const asked = languageNamed(parameter(request, 'lang'));
  if (asked !== undefined)
    reply.setCookie('lang', asked, {
      path: '/',
      httpOnly: true,
      sameSite: 'lax',
      secure: base.startsWith('https:'),
      maxAge: languageKept,
    });
  return chooseLanguage(asked, request.cookies.lang, request.headers['accept-language']);
};

/** @param query what the page's links and forms carry along */
export const openWriting = async (
  call: Opening,
  request: FastifyRequest,
  reply: FastifyReply,
  { query, look }: Pick<Writing, 'query' | 'look'>,
): Promise<Writing> => {
  const language = languageOf(call, request, reply);
  return {
    path: request.routeOptions.url ?? '/',
    language,
    say: speak(await languages[language].texts()),
    look,
    csrf: csrfToken(call, request, reply),
    nonce: randomBase64Url(18),
    query,
  };
};

export const openVisit = async <C extends LoginCall>(
  found: C,
  request: FastifyRequest,
  reply: FastifyReply,
  { query, clientId }: { query: string; clientId: string | undefined },
): Promise<Visit & { call: C }> => {
  const look = await lookOf(found, clientId);
  const writing = await openWriting(found, request, reply, { query, look });
  return { ...writing, call: { ...found, onPages: true }, request, reply, form: formOf(request) };
};
