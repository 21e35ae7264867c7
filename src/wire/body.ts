/** Receives a request's body as bytes and as text, within bounds. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../contract/errors.ts';

/** AWS's limit for these services is 1 MB. */
export const maxBodyBytes = 1024 * 1024;
/** How much of an oversized body is received, and dropped: a connection that is closed earlier often loses the answer. */
const maxDrainedBytes = 8 * maxBodyBytes;

const tooLarge = () => new AwsError('RequestEntityTooLargeException', 'Request size exceeded the limit of 1 MB.');

type Done = (error: Error | null, body?: Buffer) => void;

/** Fastify's content type parser for the API: collects the body. `done` gets RequestEntityTooLargeException above the limit. */
export const receiveBody = (_request: unknown, stream: IncomingMessage, done: Done): void => {
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
    if (length <= maxBodyBytes) chunks.push(chunk);
    else {
      chunks.length = 0;
      if (length > maxDrainedBytes) finish(tooLarge());
    }
  });
  stream.on('end', () => {
    if (length > maxBodyBytes) finish(tooLarge());
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
