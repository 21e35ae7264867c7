/** Who calls the token endpoint and its neighbours: an app client by its secret, in a header or in the form, or a public one by its id. */
import type { FastifyRequest } from 'fastify';
import { hasClientSecret } from '../../user-pools/doors/as-client.ts';
import { findLoginCall, type LoginClientCall, type LoginDeps, withClient } from '../host.ts';
import { invalidRequest, OAuthError } from './errors.ts';
import { type Parameters, readParameters } from './parameters.ts';

type Credentials = {
  id: string;
  /** As it may have been meant: clients disagree about whether it is URL-encoded before it is put into the header (RFC 6749 §2.3.1). */
  secrets: readonly string[];
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};

const inHeader = (authorization: string | undefined): Credentials | undefined => {
  const [, encoded] = /^basic\s+([\w+/=-]+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  const [id = '', ...rest] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const secret = rest.join(':');
  return { id: decoded(id), secrets: secret === '' ? [] : [...new Set([secret, decoded(secret)])] };
};

/** @throws OAuthError when a client says in two ways who it is (RFC 6749 §2.3) */
const credentialsOf = (request: FastifyRequest, form: Parameters): Credentials | undefined => {
  const basic = inHeader(request.headers.authorization);
  const { client_id: id, client_secret: secret } = form;
  if (basic === undefined) return id === undefined ? undefined : { id, secrets: secret === undefined ? [] : [secret] };
  if (secret !== undefined || (id !== undefined && id !== basic.id))
    throw invalidRequest('The client must authenticate in one way only.');
  return basic;
};

const isRight = ({ client }: LoginClientCall, { secrets }: Credentials): boolean =>
  secrets.length === 0
    ? hasClientSecret(client, undefined)
    : secrets.map(secret => hasClientSecret(client, secret)).includes(true);

type Options = {
  /** Of the answer to somebody unknown: 400 at Cognito's token endpoint. */
  status?: 400 | 401;
};

/**
 * @param operation names the endpoint
 * @returns the call with its client, and the form's parameters
 * @throws OAuthError: `invalid_client`, or `invalid_request` for a malformed form or no client at all
 */
export const authenticateClient = async (
  deps: LoginDeps,
  request: FastifyRequest,
  operation: string,
  { status = 401 }: Options = {},
): Promise<{ call: LoginClientCall; form: Parameters }> => {
  const form = readParameters(request.body);
  const headers: Record<string, string> = status === 401 ? { 'www-authenticate': 'Basic realm="oauth2"' } : {};
  const refused = (description?: string) => new OAuthError('invalid_client', { status, headers, description });
  const credentials = credentialsOf(request, form);
  if (credentials === undefined) {
    if (request.headers.authorization !== undefined) throw refused();
    throw invalidRequest('client_id is missing.');
  }
  const found = await findLoginCall(deps, request, operation, credentials.id);
  const call = found && (await withClient(found, credentials.id));
  if (call === undefined) throw refused();
  call.limits.guesses.clientSecret.refuse(call, call.client.id);
  if (!isRight(call, credentials)) {
    await call.limits.guesses.clientSecret.count(call, call.client.id);
    throw refused(call.client.secrets.length > 0 ? 'invalid_client_secret' : undefined);
  }
  return { call, form };
};

/** Where a public client has no business. @throws OAuthError */
export const requireSecret = ({ client }: LoginClientCall): void => {
  if (client.secrets.length === 0)
    throw new OAuthError('invalid_client', { status: 401, headers: { 'www-authenticate': 'Basic realm="oauth2"' } });
};
