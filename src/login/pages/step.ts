/** A step of a sign-in on a page: what has been asked, sealed into a hidden field, never into an address. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { LoginClientCall } from '../host.ts';

export type Step = {
  challenge: ChallengeNameType;
  /** The engine's Session: how long it is good, and how often, is its own business. */
  session: string;
  /** The name as typed. */
  username: string;
  /** ChallengeParameters: a wrong answer does not ask again, but the page has to be shown again. */
  parameters: Record<string, string>;
  /** What else the person could choose. */
  available?: ChallengeNameType[] | undefined;
  /** `remember`: the device is to be remembered. `secret`: of the authenticator app that is being set up. `began`: by choice or otherwise. */
  notes: { remember?: boolean; secret?: string; way?: string };
};

export const stepField = 'session';

const purpose = 'login-step';
const context = ({ pool, client }: LoginClientCall): string => `${pool.id}/${client.id}`;

export const sealStep = (call: LoginClientCall, step: Step): string =>
  call.sealer.seal(purpose, JSON.stringify(step), context(call));

/** @returns undefined for what is not ours, or another client's */
export const openStep = (call: LoginClientCall, text: string): Step | undefined => {
  const opened = call.sealer.open(purpose, text, context(call));
  return opened && JSON.parse(opened.toString());
};
