/** Time-based one-time passwords (RFC 6238: SHA-1, six digits, thirty seconds), each good once. */
import { Secret, TOTP } from 'otpauth';
import { AwsError } from '../../contract/errors.ts';
import type { Sealer } from '../../lib/seal.ts';
import type { User, UserFactors } from '../../storage/users.ts';

const period = 30;
/** Codes of the step before and after are good too: clocks of phones differ. */
const window = 1;

const context = ({ poolId, sub }: Pick<User, 'poolId' | 'sub'>) => `${poolId}/${sub}`;

/** 32 random bytes in base32, as people and authenticator apps receive it. */
export const newTotpSecret = (): string => new Secret({ size: 32 }).base32;

export const sealTotpSecret = (sealer: Sealer, user: Pick<User, 'poolId' | 'sub'>, secret: string): string =>
  sealer.seal('totp', secret, context(user));

/** @returns the time step whose code this is, or undefined */
export const stepOfCode = (
  sealer: Sealer,
  user: User,
  sealed: string,
  code: string,
  now: number,
): number | undefined => {
  const secret = sealer.open('totp', sealed, context(user));
  if (secret === undefined)
    throw new Error(`the TOTP secret of user ${user.sub} cannot be opened with this master key`);
  const totp = new TOTP({ secret: Secret.fromBase32(secret.toString()), algorithm: 'SHA1', digits: 6, period });
  const delta = totp.validate({ token: code, timestamp: now, window });
  return delta === null ? undefined : Math.floor(now / 1000 / period) + delta;
};

/**
 * Records that the code of `step` has been used: to be called within the change of the user, so that of two racing uses one wins.
 * @throws ExpiredCodeException when it was used before
 */
export const useStep = (totp: NonNullable<UserFactors['totp']>, step: number): NonNullable<UserFactors['totp']> => {
  if (totp.lastStep !== undefined && step <= totp.lastStep)
    throw new AwsError('ExpiredCodeException', 'Your software token has already been used once.');
  return { ...totp, lastStep: step };
};
