/** Scheme and host as the browser sees them: what proxies say of them counts only where the operator trusts the proxy (RFC 7239). */
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { FastifyRequest } from 'fastify';

export type SeenHost = {
  protocol: 'http' | 'https' /** With the port, where it has one. */;
  host: string;
  hostname: string;
};

type Request = Pick<FastifyRequest, 'protocol' | 'host' | 'headers' | 'socket'>;

const listed = new WeakMap<readonly string[], BlockList>();

/** The addresses and ranges, as a list that Node can search. */
const listOf = (trustedProxies: readonly string[]): BlockList => {
  const known = listed.get(trustedProxies);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const entry of trustedProxies) {
    const [address = '', bits] = entry.split('/');
    const family = isIPv6(address) ? 'ipv6' : 'ipv4';
    // The server knows some more forms, for the headers that it reads itself.
    if (isIP(address) === 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) continue;
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  listed.set(trustedProxies, list);
  return list;
};

const isTrusted = (address: string | undefined, trustedProxies: readonly string[]): boolean => {
  if (address === undefined || trustedProxies.length === 0) return false;
  return listOf(trustedProxies).check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
};

/** What the nearest proxy says in `Forwarded`: the last element. */
const forwarded = (header: string | undefined): Record<string, string> => {
  const last = header?.split(',').at(-1) ?? '';
  const pairs = last.split(';').flatMap(part => {
    const [, name = '', value = ''] = /^\s*([a-z]+)\s*=\s*"?([^"]*)"?\s*$/i.exec(part) ?? [];
    return name === '' ? [] : [[name.toLowerCase(), value] as const];
  });
  return Object.fromEntries(pairs);
};

/** A name or address with an optional port: nothing that could lead a URL elsewhere. */
const hostShape = /^(?:[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/;

/**
 * `X-Forwarded-Host` and `-Proto` are read by the server, which trusts the same proxies. `Forwarded` counts where there is none of them: a
 * proxy that writes those may pass on a `Forwarded` that anybody has sent. A host that cannot be one is `localhost`: no answer repeats it.
 */
export const seenHost = (request: Request, trustedProxies: readonly string[]): SeenHost => {
  const { headers } = request;
  const isSaid = headers['x-forwarded-host'] === undefined && headers['x-forwarded-proto'] === undefined;
  const said = isSaid && isTrusted(request.socket.remoteAddress, trustedProxies) ? forwarded(headers.forwarded) : {};
  const given = (said.host ?? request.host).toLowerCase();
  const host = hostShape.test(given) ? given : 'localhost';
  const protocol = (said.proto ?? request.protocol).toLowerCase() === 'https' ? 'https' : 'http';
  return { protocol, host, hostname: host.replace(/:\d+$/, '') };
};
