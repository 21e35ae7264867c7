/** Where the pages of a pool are to be found from outside. */
import { findDomainsOf, type PoolDomain } from '../../storage/domains.ts';
import type { Db } from '../../storage/schema.ts';
import type { House } from './call.ts';

/** Prefix domains stand below the server's own host, or below `localhost` where that host is an address, which has no names below it. */
export const domainUrl = ({ publicUrl }: Pick<House, 'publicUrl'>, { kind, name }: PoolDomain): string => {
  const { protocol, hostname, port } = new URL(publicUrl());
  const isAddress = /^[\d.]+$|^\[/.test(hostname);
  const host = kind === 'custom' ? name : `${name}.auth.${isAddress ? 'localhost' : hostname}`;
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}`;
};

/** The pool's custom domain, or its prefix domain; for a pool without either the server itself, which serves the pages of every pool. */
export const pagesUrl = async (db: Db, house: Pick<House, 'publicUrl'>, poolId: string): Promise<string> => {
  const domains = await findDomainsOf(db, poolId);
  const domain = domains.find(({ kind }) => kind === 'custom') ?? domains[0];
  return domain === undefined ? house.publicUrl() : domainUrl(house, domain);
};
