/** Adds what browsers and OAuth clients meet: the endpoints of the protocol and the pages. Forms and cookies are read here only. */
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import { addConfirmUser } from './confirm-user.ts';
import { addDiscovery } from './discovery.ts';
import { addEndpoint, type Endpoint, type OAuthDeps } from './oauth/answer.ts';
import { addAuthorize } from './oauth/authorize.ts';
import { deviceAuthorizationEndpoint } from './oauth/device.ts';
import { createGuesses } from './oauth/guesses.ts';
import { introspectEndpoint } from './oauth/introspect.ts';
import { addLogout } from './oauth/logout.ts';
import { parEndpoint } from './oauth/par.ts';
import { addRegistration } from './oauth/register.ts';
import { revokeEndpoint } from './oauth/revoke.ts';
import { tokenEndpoint } from './oauth/token.ts';
import { userInfoEndpoint } from './oauth/userinfo.ts';
import { addPages } from './pages/routes.ts';

const endpoints: Endpoint[] = [
  tokenEndpoint,
  userInfoEndpoint,
  revokeEndpoint,
  introspectEndpoint,
  parEndpoint,
  deviceAuthorizationEndpoint,
];

/** Bytes of a form: nothing that is sent here is long. */
const bodyLimit = 64 * 1024;

export const addLogin = (server: FastifyInstance, options: Omit<OAuthDeps, 'guesses'>): void => {
  const deps: OAuthDeps = { ...options, guesses: createGuesses() };
  server.register(async login => {
    login.removeAllContentTypeParsers();
    await login.register(cookie);
    await login.register(formbody, { bodyLimit });
    addDiscovery(login, deps);
    addConfirmUser(login, deps);
    addAuthorize(login, deps);
    addLogout(login, deps);
    for (const endpoint of endpoints) addEndpoint(login, deps, endpoint);
    addRegistration(login, deps);
    addPages(login, deps);
  });
};
