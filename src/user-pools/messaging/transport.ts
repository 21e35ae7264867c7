/** What carries messages out of the house, and how it says that it could not. */
import type { Medium, MessageContent } from './templates.ts';

export type OutgoingMessage = {
  poolId: string;
  /** Stays the same when a message is sent again, so that a receiver can tell. */
  messageId: string;
  medium: Medium;
  destination: string;
  /** What it is for: SignUp, ForgotPassword, … */
  purpose: string;
  content: MessageContent;
};

export type Transport = {
  name: string;
  /** The text stays (sealed) in the outbox until the message expires, for a person to read there; otherwise it leaves once sent. */
  keepsContent: boolean;
  /** Resolves when the next hop has taken the message; rejects with `deliveryFailure`. Stops when `signal` is aborted. */
  send(message: OutgoingMessage, signal: AbortSignal): Promise<void>;
  /** Lets go of connections. */
  close?(): void;
};

export type Transports = Record<Medium, Transport>;

/** Why a message did not go out, as far as it may be told. */
export type Failure = {
  /** Stored and logged: it must hold nothing of the message, its destination included. */
  summary: string;
  /** Another try cannot cure it. */
  permanent: boolean;
  /** The server may not use the service that sends: for the operator to mend. */
  denied: boolean;
};

export const deliveryFailure = (summary: string, permanent: boolean, cause?: unknown): Error =>
  Object.assign(new Error(summary, { cause }), { summary, permanent });

/** The service that sends refuses this server, not the message. */
export const accessDenied = (summary: string, cause?: unknown): Error =>
  Object.assign(deliveryFailure(summary, false, cause), { denied: true });

/** Reads a rejection of `send`; of an error that a transport did not make itself only the kind is told, since its text may hold anything. */
export const readFailure = (error: unknown): Failure => {
  const { summary, permanent, denied, code, name } = (error ?? {}) as Record<string, unknown>;
  if (typeof summary === 'string') return { summary, permanent: permanent === true, denied: denied === true };
  const kind = [name, code].filter(part => typeof part === 'string' && /^\w+$/.test(part));
  return { summary: kind.join(' ') || 'unknown error', permanent: false, denied: false };
};
