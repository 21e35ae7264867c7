/** `POST /oauth2/revoke` (RFC 7009): ends the family of a refresh token. */
import { revokeToken } from '../../user-pools/sessions/revocation.ts';
import { admit } from '../limits.ts';
import { type Handle, sendJson } from './answer.ts';
import { authenticateClient } from './client-authentication.ts';
import { invalidRequest, missingString, OAuthError, toOAuthError } from './errors.ts';

/** RevokeToken's exceptions: a token of another client is as unknown as any (RFC 7009 §2.1). */
const refusals: Record<string, () => OAuthError | undefined> = {
  UnsupportedOperationException: () => invalidRequest('Token revocation is not enabled for this client.'),
  UnsupportedTokenTypeException: () => new OAuthError('unsupported_token_type'),
  UnauthorizedException: () => undefined,
};

export const handle: Handle = async (deps, request, reply) => {
  const { call, form } = await authenticateClient(deps, request, 'Revoke');
  await admit(call, 'RevokeToken');
  const { token } = form;
  if (token === undefined) throw missingString('token');
  const ClientSecret = call.client.secrets.at(-1)?.value;
  await revokeToken(call, { Token: token, ClientId: call.client.id, ClientSecret }).catch(thrown => {
    const refusal = refusals[(thrown as Error).name];
    const error = refusal === undefined ? toOAuthError(thrown) : refusal();
    if (error !== undefined) throw error;
  });
  return sendJson(reply, 200, undefined);
};
