/** Stops a server gracefully: no new connections, requests in flight are finished, idle connections are closed. */
import type { FastifyInstance } from 'fastify';

/** Connections whose last answer has gone out are looked for this often, in milliseconds. */
const idleCheck = 50;

/**
 * Resolves when every connection is closed. New requests on open connections are answered 503.
 * @param limit milliseconds after which connections with a request in flight are cut
 * @returns whether every request could be finished
 */
export const shutDown = async (server: FastifyInstance, limit = 10_000): Promise<boolean> => {
  let cut = false;
  const idle = setInterval(() => server.server.closeIdleConnections(), idleCheck);
  const end = setTimeout(() => {
    cut = true;
    server.server.closeAllConnections();
  }, limit);
  try {
    await server.close();
  } finally {
    clearInterval(idle);
    clearTimeout(end);
  }
  return !cut;
};
