/** Reaches login providers: where they are, their discovery documents and public keys (OpenID Connect Discovery, RFC 7517), kept for a while. */
import type { JWTVerifyGetKey } from 'jose';
import type { Logger } from 'pino';
import { externalServiceFailed } from '../../contract/identity-errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createFreshCache } from '../../lib/fresh-cache.ts';
import type { Outbound, OutboundRequest } from '../../lib/outbound.ts';

/** An issuer of ID tokens. */
export type Issuer = {
  /** What `iss` may be. */
  names: readonly string[];
  keys: JWTVerifyGetKey;
};

export type ReachProvider = {
  /** @param name host and path, as in `Logins`. @throws ExternalServiceException when it is not to be reached */
  ask(name: string, path: string, request?: OutboundRequest): Promise<Response>;
  /** At most an hour old; new keys are looked for when a token has one that is not known. @throws ExternalServiceException */
  issuer(name: string): Promise<Issuer>;
};

/** Milliseconds for which a discovery document is used. */
const maxAge = 3_600_000;

type Deps = {
  outbound: Outbound;
  clock: Clock;
  /** Where the operator says a provider is, in place of `https://<name>`. */
  endpoints: ReadonlyMap<string, string>;
  log: Logger;
};

export const createReach = ({ outbound, clock, endpoints, log }: Deps): ReachProvider => {
  const issuers = createFreshCache<Issuer>(clock, { maxAge, max: 1000 });
  const baseOf = (name: string) => endpoints.get(name) ?? `https://${name}`;
  const isNamed = (name: string) => endpoints.has(name);
  /** The client is only told that it is not the token's fault. */
  const failed = (name: string, error: unknown) => {
    log.warn({ provider: name, err: error }, 'a login provider cannot be reached');
    return externalServiceFailed(error);
  };

  const discover = async (name: string): Promise<Issuer> => {
    const trusted = isNamed(name);
    const answer = await outbound(`${baseOf(name)}/.well-known/openid-configuration`, { trusted });
    if (answer.status !== 200) throw new Error(`the discovery document of ${name} is answered with ${answer.status}`);
    const { issuer, jwks_uri } = (await answer.json()) as Record<string, unknown>;
    const expected = [name, `https://${name}`, baseOf(name)].flatMap(each => [each, `${each}/`]);
    if (typeof issuer !== 'string' || !expected.includes(issuer) || typeof jwks_uri !== 'string')
      throw new Error(`the discovery document of ${name} is of another issuer, or has no keys`);
    const { createRemoteJWKSet, customFetch } = await import('jose');
    const keys = createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: (url: string) => outbound(url, { trusted }) });
    return { names: expected, keys };
  };

  return {
    async ask(name, path, request = {}) {
      try {
        return await outbound(`${baseOf(name)}${path}`, { ...request, trusted: isNamed(name) });
      } catch (error) {
        throw failed(name, error);
      }
    },
    async issuer(name) {
      try {
        return await issuers.get(name, () => discover(name));
      } catch (error) {
        throw failed(name, error);
      }
    },
  };
};
