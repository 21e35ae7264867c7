/** Decides whether a principal may do something, and refuses in AWS's words. */
import { AwsError } from '../contract/errors.ts';
import { evaluate, type PolicyDocument } from './policy.ts';

/** Who signed a request. */
export type Principal = {
  accountId: string;
  /** `arn:aws:iam::<account>:user/<name>` or `…:root` */
  arn: string;
  accessKeyId: string;
  isRoot: boolean;
  /** null: everything in the principal's own account. */
  policy: PolicyDocument | null;
};

/** The account is the fifth part of an ARN; empty for resources that belong to none. */
const accountOf = (arn: string) => arn.split(':', 5)[4] ?? '';

const reasonToRefuse = ({ policy, accountId }: Principal, action: string, resource: string): string | undefined => {
  const owner = accountOf(resource);
  if (owner !== '' && owner !== '*' && owner !== accountId)
    return `because no resource-based policy allows the ${action} action`;
  const verdict = policy === null ? 'Allow' : evaluate(policy, action, resource);
  if (verdict === 'Allow') return undefined;
  return verdict === 'explicit deny'
    ? 'with an explicit deny in an identity-based policy'
    : `because no identity-based policy allows the ${action} action`;
};

/**
 * @param action `<signing name>:<operation>`
 * @param resource the ARN the operation works on
 * @throws AccessDeniedException
 */
export const authorize = (principal: Principal, action: string, resource: string): void => {
  const reason = reasonToRefuse(principal, action, resource);
  if (reason === undefined) return;
  throw new AwsError(
    'AccessDeniedException',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${reason}`,
  );
};
