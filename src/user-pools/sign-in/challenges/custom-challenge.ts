/** CUSTOM_CHALLENGE: what a pool's own triggers ask and check; without triggers there is nothing to ask. */
import { invalidParameter, invalidSession } from '../../../contract/errors.ts';
import type { Challenge } from './challenge.ts';

export const customChallenge: Challenge = {
  async ask() {
    throw invalidParameter('Custom auth lambda trigger is not configured for the user pool.');
  },
  async check() {
    throw invalidSession();
  },
};
