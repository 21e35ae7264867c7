/** What a request says about its own signature, whether in the Authorization header or in the query. */
import { credentialHasWrongParts } from './sigv4-refusals.ts';

export type Scope = { date: string; region: string; service: string; terminator: string };

export type Claim = {
  accessKeyId: string;
  scope: Scope;
  /** In lower case. */
  signedHeaders: ReadonlySet<string>;
  /** Hexadecimal, as claimed: anything. */
  signature: string;
  /** When it was signed, in ISO 8601 basic format: 20260131T235959Z. */
  date: string;
  /** Where the date stood, if that was a header: it must be signed. */
  dateHeader?: 'x-amz-date' | 'date';
  /** Seconds for which a presigned request is good. */
  expiresIn?: number;
  sessionToken?: string;
};

/** Reads `AKIA…/20260131/us-east-1/cognito-idp/aws4_request`. */
export const parseCredential = (credential: string): { accessKeyId: string; scope: Scope } => {
  const [accessKeyId, date, region, service, terminator, ...rest] = credential.split('/');
  if (!accessKeyId || !date || !region || !service || !terminator || rest.length > 0)
    throw credentialHasWrongParts(credential);
  return { accessKeyId, scope: { date, region, service, terminator } };
};

export const parseSignedHeaders = (list: string): ReadonlySet<string> => new Set(list.toLowerCase().split(';'));

/** @returns epoch milliseconds, or undefined for what is not ISO 8601 in basic format */
export const parseBasicDate = (text: string): number | undefined => {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time) ? undefined : time;
};

/** 20260131T235959Z */
export const basicDate = (epochMilliseconds: number): string =>
  new Date(epochMilliseconds).toISOString().replace(/[-:]|\.\d+/g, '');
