/** `/oauth2/userInfo` (OpenID Connect §5.3): the attributes that the token's scopes tell of and its client may read. */
import type { FastifyRequest } from 'fastify';
import { visibleAttributes } from '../../user-pools/attributes/permissions.ts';
import { tellsOf } from '../../user-pools/tokens/scope-attributes.ts';
import { type VerifiedToken, verifyAccessToken } from '../../user-pools/tokens/verify.ts';
import { findPoolCall } from '../host.ts';
import { type Handle, type OAuthDeps, sendJson } from './answer.ts';
import { badBearerRequest, bearerToken, invalidToken } from './bearer.ts';
import { OAuthError } from './errors.ts';

/** All values are texts, the two `*_verified` as well, as Cognito answers them. */
const describe = ({ client, user, claims }: VerifiedToken): Record<string, string> => {
  const isTold = tellsOf((claims.scope ?? '').split(' '));
  const told = visibleAttributes(client, user).filter(({ Name }) => Name === 'sub' || isTold(Name));
  return { ...Object.fromEntries(told.map(({ Name, Value }) => [Name, Value])), username: user.username };
};

/** A token of another pool than the host's is not known here. */
const verify = async (deps: OAuthDeps, request: FastifyRequest, token: string): Promise<VerifiedToken> => {
  const verified = await verifyAccessToken(deps.house, token, 'openid').catch(thrown => {
    throw invalidToken(thrown);
  });
  if ((await findPoolCall(deps, request, 'UserInfo', verified.pool.id)) === undefined)
    throw new OAuthError('invalid_token', { status: 401 });
  return verified;
};

export const handle: Handle = async (deps, request, reply) => {
  const token = bearerToken(request);
  if (token === undefined) throw badBearerRequest('Bad OAuth2 request at UserInfo Endpoint');
  return sendJson(reply, 200, describe(await verify(deps, request, token)));
};
