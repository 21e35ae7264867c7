/** Which pool a request of a browser or an OAuth client is for: by the domain in Host, else, on the server's own host, by the app client. */
import type { FastifyRequest } from 'fastify';
import type { PoolDomain } from '../storage/domains.ts';
import type { UserPool } from '../storage/pools.ts';
import type { Call, ClientCall, House, PoolCall } from '../user-pools/call/call.ts';
import type { Limits } from './limits.ts';
import { seenHost } from './seen-host.ts';

/** What the login pages and OAuth endpoints receive. */
export type LoginCall = PoolCall & {
  /** undefined: the request came to the server's own host, which serves every pool. */
  domain: PoolDomain | undefined;
  /** `scheme://host` as the browser or client sees it. */
  base: string;
  limits: Limits;
};
export type LoginClientCall = LoginCall & ClientCall;

export type LoginDeps = { house: House; region: string; trustedProxies: readonly string[]; limits: Limits };

/** A domain `<prefix>.auth.<host>`: of this server, of a machine under development, or as at AWS. */
const prefixShape = /^([a-z0-9-]{1,63})\.auth\.(.+)$/;
const awsHost = /^[a-z0-9-]{1,32}\.amazoncognito(-fips)?\.com$/;

/** Addresses have no names below them; browsers resolve whatever ends in `localhost` by themselves. */
const isBaseHost = (host: string, publicHost: string): boolean =>
  host === publicHost || host === 'localhost' || awsHost.test(host);

/** The domain of a host name, if it is one. */
export const findDomainOf = async (
  { directory, publicUrl }: Pick<House, 'directory' | 'publicUrl'>,
  hostname: string,
): Promise<PoolDomain | undefined> => {
  const custom = await directory.domain(hostname);
  if (custom?.kind === 'custom') return custom;
  const [, prefix = '', rest = ''] = prefixShape.exec(hostname) ?? [];
  if (!isBaseHost(rest, new URL(publicUrl()).hostname)) return undefined;
  const found = await directory.domain(prefix);
  return found?.kind === 'prefix' ? found : undefined;
};

type Found = Call & Pick<LoginCall, 'base' | 'limits'>;

/** The request without a pool: where it came to, and from whom. */
export const callOf = (
  { house, region, trustedProxies, limits }: LoginDeps,
  request: FastifyRequest,
  operation: string,
) => {
  const { protocol, host, hostname } = seenHost(request, trustedProxies);
  const call: Found = {
    ...house,
    requestId: request.id,
    operation,
    region,
    principal: null,
    sourceIp: request.ip,
    userAgent: request.headers['user-agent'] ?? '',
    base: `${protocol}://${host}`,
    limits,
    outgoing: [],
  };
  return { call, hostname };
};

const inPool = (call: Found, pool: UserPool, domain: PoolDomain | undefined): LoginCall => ({
  ...call,
  region: pool.region,
  pool,
  domain,
});

/**
 * The pool that the request is for.
 * @param clientId as the request names it, anywhere
 * @returns undefined when the host is no domain and the client is unknown, or the domain's pool is gone
 */
export const findLoginCall = async (
  deps: LoginDeps,
  request: FastifyRequest,
  operation: string,
  clientId: string | undefined,
): Promise<LoginCall | undefined> => {
  const { call, hostname } = callOf(deps, request, operation);
  const domain = await findDomainOf(call, hostname);
  const client = domain === undefined && clientId !== undefined ? await call.directory.client(clientId) : undefined;
  const poolId = domain?.poolId ?? client?.poolId;
  const pool = poolId === undefined ? undefined : await call.directory.pool(poolId);
  return pool && inPool(call, pool, domain);
};

/** The same for who knows the pool by other means than a client: its id in the path, or a token. */
export const findPoolCall = async (
  deps: LoginDeps,
  request: FastifyRequest,
  operation: string,
  poolId: string | undefined,
): Promise<LoginCall | undefined> => {
  const { call, hostname } = callOf(deps, request, operation);
  const domain = await findDomainOf(call, hostname);
  if (domain !== undefined && poolId !== undefined && domain.poolId !== poolId) return undefined;
  const wanted = domain?.poolId ?? poolId;
  const pool = wanted === undefined ? undefined : await call.directory.pool(wanted);
  return pool && inPool(call, pool, domain);
};

/** The app client, if it is one of the pool's. */
export const withClient = async (
  call: LoginCall,
  clientId: string | undefined,
): Promise<LoginClientCall | undefined> => {
  const client = clientId === undefined ? undefined : await call.directory.client(clientId);
  return client?.poolId === call.pool.id ? { ...call, client } : undefined;
};
