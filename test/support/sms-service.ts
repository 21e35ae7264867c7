/** A service for text messages that answers with the last three digits of the number. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;

export const startSmsService = async () => {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.writeHead(Number(JSON.parse(body).data.to.slice(-3))).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    /** For `startWorld`. */
    settings: { CENOTE_SMS: url, CENOTE_SMS_SECRET: secret },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
