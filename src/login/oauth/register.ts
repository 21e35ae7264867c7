/** `POST /oauth2/register` (RFC 7591): programs register app clients of their own, where the pool's DcrConfiguration lets them. */
import type { FastifyRequest } from 'fastify';
import { AwsError } from '../../contract/errors.ts';
import type { AppClient } from '../../storage/clients.ts';
import { listClients } from '../../storage/clients.ts';
import { consume } from '../../storage/throttles.ts';
import { addClient } from '../../user-pools/clients/clients.ts';
import { registrationScope } from '../../user-pools/clients/scopes.ts';
import { generateSecret } from '../../user-pools/clients/secrets.ts';
import { unverifiedClaims } from '../../user-pools/tokens/jwt.ts';
import { verifyAccessToken, verifySignedToken } from '../../user-pools/tokens/verify.ts';
import { findLoginCall, findPoolCall, type LoginCall } from '../host.ts';
import { admit } from '../limits.ts';
import { type Handle, type OAuthDeps, sendJson } from './answer.ts';
import { bearerToken, invalidToken } from './bearer.ts';
import { OAuthError } from './errors.ts';
import { allowedFlows, type Registration, type RegistrationMode, readRegistration } from './registration-metadata.ts';

/** Cognito's quota of app clients in a pool. */
const mostClients = 1000;
/** Open registrations from one address. */
const openLimit = { limit: 20, windowMs: 60 * 60_000 };

type Claims = { scope?: string };

/** The initial access token: of a program or a person of this pool, with the scope for it. @throws OAuthError */
const checkToken = async (call: LoginCall, token: string): Promise<void> => {
  const verified = await verifySignedToken(call, token).catch(thrown => {
    throw invalidToken(thrown);
  });
  if (verified.pool.id !== call.pool.id) throw new OAuthError('invalid_token', { status: 401 });
  const { scope = '' } = verified.claims as Claims;
  if (!scope.split(' ').includes(registrationScope)) throw new OAuthError('insufficient_scope', { status: 403 });
  if (verified.claims.username === undefined) return;
  await verifyAccessToken(call, token, registrationScope).catch(thrown => {
    throw invalidToken(thrown);
  });
};

const modeOf = async (call: LoginCall, request: FastifyRequest): Promise<RegistrationMode> => {
  const token = bearerToken(request);
  if (token === undefined && request.headers.authorization === undefined) return 'open';
  if (token === undefined) throw new OAuthError('invalid_token', { status: 401 });
  await checkToken(call, token);
  return 'authenticated';
};

const notEnabled = (mode: RegistrationMode) =>
  new OAuthError('access_denied', {
    status: mode === 'open' ? 401 : 403,
    description: 'This registration is not enabled for the user pool.',
    headers: mode === 'open' ? { 'www-authenticate': 'Bearer' } : {},
  });

/** Anybody may call, so that nobody may fill the pool with clients. @throws OAuthError */
const checkRoom = async ({ db, pool, clock, sealer, sourceIp }: LoginCall, mode: RegistrationMode): Promise<void> => {
  const throttle = { poolId: pool.id, kind: 'registration', subject: sealer.mac('registration', sourceIp) };
  if (mode === 'open' && !(await consume(db, { ...throttle, now: clock.now(), ...openLimit })))
    throw new OAuthError('temporarily_unavailable', { status: 429 });
  const clients = await listClients(db, { poolId: pool.id, after: '', limit: mostClients });
  if (clients.length >= mostClients)
    throw new OAuthError('access_denied', { status: 403, description: 'The user pool has no room for more clients.' });
};

/** The API's refusals of a client's configuration, in the words of the RFC. */
const add = async (call: LoginCall, { name, config, hasSecret }: Registration): Promise<AppClient> => {
  try {
    return await addClient(call, { name, config, secret: hasSecret ? generateSecret() : undefined });
  } catch (thrown) {
    if (!(thrown instanceof AwsError) || thrown.status >= 500) throw thrown;
    throw new OAuthError('invalid_client_metadata', { description: thrown.message, cause: thrown });
  }
};

const grantsOf: Record<string, string[]> = {
  code: ['authorization_code', 'refresh_token'],
  client_credentials: ['client_credentials'],
};

const describe = ({ id, name, config, secrets, createdAt }: AppClient, { authMethod }: Registration) => {
  const [flow = 'code'] = config.AllowedOAuthFlows ?? [];
  const secret = secrets.at(-1)?.value;
  return {
    client_id: id,
    client_id_issued_at: Math.floor(createdAt / 1000),
    ...(secret === undefined ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    client_name: name,
    redirect_uris: config.CallbackURLs,
    post_logout_redirect_uris: config.LogoutURLs,
    grant_types: grantsOf[flow],
    response_types: flow === 'code' ? ['code'] : [],
    token_endpoint_auth_method: authMethod,
    scope: config.AllowedOAuthScopes?.join(' '),
  };
};

/** By the host, the pool's id in the path, or the client of the initial access token. */
const findCall = async (deps: OAuthDeps, request: FastifyRequest): Promise<LoginCall> => {
  const { poolId } = request.params as { poolId?: string };
  const { client_id: clientId } = unverifiedClaims(bearerToken(request) ?? '');
  const call =
    poolId === undefined
      ? await findLoginCall(deps, request, 'Register', typeof clientId === 'string' ? clientId : undefined)
      : await findPoolCall(deps, request, 'Register', poolId);
  if (call === undefined) throw new OAuthError('invalid_request', { status: 404 });
  return call;
};

export const handle: Handle = async (deps, request, reply) => {
  const call = await findCall(deps, request);
  const { DcrConfiguration: dcr } = call.pool.config;
  const mode = await modeOf(call, request);
  if (dcr?.EnableStatus !== 'Enabled' || allowedFlows(dcr, mode).length === 0) throw notEnabled(mode);
  const registration = readRegistration(request.body, dcr, mode);
  await admit(call, 'CreateUserPoolClient');
  await checkRoom(call, mode);
  return sendJson(reply, 201, describe(await add(call, registration), registration));
};
