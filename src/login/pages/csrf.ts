/** Forms can be sent from these pages only: a field that must say what the cookie says, and a cookie that only this server can have made. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import '@fastify/cookie';
import { constantTimeEqual } from '../../lib/equal.ts';
import { randomBase64Url } from '../../lib/random.ts';
import type { Sealer } from '../../lib/seal.ts';

/** As Cognito calls them, with the same value in both: scripts that fill in its forms fill in these as well. */
const cookieName = 'XSRF-TOKEN';
export const csrfField = '_csrf';

type Call = { sealer: Sealer; base: string };

const purpose = 'login-csrf';

const isOurs = ({ sealer }: Call, token: string): boolean => {
  const [random = '', mac = ''] = token.split('.');
  return sealer.macs(purpose, random).some(each => constantTimeEqual(each, mac));
};

const newToken = ({ sealer }: Call): string => {
  const random = randomBase64Url(18);
  return `${random}.${sealer.mac(purpose, random)}`;
};

const cookieOf = (call: Call, { cookies }: FastifyRequest): string | undefined => {
  const token = cookies[cookieName];
  return token !== undefined && isOurs(call, token) ? token : undefined;
};

/** The token for the forms of a page. A browser keeps the one it has, so that what stands open in another tab can still be sent. */
export const csrfToken = (call: Call, request: FastifyRequest, reply: FastifyReply): string => {
  const token = cookieOf(call, request) ?? newToken(call);
  reply.setCookie(cookieName, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: call.base.startsWith('https:'),
  });
  return token;
};

/** What browsers say of where a request comes from. `none`: somebody has asked for it, by reloading. */
const ownSites: readonly unknown[] = [undefined, 'same-origin', 'none'];

/** Whether a form was sent by one of these pages, in this browser. */
export const isOwnForm = (call: Call, request: FastifyRequest, form: Readonly<Record<string, string>>): boolean => {
  const token = cookieOf(call, request);
  const given = form[csrfField];
  if (token === undefined || given === undefined || !constantTimeEqual(token, given)) return false;
  // A neighbour on a domain above could plant cookie and field of its own: it cannot make the browser say this.
  return ownSites.includes(request.headers['sec-fetch-site']);
};
