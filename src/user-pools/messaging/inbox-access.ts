/** Who may read the development inbox: whoever signs with a key that may, or, where it is open, a program on the same machine. */
import { BlockList, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';
import { authorize } from '../../iam/authorize.ts';
import { policyContext } from '../../iam/policy-context.ts';
import { requestFacts } from '../../wire/request-facts.ts';
import type { SigV4 } from '../../wire/sigv4.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLoopback = (address: string | undefined): boolean => {
  if (address === undefined) return false;
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return loopback.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
};

/** A name of somebody else's that leads to this machine (DNS rebinding) is not one of these. */
const loopbackHost = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d{1,5})?$/i;

/** What proxies add: the sender may be anywhere then. */
const proxyHeader = /^(?:forwarded|via|x-forwarded(?:-.*)?|x-real-ip|true-client-ip|cf-connecting-ip)$/;

/** Browsers tell where a request comes from: other pages must not even make one. */
const fromPage = ({ origin, 'sec-fetch-site': site = 'none' }: FastifyRequest['headers']): boolean =>
  origin !== undefined || !['none', 'same-origin'].includes(String(site));

/** Whether a program on this machine asks for itself: by address, by the name it asked for, and through nothing in between. */
export const isFromHere = ({ raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>): boolean =>
  isLoopback(raw.socket.remoteAddress) &&
  loopbackHost.test(headers.host ?? '') &&
  !Object.keys(headers).some(name => proxyHeader.test(name)) &&
  !fromPage(headers);

/**
 * @param resource the ARN that a policy must allow `cenote:ReadInbox` on
 * @param now epoch milliseconds
 * @returns the account whose messages may be read
 * @throws what a signature that is missing or wrong is answered with, AccessDeniedException
 */
export const readerAccount = async (
  verify: SigV4,
  request: FastifyRequest,
  behindProxy: boolean,
  resource: (accountId: string) => string,
  now: number,
): Promise<string> => {
  const { method = 'GET', url = '/', headers, rawHeaders } = request.raw;
  const host = behindProxy ? request.host : undefined;
  const received = { method, url, headers, rawHeaders, host, body: Buffer.alloc(0) };
  const { principal, region } = await verify(received, 'cognito-idp');
  request.facts.account = principal.accountId;
  const facts = policyContext(requestFacts(request, region, now));
  authorize(principal, 'cenote:ReadInbox', resource(principal.accountId), facts);
  return principal.accountId;
};
