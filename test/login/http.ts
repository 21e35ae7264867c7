/** One plain HTTP request, with whatever Host and path a test wants: `fetch` would correct both. */
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type Plain = { status: number | undefined; headers: IncomingHttpHeaders; body: string };

export const plainRequest = async (
  url: string,
  path: string,
  { method = 'GET', headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Plain> => {
  const { hostname, port } = new URL(url);
  const sent = request({ hostname, port, path, method, headers, agent: false });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
};

export const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' };
