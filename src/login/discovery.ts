/** What OpenID Connect clients read first: the pool's discovery document and its public keys. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Directory } from '../storage/directory.ts';
import type { Issuing } from '../user-pools/call/call.ts';
import type { SigningKeys } from '../user-pools/call/signing-keys.ts';

export type DiscoveryDeps = {
  directory: Directory;
  signingKeys: SigningKeys;
  issuerOf(pool: Issuing): string;
  /** Where clients reach this server, without a slash at the end. */
  publicUrl(): string;
};

type PoolRoute = { Params: { poolId: string } };

/** For five minutes: new keys sign at once, and a client that misses one must find it behind every cache soon. */
const cacheable = (reply: FastifyReply) =>
  reply.headers({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' });

const notFound = (reply: FastifyReply, poolId: string) =>
  reply.code(404).send({ message: `User pool ${poolId} does not exist.` });

/** The endpoints of sign-in pages and tokens stand on a pool's domain: a pool without one has none to name. */
const configuration = (issuer: string, keysAt: string) => ({
  id_token_signing_alg_values_supported: ['RS256'],
  issuer,
  jwks_uri: `${keysAt}/.well-known/jwks.json`,
  response_types_supported: ['code', 'token'],
  scopes_supported: ['openid', 'email', 'phone', 'profile'],
  subject_types_supported: ['public'],
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
});

/** `GET /{poolId}/.well-known/openid-configuration` and `/{poolId}/.well-known/jwks.json`. */
export const addDiscovery = (server: FastifyInstance, deps: DiscoveryDeps): void => {
  const { directory, signingKeys, issuerOf, publicUrl } = deps;
  server.get<PoolRoute>('/:poolId/.well-known/openid-configuration', async ({ params: { poolId } }, reply) => {
    const pool = await directory.pool(poolId);
    if (pool === undefined) return notFound(reply, poolId);
    return cacheable(reply).send(configuration(issuerOf(pool), `${publicUrl()}/${pool.id}`));
  });
  server.get<PoolRoute>('/:poolId/.well-known/jwks.json', async ({ params: { poolId } }, reply) => {
    const pool = await directory.pool(poolId);
    if (pool === undefined) return notFound(reply, poolId);
    return cacheable(reply).send(await signingKeys.jwks(pool.id));
  });
};
