/** What every challenge file exports: how it asks and how it checks an answer. */
import type { ClientCall } from '../../call/call.ts';
import type { Attempt, ChallengeState, Proof } from '../attempt.ts';

/** AuthParameters or ChallengeResponses. */
export type Answers = Record<string, string>;

export type Question = {
  /** `ChallengeParameters`. */
  parameters: Record<string, string>;
  /** What `check` will need; sealed into the Session. */
  state?: ChallengeState;
  /** The attempt is sealed into the parameters already, so there is no Session. */
  carriesAttempt?: boolean;
};

export type Challenge = {
  /** @param answers what the client has sent along (SRP_A) */
  ask(call: ClientCall, attempt: Attempt, answers: Answers): Promise<Question>;
  /**
   * @returns the attempt with what has been proven
   * @throws AwsError for a wrong answer; unless it says otherwise the challenge can then be answered again
   */
  check(call: ClientCall, attempt: Attempt, answers: Answers, state: ChallengeState): Promise<Attempt>;
  /** Where the sealed attempt travels, if not in `Session`. */
  attemptIn?: string;
  /** The parameter that answers it: where it comes with the first step, the challenge need not be asked. */
  answeredBy?: string;
  /** Guesses are counted from the first one on, also where nothing has been proven before. */
  guessable?: boolean;
  /** Answered through AdminRespondToAuthChallenge only. */
  adminOnly?: boolean;
};

export const proved = (attempt: Attempt, proof: Proof, user = attempt.user): Attempt => ({
  ...attempt,
  user,
  proven: [...attempt.proven, proof],
  // What was chosen has been shown.
  chosen: undefined,
});
