/** For supervisors and load balancers: is the process alive, and should it get requests? */
import type { FastifyInstance } from 'fastify';

export type Health = {
  /** Whether what the server depends on answers. */
  ready(): Promise<boolean>;
  stopping(): boolean;
};

export const addHealth = (server: FastifyInstance, { ready, stopping }: Health): void => {
  server.get('/health/live', (_request, reply) => {
    reply.header('cache-control', 'no-store').send({ status: 'live' });
  });
  server.get('/health/ready', async (_request, reply) => {
    const isReady = !stopping() && (await ready().catch(() => false));
    return reply
      .header('cache-control', 'no-store')
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? 'ready' : stopping() ? 'stopping' : 'not ready' });
  });
};
