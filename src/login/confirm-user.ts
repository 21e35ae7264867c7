/**
 * `GET /confirmUser`: the link of a verification e-mail. As at Cognito, opening it confirms the account, without another question;
 * so does a mail scanner that opens it first, by which the address has been proven all the same.
 */
import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AwsError } from '../contract/errors.ts';
import { html, raw, textOf } from '../lib/html.ts';
import { confirmationPath } from '../user-pools/messaging/confirmation-link.ts';
import { checkSignUpCode, confirmAccount } from '../user-pools/users/confirm-sign-up.ts';
import { findLoginCall, type LoginClientCall, type LoginDeps, withClient } from './host.ts';

type Answer = { status: number; title: string; text: string };

const confirmed: Answer = {
  status: 200,
  title: 'Your account is confirmed',
  text: 'You can close this page and sign in.',
};
const incomplete: Answer = {
  status: 400,
  title: 'This link is not complete',
  text: 'Open the link as it stands in the message, from its beginning to its end.',
};
const used: Answer = {
  status: 400,
  title: 'This link is not valid any more',
  text: 'It has been used or has expired. If you have confirmed your account already, sign in; otherwise ask for a new message.',
};
const wrong: Answer = {
  status: 400,
  title: 'This link is not valid',
  text: 'A newer message may have taken its place: open the link in the newest one, or ask for another.',
};

/** What a refusal means to whoever has opened a link; any other is shown in its own words, as by Cognito. */
const answers: Record<string, Answer> = {
  CodeMismatchException: wrong,
  ExpiredCodeException: used,
  NotAuthorizedException: used,
  UserNotFoundException: wrong,
};

const answerOf = (error: AwsError): Answer =>
  answers[error.name] ?? { status: 400, title: 'Your account could not be confirmed', text: error.message };

const style =
  'body{font:16px/1.5 system-ui,sans-serif;color:#16191f;background:#f7f7f8;margin:0;padding:10vh 1rem}' +
  'main{max-width:28rem;margin:auto;padding:2rem;background:#fff;border:1px solid #d9dce0;border-radius:8px}' +
  'h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:0}' +
  '@media(prefers-color-scheme:dark){body{color:#eee;background:#16191f}main{background:#232830;border-color:#3b424d}}';
const styleHash = createHash('sha256').update(style).digest('base64');

const page = ({ title, text }: Answer): string =>
  textOf(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<style>${raw(style)}</style>
</head>
<body>
<main><h1>${title}</h1><p>${text}</p></main>
</body>
</html>
`);

/** Nothing is loaded from elsewhere, nothing is kept, and the address, which holds the code, is told to nobody. */
const headers = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const send = (reply: FastifyReply, answer: Answer) =>
  reply.code(answer.status).headers(headers).type('text/html; charset=utf-8').send(page(answer));

const confirm = async (call: LoginClientCall, username: string, text: string): Promise<Answer> => {
  try {
    await confirmAccount(call, await checkSignUpCode(call, username, text));
    return confirmed;
  } catch (error) {
    if (error instanceof AwsError && error.status < 500) return answerOf(error);
    throw error;
  }
};

type ConfirmRoute = { Querystring: Record<string, unknown> };

const handle = async (deps: LoginDeps, request: FastifyRequest<ConfirmRoute>, reply: FastifyReply) => {
  const { client_id: clientId, user_name: username, confirmation_code: code } = request.query;
  if (typeof clientId !== 'string' || typeof username !== 'string' || typeof code !== 'string')
    return send(reply, incomplete);
  const call = await findLoginCall(deps, request, 'ConfirmSignUp', clientId);
  const clientCall = call && (await withClient(call, clientId));
  if (clientCall === undefined || username === '' || code === '') return send(reply, incomplete);
  return send(reply, await confirm(clientCall, username, code));
};

/** Without HEAD, which only looks and must not confirm. */
export const addConfirmUser = (server: FastifyInstance, deps: LoginDeps): void => {
  server.get<ConfirmRoute>(confirmationPath, { exposeHeadRoute: false }, (request, reply) =>
    handle(deps, request, reply),
  );
};
