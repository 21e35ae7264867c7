/** Receives the events of triggers as signed webhooks: verifies them, and answers as functions do. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import type { PreSignUpTriggerEvent } from 'aws-lambda';

const { WEBHOOK_SECRET = '', ALLOWED_DOMAIN = 'example.com', PORT = '8090' } = process.env;
const key = Buffer.from(WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
if (key.length < 24) throw new Error('WEBHOOK_SECRET: expected what stands in CENOTE_TRIGGERS_SECRET');

/** Seconds by which the clocks of both sides may differ: nobody can use an event again that is older. */
const tolerance = 300;

const isAuthentic = (headers: IncomingHttpHeaders, body: string): boolean => {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map(name => String(headers[`webhook-${name}`]));
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) < tolerance)) return false;
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  // There are several while the secret is being replaced.
  return String(signatures)
    .split(' ')
    .filter(signature => signature.startsWith('v1,'))
    .map(signature => Buffer.from(signature.slice('v1,'.length), 'base64'))
    .some(given => given.length === expected.length && timingSafeEqual(given, expected));
};

const preSignUp = (event: PreSignUpTriggerEvent): PreSignUpTriggerEvent => {
  const { email = '' } = event.request.userAttributes;
  if (!email.endsWith(`@${ALLOWED_DOMAIN}`)) throw new Error(`Only people of ${ALLOWED_DOMAIN} may sign up`);
  return event;
};

const server = createServer(async (request, response) => {
  const answer = (status: number, body: object) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  const body = await text(request);
  if (!isAuthentic(request.headers, body)) return answer(401, {});
  const event = JSON.parse(body);
  try {
    // An event that is none of ours goes back as it came: that changes nothing.
    answer(200, event.triggerSource.startsWith('PreSignUp_') ? preSignUp(event) : event);
  } catch (error) {
    answer(400, { errorMessage: (error as Error).message });
  }
});
server.listen(Number(PORT), '127.0.0.1', () => {
  const { port } = server.address() as { port: number };
  console.log(`listens on http://127.0.0.1:${port}`);
});
