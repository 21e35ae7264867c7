/** How the events of triggers tell who signs in. */
import type { ClientCall } from '../call/call.ts';
import { hidesUsers } from '../doors/as-client.ts';
import { type Subject, userAttributes } from '../triggers/invoke.ts';
import type { Attempt } from './attempt.ts';
import { userIdOf } from './names.ts';

/** The person of the event; a name that nobody has is said to be one. */
export const whoOf = (call: ClientCall, attempt: Attempt): Subject => ({
  userName: attempt.user?.username ?? userIdOf(call, attempt),
  attributes: attempt.user ? userAttributes(attempt.user) : {},
});

/** Told to the functions of clients that hide who exists, and to no others: these never hear of nobody. */
export const whetherFound = ({ client }: ClientCall, { user }: Attempt): { userNotFound?: boolean } =>
  hidesUsers(client) ? { userNotFound: user === undefined } : {};

/** What each challenge of a custom sign-in tells besides. */
export const aboutUser = (call: ClientCall, attempt: Attempt) => ({
  ...whetherFound(call, attempt),
  clientMetadata: attempt.metadata,
});
