/** The table of the pages: each address and the file behind it, which is loaded when somebody first comes there. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AwsError } from '../../contract/errors.ts';
import type { OperationName } from '../../contract/operations.ts';
import { confirmationPath } from '../../user-pools/messaging/confirmation-link.ts';
import { findLoginCall, type LoginCall, withClient } from '../host.ts';
import { admit } from '../limits.ts';
import { noteError, type OAuthDeps, redirectBrowser } from '../oauth/answer.ts';
import { errorLocation, missingString, OAuthError, unknownClient } from '../oauth/errors.ts';
import { readParameters } from '../oauth/parameters.ts';
import { accountPages } from './account/sections.ts';
import type { OwnVisit } from './own-page.ts';
import type { Answer, ErrandVisit, Visit } from './visit.ts';

type Handler<Visit> = (visit: Visit) => Answer | Promise<Answer>;

/** `show` answers GET, `submit` POST. */
export type PageFile<Visit> = { show: Handler<Visit>; submit: Handler<Visit> };

export type PageEntry<Visit> = {
  load(): Promise<PageFile<Visit>>;
  /** What the API calls what the form does: that decides which rate it counts against, and which failures of a delivery are told. */
  operation: OperationName;
};

/** Pages that lead to the end of what somebody came for: see `errand.ts`. */
const errandPages: Record<string, PageEntry<ErrandVisit>> = {
  '/login': { load: () => import('./login.ts'), operation: 'InitiateAuth' },
  '/signup': { load: () => import('./sign-up.ts'), operation: 'SignUp' },
  '/confirm': { load: () => import('./confirm.ts'), operation: 'ConfirmSignUp' },
  '/resendcode': { load: () => import('./resend-code.ts'), operation: 'ResendConfirmationCode' },
  '/forgotPassword': { load: () => import('./forgot-password.ts'), operation: 'ForgotPassword' },
  '/confirmforgotPassword': { load: () => import('./confirm-forgot-password.ts'), operation: 'ConfirmForgotPassword' },
};

/** Pages of somebody who has signed in, or signs in on the way: see `own-page.ts`. */
const ownPages: Record<string, PageEntry<OwnVisit>> = {
  '/passkeys/add': { load: () => import('./add-passkey.ts'), operation: 'CompleteWebAuthnRegistration' },
  '/device': { load: () => import('./device.ts'), operation: 'RespondToAuthChallenge' },
  ...accountPages,
};

type Place = { deps: OAuthDeps; request: FastifyRequest; reply: FastifyReply };

const clientIdOf = ({ query }: FastifyRequest): string | undefined => {
  const { client_id: id } = query as Record<string, unknown>;
  return typeof id === 'string' && id !== '' ? id : undefined;
};

/** What a page needs of the modules that are loaded with the first of them. */
const loadFrame = () =>
  Promise.all([import('./visit.ts'), import('./document.ts'), import('./csrf.ts'), import('./error.ts')]);

/** An authorization request that is none: told to the client where that is known to be good, else shown on a page. */
const refuse = ({ deps, request, reply }: Place, thrown: OAuthError, call: LoginCall | undefined): FastifyReply => {
  const error = noteError(request, deps.log, thrown);
  return redirectBrowser(
    reply,
    errorLocation(error, { clientId: clientIdOf(request), issuer: call?.issuerOf(call.pool) }),
  );
};

/** Every visit: a form of ours or none, then the file's answer, then what is sent. */
const answer = async <V extends Visit>(
  { deps, request, reply }: Place,
  visit: V,
  { file, operation, leadsTo }: { file: PageFile<V>; operation: OperationName; leadsTo?: string | undefined },
): Promise<FastifyReply> => {
  const [, { sendPage }, { isOwnForm }, { defectPage, foreignFormPage, refusalPage }] = await loadFrame();
  const posted = request.method === 'POST';
  if (posted && !isOwnForm(visit.call, request, visit.form)) return sendPage(reply, visit, foreignFormPage(visit));
  try {
    if (posted) await admit(visit.call, operation, visit.form);
    const answered = await (posted ? file.submit : file.show)(visit);
    if ('location' in answered) return redirectBrowser(reply, answered.location);
    request.facts.error = answered.problem?.refused;
    return sendPage(reply, visit, answered, leadsTo);
  } catch (thrown) {
    if (thrown instanceof OAuthError && (thrown.status < 500 || thrown.target !== undefined))
      return refuse({ deps, request, reply }, thrown, visit.call);
    if (thrown instanceof AwsError && thrown.status < 500) {
      request.facts.error = thrown.name;
      return sendPage(reply, visit, refusalPage(visit, thrown));
    }
    request.facts.error = 'InternalErrorException';
    deps.log.error({ requestId: request.id, err: thrown }, 'unexpected error');
    return sendPage(reply, visit, defectPage(visit));
  }
};

const findCall = async ({ deps, request }: Place, operation: OperationName): Promise<LoginCall> => {
  const clientId = clientIdOf(request);
  const call = await findLoginCall(deps, request, operation, clientId);
  if (call === undefined) throw clientId === undefined ? missingString('client_id') : unknownClient();
  return call;
};

type Serve = (place: Place) => Promise<FastifyReply>;

const serveErrand =
  ({ load, operation }: PageEntry<ErrandVisit>): Serve =>
  async place => {
    const { request, reply } = place;
    const [[{ openVisit }], { readErrand }, file] = await Promise.all([loadFrame(), import('./errand.ts'), load()]);
    const call = await findCall(place, operation);
    const errand = await readErrand(call, request.query);
    const { client, query, leadsTo } = errand;
    const visit = await openVisit({ ...call, client }, request, reply, { query, clientId: client.id });
    return answer(place, { ...visit, errand }, { file, operation, leadsTo });
  };

const serveOwn =
  ({ load, operation }: PageEntry<OwnVisit>): Serve =>
  async place => {
    const { request, reply } = place;
    const [[{ openVisit }], file] = await Promise.all([loadFrame(), load()]);
    const call = await findCall(place, operation);
    const client = (await withClient(call, clientIdOf(request)))?.client;
    const query = new URLSearchParams(readParameters(request.query)).toString();
    const visit = await openVisit(call, request, reply, { query, clientId: client?.id });
    return answer(place, { ...visit, client }, { file, operation });
  };

const addPage = (server: FastifyInstance, deps: OAuthDeps, url: string, serve: Serve): void => {
  server.route({
    method: ['GET', 'POST'],
    url,
    exposeHeadRoute: false,
    handler: (request, reply) => {
      const place = { deps, request, reply };
      return serve(place).catch(async thrown => {
        if (!(thrown instanceof OAuthError)) throw thrown;
        return refuse(place, thrown, await findLoginCall(deps, request, 'Page', clientIdOf(request)));
      });
    },
  });
};

export const addPages = (server: FastifyInstance, deps: OAuthDeps): void => {
  for (const [url, entry] of Object.entries(errandPages)) addPage(server, deps, url, serveErrand(entry));
  for (const [url, entry] of Object.entries(ownPages)) addPage(server, deps, url, serveOwn(entry));
  server.get('/error', { exposeHeadRoute: false }, async (request, reply) =>
    (await import('./error.ts')).sendErrorPage(deps, request, reply),
  );
  // Without HEAD, which only looks and must not confirm.
  server.get(confirmationPath, { exposeHeadRoute: false }, async (request, reply) =>
    (await import('./confirm-user.ts')).sendConfirmUserPage(deps, request, reply),
  );
};
