/** Answers what never became a request: broken HTTP, headers that are too large, clients that are too slow. */
import type { Socket } from 'node:net';
import { uuid } from '../lib/random.ts';
import { amzJson } from './aws-answer.ts';
import { errorBody } from './aws-error.ts';

type Refusal = { status: string; name: string; message: string };

const refusals: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    name: 'RequestEntityTooLargeException',
    message: 'Request header is too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    name: 'RequestTimeoutException',
    message: 'The request was not received in time.',
  },
};
const broken: Refusal = {
  status: '400 Bad Request',
  name: 'SerializationException',
  message: 'The request is not valid HTTP.',
};

/** Node's `clientError` listener: answers once, then closes the connection. */
export const refuseBrokenRequest = (error: NodeJS.ErrnoException, socket: Socket): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, name, message } = refusals[error.code ?? ''] ?? broken;
  const body = errorBody({ name, message });
  // A client that never reads must not keep the socket.
  socket.setTimeout(5_000, () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status}`,
      `content-type: ${amzJson}`,
      `content-length: ${Buffer.byteLength(body)}`,
      `x-amzn-requestid: ${uuid()}`,
      `x-amzn-errortype: ${name}:`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
};
