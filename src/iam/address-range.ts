/** Ranges of IP addresses as policies name them: `203.0.113.0/24`, `2001:db8::/32`, or one address. */
import { BlockList, isIP, isIPv4 } from 'node:net';

/** An IPv4 address that came over IPv6 is the IPv4 address. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/** @returns a test for addresses, or undefined for what is no range */
export const addressRange = (text: string): ((address: string) => boolean) | undefined => {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const longest = isIPv4(address) ? 32 : 128;
  const prefix = bits === undefined ? longest : Number(bits);
  if (isIP(address) === 0 || prefix > longest) return undefined;
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, prefix, family);
  return asked => {
    const candidate = plain(asked);
    // A BlockList would find an IPv4 address in an IPv6 range by its mapped form.
    if (isIP(candidate) === 0 || isIPv4(candidate) !== (family === 'ipv4')) return false;
    return list.check(candidate, family);
  };
};
