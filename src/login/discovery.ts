/** What OpenID Connect and OAuth clients read first: the pool's discovery document (also RFC 8414) and its public keys. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { standardAttributes } from '../user-pools/attributes/standard.ts';
import { acrName } from '../user-pools/tokens/assurance.ts';
import { findPoolCall, type LoginCall, type LoginDeps } from './host.ts';
import { grantTypeNames } from './oauth/grant-types.ts';

type PoolRoute = { Params: { poolId?: string } };

/** For five minutes: new keys sign at once, and a client that misses one must find it behind every cache soon. */
const cacheable = (reply: FastifyReply) =>
  reply.headers({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' });

const notFound = (reply: FastifyReply, poolId: string) =>
  reply.code(404).send({ message: `User pool ${poolId} does not exist.` });

const clientAuthentication = ['client_secret_basic', 'client_secret_post'];

const claims = standardAttributes.map(({ Name }) => Name).filter(name => name !== 'identities');

/** The addresses are those of the host that was asked, which can therefore be reached; the issuer is the pool's, whatever the host. */
const configuration = (call: LoginCall) => {
  const { base, pool, domain } = call;
  const atPool = `${base}/${pool.id}`;
  const isRegistering = pool.config.DcrConfiguration?.EnableStatus === 'Enabled';
  return {
    authorization_endpoint: `${base}/oauth2/authorize`,
    end_session_endpoint: `${base}/logout`,
    id_token_signing_alg_values_supported: ['RS256'],
    issuer: call.issuerOf(pool),
    jwks_uri: `${atPool}/.well-known/jwks.json`,
    ...(isRegistering && { registration_endpoint: `${domain === undefined ? atPool : base}/oauth2/register` }),
    response_types_supported: ['code', 'token'],
    revocation_endpoint: `${base}/oauth2/revoke`,
    scopes_supported: ['openid', 'email', 'phone', 'profile'],
    subject_types_supported: ['public'],
    token_endpoint: `${base}/oauth2/token`,
    token_endpoint_auth_methods_supported: [...clientAuthentication, 'none'],
    userinfo_endpoint: `${base}/oauth2/userInfo`,
    // Beyond Cognito's document
    acr_values_supported: ([1, 2, 3, 4] as const).map(level => acrName(pool, level)),
    authorization_response_iss_parameter_supported: true,
    claims_supported: claims,
    code_challenge_methods_supported: ['S256'],
    device_authorization_endpoint: `${base}/oauth2/device_authorization`,
    grant_types_supported: [...grantTypeNames, 'implicit'],
    introspection_endpoint: `${base}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: clientAuthentication,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    pushed_authorization_request_endpoint: `${base}/oauth2/par`,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    response_modes_supported: ['query', 'fragment'],
    revocation_endpoint_auth_methods_supported: [...clientAuthentication, 'none'],
  };
};

/**
 * `GET /{poolId}/.well-known/openid-configuration` and `/{poolId}/.well-known/jwks.json`, as at Cognito; the same under the names of
 * RFC 8414, and on a domain also without the pool's id.
 */
export const addDiscovery = (server: FastifyInstance, deps: LoginDeps): void => {
  const { signingKeys } = deps.house;
  const find = ({ params: { poolId } }: FastifyRequest<PoolRoute>, request: FastifyRequest) =>
    findPoolCall(deps, request, 'Discovery', poolId);

  const document = async (request: FastifyRequest<PoolRoute>, reply: FastifyReply) => {
    const call = await find(request, request as FastifyRequest);
    if (call === undefined) return notFound(reply, request.params.poolId ?? '');
    return cacheable(reply).send(configuration(call));
  };
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    server.get<PoolRoute>(`/:poolId/.well-known/${name}`, document);
    server.get<PoolRoute>(`/.well-known/${name}/:poolId`, document);
    server.get<PoolRoute>(`/.well-known/${name}`, document);
  }
  server.get<PoolRoute>('/:poolId/.well-known/jwks.json', async (request, reply) => {
    const call = await find(request, request as FastifyRequest);
    if (call === undefined) return notFound(reply, request.params.poolId ?? '');
    return cacheable(reply).send(await signingKeys.jwks(call.pool.id));
  });
};
