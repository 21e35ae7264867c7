/** The password policy of a pool: what is wrong with a password, and temporary passwords that satisfy it. Pure. */
import type { PasswordPolicyType } from '@aws-sdk/client-cognito-identity-provider';
import { randomText } from '../../lib/random.ts';
import type { UserPool } from '../../storage/pools.ts';

/** Cognito's symbols; the space counts as one where it is neither first nor last. */
export const symbols = '^$*.[]{}()?"!@#%&/\\,><\':;|_~`=+-';
const hasSymbol = (password: string) => [...password].some(character => symbols.includes(character));

export const policyOf = (pool: UserPool): PasswordPolicyType => pool.config.Policies?.PasswordPolicy ?? {};

/** In the order in which Cognito names violations, one for each refusal. */
const rules: [broken: (password: string, policy: PasswordPolicyType) => boolean | undefined, sentence: string][] = [
  [(password, { MinimumLength = 8 }) => password.length < MinimumLength, 'Password not long enough'],
  [(password, policy) => policy.RequireUppercase && !/[A-Z]/.test(password), 'Password must have uppercase characters'],
  [(password, policy) => policy.RequireLowercase && !/[a-z]/.test(password), 'Password must have lowercase characters'],
  [(password, policy) => policy.RequireNumbers && !/[0-9]/.test(password), 'Password must have numeric characters'],
  [(password, policy) => policy.RequireSymbols && !hasSymbol(password), 'Password must have symbol characters'],
];

/** What is wrong with the password, in Cognito's words; undefined when nothing is. */
export const policyViolation = (policy: PasswordPolicyType, password: string): string | undefined =>
  rules.find(([broken]) => broken(password, policy))?.[1];

/** A random password of at least eight characters with one of every kind, whatever the policy demands. */
export const temporaryPassword = ({ MinimumLength = 8 }: PasswordPolicyType): string => {
  // Letters and digits that look alike are left out: people type these from a message.
  const [upper, lower, digits, marks] = [
    'ABCDEFGHJKLMNPQRSTUVWXYZ',
    'abcdefghijkmnpqrstuvwxyz',
    '23456789',
    '!@#%&*+-=?',
  ];
  const length = Math.max(MinimumLength, 12);
  const one = [upper, lower, digits, marks].map(kind => randomText(1, kind as string)).join('');
  return one + randomText(length - one.length, `${upper}${lower}${digits}`);
};

/** Milliseconds for which a temporary password is good. */
export const temporaryPasswordLifetime = (pool: UserPool): number =>
  (policyOf(pool).TemporaryPasswordValidityDays || 7) * 86_400_000;
