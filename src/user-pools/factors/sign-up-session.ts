/** The `Session` that leads from SignUp over ConfirmSignUp to a first sign-in without typing a password again. */
import type { ClientCall } from '../call/call.ts';

/** What has happened when the session was given: registered, then confirmed by a code that only the owner could read. */
type Stage = 'registered' | 'confirmed';
type Facts = {
  id: string;
  sub: string;
  /** Where the code was read that has confirmed the account. */
  attribute?: string | undefined;
  /** Of the user when it was confirmed: whoever signs them out of everything ends this session, too. */
  signedOutAt?: number | null;
};

type Sealing = Pick<ClientCall, 'sealer' | 'clock' | 'pool' | 'client'>;
const context = ({ pool, client }: Sealing, stage: Stage) => `${pool.id}/${client.id}/${stage}`;

/** Sign-ups are confirmed from a mailbox, which takes longer than a sign-in does. */
const lifetimes: Record<Stage, (call: Sealing) => number> = {
  registered: () => 86_400_000,
  confirmed: ({ client }) => (client.config.AuthSessionValidity ?? 3) * 60_000,
};

/** Sessions go to clients that may use the choice-based sign-in. */
export const signsInAfterSignUp = ({ client }: Pick<ClientCall, 'client'>): boolean =>
  client.config.ExplicitAuthFlows?.includes('ALLOW_USER_AUTH') ?? false;

/** @param facts.id becomes the id of the sign-in attempt, which gives tokens once */
export const sealSignUpSession = (call: Sealing, stage: Stage, facts: Facts): string => {
  const expiresAt = call.clock.now() + lifetimes[stage](call);
  return call.sealer.seal('sign-up', JSON.stringify({ ...facts, expiresAt }), context(call, stage));
};

/** @returns undefined for what is not ours, another client's, of another stage or expired */
export const openSignUpSession = (call: Sealing, stage: Stage, text: string): Facts | undefined => {
  const opened = call.sealer.open('sign-up', text, context(call, stage));
  if (opened === undefined) return undefined;
  const { expiresAt, ...facts } = JSON.parse(opened.toString()) as Facts & { expiresAt: number };
  return expiresAt > call.clock.now() ? facts : undefined;
};
