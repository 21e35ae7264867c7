/** What whoever trusts the tokens of identity pools reads: their issuer's discovery document and public keys, at a path of the public URL. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { IdentityHouse } from './call.ts';

const path = '/cognito-identity';

/** The issuer, unless the operator gives another name to it. */
export const ownIssuer = (publicUrl: string): string => `${publicUrl}${path}`;

/** For five minutes: new keys sign at once, and whoever misses one must find it behind every cache soon. */
const cacheable = (reply: FastifyReply) =>
  reply.headers({ 'access-control-allow-origin': '*', 'cache-control': 'public, max-age=300' });

export const addIdentityIssuer = (
  server: FastifyInstance,
  { identityKeys, identityIssuer, publicUrl }: Pick<IdentityHouse, 'identityKeys' | 'identityIssuer' | 'publicUrl'>,
): void => {
  server.get(`${path}/.well-known/openid-configuration`, (_request, reply) =>
    cacheable(reply).send({
      issuer: identityIssuer(),
      jwks_uri: `${ownIssuer(publicUrl())}/.well-known/jwks_uri`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS512'],
      claims_supported: ['sub', 'aud', 'iss', 'iat', 'exp', 'amr'],
    }),
  );
  // Under the name that it has at Cognito.
  server.get(`${path}/.well-known/jwks_uri`, async (_request, reply) =>
    cacheable(reply).send(await identityKeys.jwks()),
  );
};
