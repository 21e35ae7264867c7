/** Which challenges lead to a level of authentication (TARGET_ACR_VALUES). Pure. */
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { type Level, levelOf, type Method, methodsOf, type Proof, waysTo } from '../tokens/assurance.ts';

/** What answering a challenge shows. Which kind of passkey it is will be known when it has answered; both serve the same levels. */
const shows: Partial<Record<ChallengeNameType, readonly Method[]>> = {
  PASSWORD: ['pwd'],
  PASSWORD_SRP: ['pwd'],
  WEB_AUTHN: ['swk', 'hwk'],
  EMAIL_OTP: ['email_otp'],
  SMS_OTP: ['sms'],
  SMS_MFA: ['sms'],
  SOFTWARE_TOKEN_MFA: ['otp'],
};

const methodsBehind = (challenges: readonly ChallengeNameType[]): readonly Method[] =>
  challenges.flatMap(name => shows[name] ?? []);

/** What a person can be asked for: at the beginning, and after it. */
export type Askable = { first: readonly ChallengeNameType[]; second: readonly ChallengeNameType[] };

/** The combinations to the level that are open to the person: all of it shown or askable, and something of it to begin with. */
const openWays = (proven: readonly Proof[], target: Level, { first, second }: Askable): Method[][] => {
  const shown = methodsOf(proven);
  const begins = methodsBehind(first);
  const possible = [...shown, ...begins, ...methodsBehind(second)];
  const canBegin = (way: Method[]) => shown.length > 0 || way.some(method => begins.includes(method));
  return waysTo(target).filter(way => canBegin(way) && way.every(method => possible.includes(method)));
};

export const reaches = (proven: readonly Proof[], target: Level): boolean => (levelOf(proven) ?? 0) >= target;

export const canReach = (proven: readonly Proof[], target: Level, askable: Askable): boolean =>
  openWays(proven, target, askable).length > 0;

/** Those of the challenges that bring the person nearer to the level: a password before what comes on top of it. */
export const towards = (
  proven: readonly Proof[],
  target: Level,
  askable: Askable,
  challenges: readonly ChallengeNameType[],
): ChallengeNameType[] => {
  const shown = methodsOf(proven);
  const next = openWays(proven, target, askable).flatMap(way =>
    way.filter(method => !shown.includes(method)).slice(0, 1),
  );
  return challenges.filter(name => shows[name]?.some(method => next.includes(method)));
};
