/** Adds what browsers and OAuth clients meet: the endpoints of the protocol and the pages. Forms and cookies are read here only. */
import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import type { FastifyInstance } from 'fastify';
import type { OAuthDeps } from './oauth/answer.ts';
import { addAuthorize } from './oauth/authorize.ts';

/** Bytes of a form: nothing that is sent here is long. */
const bodyLimit = 64 * 1024;

export const addLogin = (server: FastifyInstance, deps: OAuthDeps): void => {
  server.register(async login => {
    login.removeAllContentTypeParsers();
    await login.register(cookie);
    await login.register(formbody, { bodyLimit });
    addAuthorize(login, deps);
  });
};
