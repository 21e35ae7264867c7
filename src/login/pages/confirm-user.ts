/**
 * `GET /confirmUser`: the link of a verification e-mail. As at Cognito, opening it confirms the account, without another question;
 * so does a mail scanner that opens it first, by which the address has been proven all the same.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AwsError } from '../../contract/errors.ts';
import { html } from '../../lib/html.ts';
import { checkSignUpCode, confirmAccount } from '../../user-pools/users/confirm-sign-up.ts';
import { findLoginCall, type LoginClientCall, withClient } from '../host.ts';
import type { OAuthDeps } from '../oauth/answer.ts';
import { sendPage } from './document.ts';
import { openPlain } from './error.ts';
import type { Say } from './language.ts';
import { problemOf } from './refusals.ts';
import type { Page } from './visit.ts';

type Outcome = (say: Say) => Page;

const said =
  (name: 'done' | 'incomplete' | 'used' | 'wrong'): Outcome =>
  say => ({
    title: say(`link.${name}`),
    lead: say(`link.${name}Lead`),
    status: name === 'done' ? 200 : 400,
    content: html``,
  });

/** What a refusal means to whoever has opened a link. */
const refusals: Record<string, Outcome> = {
  CodeMismatchException: said('wrong'),
  ExpiredCodeException: said('used'),
  NotAuthorizedException: said('used'),
  UserNotFoundException: said('wrong'),
};

const refused =
  (error: AwsError): Outcome =>
  say => ({ title: say('link.failed'), problem: problemOf(say, error), status: 400, content: html`` });

const confirm = async (
  { facts }: FastifyRequest,
  call: LoginClientCall,
  { username, code }: { username: string; code: string },
): Promise<Outcome> => {
  try {
    await confirmAccount(call, await checkSignUpCode(call, username, code));
    return said('done');
  } catch (error) {
    if (!(error instanceof AwsError) || error.status >= 500) throw error;
    facts.error = error.name;
    return refusals[error.name] ?? refused(error);
  }
};

/** What was given twice counts as not given. */
const given = ({ query }: FastifyRequest, name: string): string | undefined => {
  const value = (query as Record<string, unknown>)[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const open = async (deps: OAuthDeps, request: FastifyRequest, clientId: string | undefined): Promise<Outcome> => {
  const [username, code] = [given(request, 'user_name'), given(request, 'confirmation_code')];
  if (clientId === undefined || username === undefined || code === undefined) return said('incomplete');
  const found = await findLoginCall(deps, request, 'ConfirmSignUp', clientId);
  const call = found && (await withClient(found, clientId));
  return call === undefined ? said('incomplete') : confirm(request, call, { username, code });
};

export const sendConfirmUserPage = async (
  deps: OAuthDeps,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> => {
  const clientId = given(request, 'client_id');
  const outcome = await open(deps, request, clientId);
  const writing = await openPlain(deps, request, reply, clientId);
  return sendPage(reply, writing, outcome(writing.say));
};
