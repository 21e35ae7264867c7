/** A keep-alive HTTP connection on a bare socket: the generator shares the processors with the server, so it must cost little. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export type Answered = (status: number, body: Buffer) => void;

export type Connection = {
  /** One request at a time. `answered` gets the body as a view that is good until it returns. */
  send(request: Buffer, answered: Answered): void;
  request(request: Buffer): Promise<{ status: number; body: string }>;
  close(): void;
};

const blankLine = Buffer.from('\r\n\r\n');
const contentLength = /\r\ncontent-length: (\d+)/i;

/** The answer at the beginning of `received`, if it is there as a whole. */
const parseAnswer = (received: Buffer): { status: number; body: Buffer } | undefined => {
  const headEnd = received.indexOf(blankLine);
  if (headEnd === -1) return undefined;
  const head = received.toString('latin1', 0, headEnd);
  const length = contentLength.exec(head)?.[1];
  if (length === undefined) throw new Error(`An answer without a length:\n${head}`);
  const bodyStart = headEnd + blankLine.length;
  const bodyEnd = bodyStart + Number(length);
  if (received.length < bodyEnd) return undefined;
  return { status: Number(head.slice(9, 12)), body: received.subarray(bodyStart, bodyEnd) };
};

/** Connects to this machine's `port`. A connection that breaks ends the benchmark: the error is thrown. */
export const openConnection = async (port: number): Promise<Connection> => {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await once(socket, 'connect');
  let answered: Answered | undefined;
  let rest: Buffer | undefined;

  socket.on('data', chunk => {
    const received = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    const answer = parseAnswer(received);
    rest = answer === undefined ? received : undefined;
    if (answer === undefined) return;
    const done = answered;
    answered = undefined;
    done?.(answer.status, answer.body);
  });
  socket.on('close', () => {
    if (answered !== undefined) throw new Error('The server closed a connection in the middle of a request');
  });

  const send = (request: Buffer, then: Answered) => {
    answered = then;
    socket.write(request);
  };
  return {
    send,
    request: bytes => new Promise(resolve => send(bytes, (status, body) => resolve({ status, body: body.toString() }))),
    close() {
      answered = undefined;
      socket.destroy();
    },
  };
};
