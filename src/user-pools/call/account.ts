/** The account that a signed operation is called for. */
import type { Call } from './call.ts';

/** Signed operations always have a caller; the wire has seen to it. */
export const accountOf = ({ principal }: Pick<Call, 'principal'>): string => {
  if (principal === null) throw new Error('an operation of administrators was reached without a signature');
  return principal.accountId;
};
