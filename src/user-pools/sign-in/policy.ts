/** What comes next in a sign-in: pure, read from top to bottom. */
import type { AuthFlowType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import {
  type AwsError,
  acrOutOfReach,
  noSecondFactor,
  passwordResetRequired,
  temporaryPasswordExpired,
  userDisabled,
  userNotConfirmed,
} from '../../contract/errors.ts';
import type { MfaFactor, User } from '../../storage/users.ts';
import type { Level, Proof } from '../tokens/assurance.ts';
import { type Askable, reaches, towards } from './step-up.ts';

const passwordless: readonly Proof[] = ['EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'];

/**
 * Why this user cannot sign in, whatever else they prove. Told before the password is checked only where the client may learn
 * who exists; Cognito says "not confirmed" there even to a wrong password. Whoever needs no password (an imported user, say)
 * need not reset one either.
 */
export const standing = (
  user: Pick<User, 'enabled' | 'status'>,
  proven: readonly Proof[] = [],
): AwsError | undefined => {
  if (!user.enabled) return userDisabled();
  if (user.status === 'UNCONFIRMED') return userNotConfirmed();
  if (user.status === 'RESET_REQUIRED' && !proves(proven, passwordless)) return passwordResetRequired();
  return undefined;
};

export type Facts = {
  flow: AuthFlowType;
  user: Pick<User, 'status' | 'passwordSetAt'>;
  proven: readonly Proof[];
  /** What the person has chosen among SELECT_CHALLENGE or SELECT_MFA_TYPE. */
  chosen: ChallengeNameType | undefined;
  /** Epoch milliseconds. */
  now: number;
  /** Milliseconds for which a temporary password is good. */
  temporaryPasswordLifetime: number;
  /** First factors that USER_AUTH offers this user; not looked up where they have shown one and no level is asked for. */
  firstFactors: readonly ChallengeNameType[];
  /** The level of authentication that must be reached. */
  target: Level | undefined;
  mfa: {
    /** MfaConfiguration ON: nobody signs in with one factor. */
    required: boolean;
    /** Second factors that the user can be asked for. */
    askable: readonly MfaFactor[];
    /** Those that the user could set up now. */
    settable: readonly MfaFactor[];
    preferred: MfaFactor | undefined;
    /** A passkey with user verification counts as two factors. */
    passkeySuffices: boolean;
    /** A remembered device counts as a second factor. */
    deviceSuffices: boolean;
  };
  /** The sign-in comes from a device that has a secret of its own to prove. */
  remembersDevice: boolean;
};

export type Next = { challenge: ChallengeNameType } | { refuse: AwsError } | 'tokens';

const firstFactors: readonly Proof[] = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN', 'CUSTOM_CHALLENGE'];
const secondFactors: readonly Proof[] = ['SMS_MFA', 'EMAIL_MFA', 'SOFTWARE_TOKEN_MFA'];

const proves = (proven: readonly Proof[], kinds: readonly Proof[]) => proven.some(proof => kinds.includes(proof));

export const hasFirstFactor = (proven: readonly Proof[]): boolean => proves(proven, firstFactors);

/** Whether the second factor, if one is demanded, has been given. */
export const mfaSatisfied = ({ proven, mfa }: Pick<Facts, 'proven' | 'mfa'>): boolean =>
  proves(proven, secondFactors) ||
  (mfa.passkeySuffices && proven.includes('WEB_AUTHN_VERIFIED')) ||
  (mfa.deviceSuffices && proven.includes('DEVICE')) ||
  !(mfa.required || mfa.askable.length > 0);

export const askableOf = ({ firstFactors: first, mfa: { askable: second } }: Facts): Askable => ({ first, second });

/** Where a level is asked for, those that lead there. */
const leading = (facts: Facts, challenges: readonly ChallengeNameType[]): readonly ChallengeNameType[] =>
  facts.target === undefined ? challenges : towards(facts.proven, facts.target, askableOf(facts), challenges);

/** On top of a first factor a text message is SMS_MFA where the user has that. */
const further = ({ firstFactors: first, mfa: { askable } }: Facts): ChallengeNameType[] => [
  ...new Set([...askable, ...first.filter(name => name !== 'SMS_OTP' || !askable.includes('SMS_MFA'))]),
];

/**
 * What the person may choose from now: a first factor, a second one where that is demanded (the level decides among several,
 * but never lets one be left out), and then whatever else leads to the level.
 */
export const choicesOf = (facts: Facts): readonly ChallengeNameType[] => {
  if (!hasFirstFactor(facts.proven)) return leading(facts, facts.firstFactors);
  if (mfaSatisfied(facts)) return facts.target === undefined ? [] : leading(facts, further(facts));
  const narrowed = leading(facts, facts.mfa.askable);
  return narrowed.length > 0 ? narrowed : facts.mfa.askable;
};

/** PASSWORD_VERIFIER is the second half of PASSWORD_SRP. */
const isOffered = (choices: readonly ChallengeNameType[], name: ChallengeNameType) =>
  choices.includes(name === 'PASSWORD_VERIFIER' ? 'PASSWORD_SRP' : name);

const isSecondFactor = (name: ChallengeNameType): name is MfaFactor =>
  name === 'SMS_MFA' || name === 'SOFTWARE_TOKEN_MFA' || name === 'EMAIL_OTP';

const firstFactor = (facts: Facts): Next => {
  const { chosen } = facts;
  return { challenge: chosen !== undefined && isOffered(choicesOf(facts), chosen) ? chosen : 'SELECT_CHALLENGE' };
};

/** What was chosen, or what is preferred, or the only one; else the choice. */
const nextFactor = (facts: Facts): Next => {
  const { chosen, mfa } = facts;
  const choices = choicesOf(facts);
  if (chosen !== undefined && isOffered(choices, chosen)) return { challenge: chosen };
  if (mfa.preferred !== undefined && choices.includes(mfa.preferred)) return { challenge: mfa.preferred };
  const [only, ...others] = choices;
  if (only !== undefined && others.length === 0) return { challenge: only };
  return { challenge: choices.every(isSecondFactor) ? 'SELECT_MFA_TYPE' : 'SELECT_CHALLENGE' };
};

const secondFactor = (facts: Facts): Next => {
  if (facts.mfa.askable.length > 0) return nextFactor(facts);
  // Whoever asks for a level must have the factors for it.
  if (facts.target !== undefined) return { refuse: acrOutOfReach() };
  return facts.mfa.settable.length > 0 ? { challenge: 'MFA_SETUP' } : { refuse: noSecondFactor() };
};

/** What the level lacks still. A factor on the way to it may be gone since the sign-in began. */
const stepUp = (facts: Facts): Next => (choicesOf(facts).length > 0 ? nextFactor(facts) : { refuse: acrOutOfReach() });

/**
 * A remembered device proves itself in place of a second factor where it suffices, and where none is demanded. After a second
 * factor it is not asked for: amazon-cognito-identity-js answers such a question with the Session of the step before.
 */
const awaitsDevice = (facts: Facts): boolean =>
  facts.remembersDevice &&
  !facts.proven.includes('DEVICE') &&
  (facts.mfa.deviceSuffices || (mfaSatisfied(facts) && !proves(facts.proven, secondFactors)));

const deviceProof = ({ chosen }: Facts): Next => ({
  challenge: chosen === 'DEVICE_PASSWORD_VERIFIER' ? chosen : 'DEVICE_SRP_AUTH',
});

/** The next step. Tokens come last, behind every factor that is demanded. */
export const nextStep = (facts: Facts): Next => {
  const { user, proven, now, temporaryPasswordLifetime } = facts;
  if (!hasFirstFactor(proven)) return firstFactor(facts);
  if (user.status === 'FORCE_CHANGE_PASSWORD' && !proven.includes('NEW_PASSWORD')) {
    if (now > (user.passwordSetAt ?? 0) + temporaryPasswordLifetime) return { refuse: temporaryPasswordExpired() };
    return { challenge: 'NEW_PASSWORD_REQUIRED' };
  }
  if (awaitsDevice(facts)) return deviceProof(facts);
  if (!mfaSatisfied(facts)) return secondFactor(facts);
  if (facts.target !== undefined && !reaches(proven, facts.target)) return stepUp(facts);
  return 'tokens';
};
