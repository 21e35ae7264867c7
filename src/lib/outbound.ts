/** Requests to addresses that somebody else has chosen: https to public addresses only, checked when connecting, within bounds. */
import { type LookupAddress, lookup as resolve } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Addresses that no public server has: loopback, private and shared networks, link-local (with the metadata of clouds), and others. */
const blockList = (ranges: string, family: 'ipv4' | 'ipv6'): BlockList => {
  const blocked = new BlockList();
  for (const range of ranges.split(' ')) {
    const [address = '', bits] = range.split('/');
    blocked.addSubnet(address, Number(bits), family);
  }
  return blocked;
};
const blocked4 = blockList(
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
  'ipv4',
);
// Those of IPv6 that carry an address of IPv4 are refused as a whole: who knows where a gateway leads.
const blocked6 = blockList(
  '::/96 ::ffff:0:0/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
  'ipv6',
);

export const isPublicAddress = (address: string): boolean => {
  const version = isIP(address);
  if (version === 4) return !blocked4.check(address, 'ipv4');
  return version === 6 && !blocked6.check(address, 'ipv6');
};

export type OutboundRequest = {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** The operator has named the address: it may be private, and without TLS. */
  trusted?: boolean;
};

/** @throws Error for what may not be reached, does not answer in time, or answers too much; any status is an answer */
export type Outbound = (url: string, request?: OutboundRequest) => Promise<Response>;

const refusePrivate: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '', 0);
    const hidden = addresses.find(({ address }) => !isPublicAddress(address));
    if (hidden) return callback(new Error(`${hostname} is not at a public address`), '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    callback(null, first?.address ?? '', first?.family ?? 0);
  });
};

const checkUrl = ({ protocol, hostname }: URL): void => {
  if (protocol !== 'https:') throw new Error(`${hostname} may only be reached by https`);
  const literal = hostname.replace(/^\[|\]$/g, '');
  // An address is not looked up.
  if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw new Error(`${hostname} is not a public address`);
};

/**
 * @param reach `any`: private addresses and http as well, for an operator whose providers are in a private network
 * @param timeout milliseconds for the whole exchange
 * @param longest bytes of an answer
 */
export const createOutbound =
  ({
    reach = 'public',
    timeout = 5000,
    longest = 512 * 1024,
  }: {
    reach?: 'public' | 'any';
    timeout?: number;
    longest?: number;
  } = {}): Outbound =>
  (url, { method = 'GET', headers = {}, body, trusted = false } = {}) =>
    new Promise((fulfil, reject) => {
      const target = new URL(url);
      const isOpen = trusted || reach === 'any';
      if (!isOpen) checkUrl(target);
      const send = target.protocol === 'https:' ? requestHttps : requestHttp;
      const sending = send(target, {
        method,
        headers: { accept: 'application/json', 'user-agent': 'cenote', ...headers },
        // A connection of its own: one that is kept would not be checked again.
        agent: false,
        signal: AbortSignal.timeout(timeout),
        ...(isOpen ? {} : { lookup: refusePrivate }),
      });
      sending.on('error', reject);
      sending.on('response', answer => {
        const chunks: Buffer[] = [];
        let length = 0;
        answer.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length <= longest) return chunks.push(chunk);
          reject(new Error(`${target.host} answers more than ${longest} bytes`));
          sending.destroy();
        });
        answer.on('error', reject);
        // Redirects are answers like any other: where they lead has not been checked.
        answer.on('end', () => {
          const status = answer.statusCode ?? 0;
          const text = [204, 205, 304].includes(status) ? null : Buffer.concat(chunks);
          const type = answer.headers['content-type'];
          if (status < 200) return reject(new Error(`${target.host} answers with status ${status}`));
          fulfil(new Response(text, { status, headers: type === undefined ? {} : { 'content-type': type } }));
        });
      });
      sending.end(body);
    });
