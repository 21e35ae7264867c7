/** Adds what browsers and OAuth clients meet: the endpoints of the protocol and the pages. Forms and cookies are read here only. */
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { Quotas } from '../user-pools/limits/quotas.ts';
import { addDiscovery } from './discovery.ts';
import { admitToDomain, createLimits } from './limits.ts';
import { addEndpoint, type Endpoint, type Handle, noteError, type OAuthDeps, sendOAuthError } from './oauth/answer.ts';
import { addPages } from './pages/routes.ts';

/** What programs call. */
const endpoints: Endpoint[] = [
  { path: '/oauth2/token', methods: ['POST'], load: () => import('./oauth/token.ts') },
  { path: '/oauth2/userInfo', methods: ['GET', 'POST'], load: () => import('./oauth/userinfo.ts') },
  { path: '/oauth2/revoke', methods: ['POST'], load: () => import('./oauth/revoke.ts') },
  { path: '/oauth2/introspect', methods: ['POST'], load: () => import('./oauth/introspect.ts') },
  { path: '/oauth2/par', methods: ['POST'], load: () => import('./oauth/par.ts') },
  { path: '/oauth2/device_authorization', methods: ['POST'], load: () => import('./oauth/device.ts') },
];

/** What browsers are sent to, and are sent on from. */
const redirections: Record<string, () => Promise<{ handle: Handle }>> = {
  '/oauth2/authorize': () => import('./oauth/authorize.ts'),
  '/logout': () => import('./oauth/logout.ts'),
};

/** On the server's own host, which serves every pool, with the pool's id. */
const registrations = ['/oauth2/register', '/:poolId/oauth2/register'];

/** Bytes of a form: nothing that is sent here is long. */
const bodyLimit = 64 * 1024;

/** JSON is read here and nowhere else of what browsers and OAuth clients meet. */
const addRegistration = (json: FastifyInstance, deps: OAuthDeps): void => {
  const parser = json.getDefaultJsonParser('error', 'error');
  json.addContentTypeParser('application/json', { parseAs: 'string', bodyLimit }, parser);
  for (const path of registrations)
    addEndpoint(json, deps, { path, methods: ['POST'], load: () => import('./oauth/register.ts') });
};

/** Cognito's rates of requests to a domain; every refusal is JSON, since nothing is known yet of who asks. */
const countRequests = (login: FastifyInstance, deps: OAuthDeps, quotas: Quotas): void => {
  login.addHook('preHandler', (request, reply) =>
    admitToDomain(deps, quotas, request).catch(thrown => sendOAuthError(reply, noteError(request, deps.log, thrown))),
  );
};

type Options = Omit<OAuthDeps, 'limits'> & { quotas?: Quotas | undefined };

export const addLogin = (server: FastifyInstance, { quotas, ...options }: Options): void => {
  const deps: OAuthDeps = { ...options, limits: createLimits(quotas) };
  server.register(async login => {
    login.removeAllContentTypeParsers();
    await login.register(cookie);
    await login.register(formbody, { bodyLimit });
    if (quotas !== undefined) countRequests(login, deps, quotas);
    addDiscovery(login, deps);
    for (const endpoint of endpoints) addEndpoint(login, deps, endpoint);
    for (const [url, load] of Object.entries(redirections))
      login.route({
        method: ['GET', 'POST'],
        url,
        exposeHeadRoute: false,
        handler: async (request, reply) => (await load()).handle(deps, request, reply),
      });
    login.register(async json => addRegistration(json, deps));
    addPages(login, deps);
  });
};
