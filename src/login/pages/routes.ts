/** The table of the pages: each address and the file behind it, which is loaded when somebody first comes there. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { findLoginCall, type LoginCall } from '../host.ts';
import { noteError, type OAuthDeps } from '../oauth/answer.ts';
import { redirectBrowser } from '../oauth/authorize.ts';
import { errorLocation, missingString, OAuthError, unknownClient } from '../oauth/errors.ts';
import type { Errand } from './errand.ts';
import type { Answer, ErrandVisit } from './visit.ts';

type Handler<Visit> = (visit: Visit) => Answer | Promise<Answer>;

/** `show` answers GET, `submit` POST. */
export type PageFile<Visit> = { show: Handler<Visit>; submit: Handler<Visit> };

/** Pages that lead to the end of what somebody came for: see `errand.ts`. */
const errandPages: Record<string, () => Promise<PageFile<ErrandVisit>>> = {
  '/login': () => import('./login.ts'),
  '/signup': () => import('./sign-up.ts'),
  '/confirm': () => import('./confirm.ts'),
  '/resendcode': () => import('./resend-code.ts'),
  '/forgotPassword': () => import('./forgot-password.ts'),
  '/confirmforgotPassword': () => import('./confirm-forgot-password.ts'),
};

const clientIdOf = ({ query }: FastifyRequest): string | undefined => {
  const { client_id: id } = query as Record<string, unknown>;
  return typeof id === 'string' && id !== '' ? id : undefined;
};

type Place = { deps: OAuthDeps; request: FastifyRequest; reply: FastifyReply };

/** An authorization request that is none: told to the client where that is known to be good, else shown on a page. */
const refuse = ({ deps, request, reply }: Place, thrown: OAuthError, call: LoginCall | undefined): FastifyReply => {
  const error = noteError(request, deps.log, thrown);
  return redirectBrowser(
    reply,
    errorLocation(error, { clientId: clientIdOf(request), issuer: call?.issuerOf(call.pool) }),
  );
};

type Opened = { call: LoginCall; errand: Errand };

const openErrand = async ({ deps, request, reply }: Place): Promise<Opened | FastifyReply> => {
  const { readErrand } = await import('./errand.ts');
  const clientId = clientIdOf(request);
  const call = await findLoginCall(deps, request, 'Page', clientId);
  try {
    if (call === undefined) throw clientId === undefined ? missingString('client_id') : unknownClient();
    return { call, errand: await readErrand(call, request.query) };
  } catch (thrown) {
    if (!(thrown instanceof OAuthError)) throw thrown;
    return refuse({ deps, request, reply }, thrown, call);
  }
};

const answerErrand = async (place: Place, load: () => Promise<PageFile<ErrandVisit>>): Promise<FastifyReply> => {
  const { deps, request, reply } = place;
  const [{ openVisit }, { sendPage }, { isOwnForm }, { defectPage, foreignFormPage }] = await Promise.all([
    import('./visit.ts'),
    import('./document.ts'),
    import('./csrf.ts'),
    import('./error.ts'),
  ]);
  const opened = await openErrand(place);
  if (!('errand' in opened)) return opened;
  const { call, errand } = opened;
  const { client, query, leadsTo } = errand;
  const visit = { ...(await openVisit({ ...call, client }, request, reply, { query, clientId: client.id })), errand };
  const file = await load();
  const posted = request.method === 'POST';
  if (posted && !isOwnForm(visit.call, request, visit.form)) return sendPage(reply, visit, foreignFormPage(visit));
  try {
    const answer = await (posted ? file.submit : file.show)(visit);
    if ('location' in answer) return redirectBrowser(reply, answer.location);
    return sendPage(reply, visit, answer, leadsTo);
  } catch (thrown) {
    if (thrown instanceof OAuthError) return refuse(place, thrown, call);
    request.facts.error = 'InternalErrorException';
    deps.log.error({ requestId: request.id, err: thrown }, 'unexpected error');
    return sendPage(reply, visit, defectPage(visit));
  }
};

export const addPages = (server: FastifyInstance, deps: OAuthDeps): void => {
  for (const [url, load] of Object.entries(errandPages))
    server.route({
      method: ['GET', 'POST'],
      url,
      exposeHeadRoute: false,
      handler: (request, reply) => answerErrand({ deps, request, reply }, load),
    });
  server.get('/error', { exposeHeadRoute: false }, async (request, reply) =>
    (await import('./error.ts')).sendErrorPage(deps, request, reply),
  );
};
