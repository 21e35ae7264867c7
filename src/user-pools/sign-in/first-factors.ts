/** The first factors that USER_AUTH offers. Pure: what has to be looked up the caller says. */
import type { AuthFactorType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import { passkeysAreMultiFactor } from '../factors/relying-party.ts';
import { askableFactors } from '../factors/second-factors.ts';

type Person = Pick<User, 'attributes' | 'factors' | 'status'> & {
  hasPassword: boolean;
  /** Of the password; an imported one has none until it has been used. */
  hasVerifier: boolean;
  hasPasskey: boolean;
};

/** SignInPolicy.AllowedFirstAuthFactors. */
export const allowedFirstFactors = ({ config }: UserPool): readonly AuthFactorType[] =>
  config.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? ['PASSWORD'];

const passwordChallenges: ChallengeNameType[] = ['PASSWORD_SRP', 'PASSWORD'];

/** What each allowed factor offers to a person. */
const offers: Record<AuthFactorType, (person: Person) => ChallengeNameType[]> = {
  PASSWORD: ({ hasPassword, hasVerifier }) =>
    hasPassword ? passwordChallenges.filter(name => hasVerifier || name !== 'PASSWORD_SRP') : [],
  EMAIL_OTP: ({ attributes }) => (attributes.email ? ['EMAIL_OTP'] : []),
  SMS_OTP: ({ attributes }) => (attributes.phone_number ? ['SMS_OTP'] : []),
  WEB_AUTHN: ({ hasPasskey }) => (hasPasskey ? ['WEB_AUTHN'] : []),
  SOFTWARE_TOKEN: () => [],
};

/**
 * What a person may begin with. Whoever is known through another provider only signs in there. Where a second factor will be demanded, only what can stand before one: a password, or a passkey that
 * stands for both. Somebody with a temporary password has to use it.
 */
export const availableFirstFactors = (pool: UserPool, person: Person): ChallengeNameType[] => {
  if (person.status === 'EXTERNAL_PROVIDER' && !person.hasPassword) return [];
  const available = allowedFirstFactors(pool).flatMap(factor => offers[factor](person));
  if (person.status === 'FORCE_CHANGE_PASSWORD') return available.filter(name => passwordChallenges.includes(name));
  const demandsMfa = pool.config.MfaConfiguration === 'ON' || askableFactors(pool, person).length > 0;
  if (!demandsMfa) return available;
  return available.filter(
    name => passwordChallenges.includes(name) || (name === 'WEB_AUTHN' && passkeysAreMultiFactor(pool)),
  );
};

/** A contact of somebody who could have that name, and who could use it here. */
const plausibleContact = (pool: UserPool, name: string): Record<string, string> => {
  const allowed = allowedFirstFactors(pool);
  const byPhone = allowed.includes('SMS_OTP') && (name.startsWith('+') || !allowed.includes('EMAIL_OTP'));
  return byPhone ? { phone_number: name } : { email: name };
};

/** What a name nobody has is offered, so that it looks like a person with a password and whatever the name may stand for. */
export const simulatedFirstFactors = (pool: UserPool, name: string): ChallengeNameType[] =>
  availableFirstFactors(pool, {
    attributes: plausibleContact(pool, name),
    factors: {},
    status: 'CONFIRMED',
    hasPassword: true,
    hasVerifier: true,
    hasPasskey: false,
  });
