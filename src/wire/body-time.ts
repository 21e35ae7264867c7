/** Bounds the time in which a request's body must arrive: a client that sends byte by byte must not hold a connection for long. */
import type { FastifyInstance } from 'fastify';
import { refuseBrokenRequest } from './client-error.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes large files: only the server's own limit bounds the time. */
    takesFiles?: boolean;
  }
}

const timeout = () => Object.assign(new Error('the body did not arrive in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });

/** Answers 408 and closes the connection when the body of a request is not complete after so many milliseconds. */
export const limitBodyTime = (server: FastifyInstance, milliseconds: number): void => {
  server.addHook('onRequest', ({ raw, routeOptions }, _reply, done) => {
    const { 'content-length': length, 'transfer-encoding': encoding } = raw.headers;
    if ((length !== undefined || encoding !== undefined) && !routeOptions.config.takesFiles) {
      const timer = setTimeout(() => {
        if (!raw.complete) refuseBrokenRequest(timeout(), raw.socket);
      }, milliseconds).unref();
      raw.once('close', () => clearTimeout(timer));
    }
    done();
  });
};
