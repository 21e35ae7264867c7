/** Receives a request's body as bytes and as text, within bounds. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { AwsError } from '../contract/errors.ts';

const megabyte = 1024 * 1024;
/** AWS's limit for these services, but for the few operations that a service names. */
export const maxBodyBytes = megabyte;
/** How much of an oversized body is received, and dropped, in times of the limit: a connection that is closed earlier often loses the answer. */
const drained = 8;

const tooLarge = (limit: number) =>
  new AwsError('RequestEntityTooLargeException', `Request size exceeded the limit of ${limit / megabyte} MB.`);

type Done = (error: Error | null, body?: Buffer) => void;

/**
 * Fastify's content type parser for the API: collects the body. `done` gets RequestEntityTooLargeException above the limit.
 * @param limitOf how many bytes the body of a request may have
 */
export const bodyReceiver =
  (limitOf: (request: FastifyRequest) => number) =>
  (request: FastifyRequest, stream: IncomingMessage, done: Done): void => {
    const limit = limitOf(request);
    const chunks: Buffer[] = [];
    let length = 0;
    let finished = false;
    const finish: Done = (error, body) => {
      if (finished) return;
      finished = true;
      done(error, body);
    };
    stream.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        if (length > drained * limit) finish(tooLarge(limit));
      }
    });
    stream.on('end', () => {
      if (length > limit) finish(tooLarge(limit));
      else finish(null, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length));
    });
    // The client has gone, or its framing is broken: nobody reads the answer.
    stream.on('error', cause => finish(new AwsError('SerializationException', 'Incomplete request', { cause })));
  };

/** @throws SerializationException for what is no UTF-8: read leniently, two different passwords could become one */
export const textOf = (body: Buffer): string => {
  if (!isUtf8(body)) throw new AwsError('SerializationException', 'The request body is not valid UTF-8.');
  return body.toString('utf8');
};
