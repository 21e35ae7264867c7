/** What conditions of policies can ask about a request: where it came from, how, and when. */
import type { FastifyRequest } from 'fastify';
import { type ContextFacts, timeFacts } from '../iam/policy-context.ts';

const first = (header: string | string[] | undefined): string | undefined =>
  Array.isArray(header) ? header[0] : header;

/** @param now epoch milliseconds */
export const requestFacts = (request: FastifyRequest, region: string, now: number): ContextFacts => ({
  ...timeFacts(now),
  'aws:SourceIp': request.ip.replace(/^::ffff:(?=\d+\.)/i, ''),
  'aws:SecureTransport': String(request.protocol === 'https'),
  'aws:UserAgent': first(request.headers['user-agent']),
  'aws:Referer': first(request.headers.referer),
  'aws:RequestedRegion': region,
});

const isTags = (value: unknown): value is Record<string, string> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members of operations that hold tags: those of pools being made, and of TagResource. */
const tagMembers = ['Tags', 'UserPoolTags', 'IdentityPoolTags'];

/** `aws:RequestTag/…` and `aws:TagKeys` of an operation's input. */
export const tagsInRequest = (input: Readonly<Record<string, unknown>>): ContextFacts => {
  const tags = Object.assign({}, ...tagMembers.map(name => input[name]).filter(isTags)) as Record<string, string>;
  const removed = Array.isArray(input.TagKeys) ? (input.TagKeys as string[]) : [];
  const keys = [...Object.keys(tags), ...removed];
  const facts = Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]);
  return { ...Object.fromEntries(facts), 'aws:TagKeys': keys.length > 0 ? keys : undefined };
};
