/** `POST /oauth2/par` (RFC 9126): takes an authorization request from the client itself, before the browser comes. */
import { type Handle, sendJson } from './answer.ts';
import { checkAuthorizationRequest } from './authorization-request.ts';
import { authenticateClient } from './client-authentication.ts';
import { invalidRequest, OAuthError } from './errors.ts';
import { pushedLifetime, pushRequest } from './pushed-request.ts';

/** The client is there to be told: nothing is redirected. */
const toldHere = (thrown: unknown): unknown => {
  if (!(thrown instanceof OAuthError)) return thrown;
  const { code, description } = thrown;
  // Cognito's own word, which no client of this endpoint would know.
  return new OAuthError(code === 'redirect_mismatch' ? 'invalid_request' : code, { description: description ?? code });
};

export const handle: Handle = async (deps, request, reply) => {
  const { call, form } = await authenticateClient(deps, request, 'PushAuthorizationRequest');
  if (form.request_uri !== undefined) throw invalidRequest('request_uri cannot be pushed.');
  const { client_secret: _, ...parameters } = form;
  // No longer than an address could be: it is kept for a while, and anybody may push.
  if (JSON.stringify(parameters).length > 8192) throw invalidRequest('The request is too long.');
  await checkAuthorizationRequest(call, call.client, parameters).catch(thrown => {
    throw toldHere(thrown);
  });
  call.limits.deposits(call);
  const requestUri = await pushRequest(call, { ...parameters, client_id: call.client.id });
  return sendJson(reply, 201, { request_uri: requestUri, expires_in: pushedLifetime });
};
