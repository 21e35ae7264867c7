/** Writes an error as AWS JSON 1.1 does: in the body and, for browsers and command lines, in headers. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAmzJson } from './aws-answer.ts';

/** What a client is told. `name` is AWS's exception name. */
export type ErrorAnswer = { name: string; message: string; status: number; reasonCode?: string };

/** Longer, and clients that bound the size of headers could not read the answer; the body has all of it. */
const maxHeaderLength = 1024;

/** Text that may stand in a header: visible ASCII and spaces; anything else becomes `?`, line breaks a space. */
export const headerSafe = (text: string): string =>
  text
    .slice(0, maxHeaderLength)
    .replace(/[\r\n\t]+/g, ' ')
    .replace(/[^\x20-\x7e]/g, '?')
    .trim();

/** The body alone: for answers that are written without Fastify. */
export const errorBody = ({ name, message, reasonCode }: Omit<ErrorAnswer, 'status'>): string =>
  JSON.stringify({ __type: name, message, ...(reasonCode === undefined ? {} : { reasonCode }) });

/** Ends the request with that error, and notes its name for the request's log line. */
export const sendError = (request: FastifyRequest, reply: FastifyReply, answer: ErrorAnswer): void => {
  request.facts.error = answer.name;
  sendAmzJson(request, reply, answer.status, errorBody(answer), {
    'x-amzn-errortype': `${answer.name}:`,
    'x-amzn-errormessage': headerSafe(answer.message),
  });
};
