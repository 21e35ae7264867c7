/** A role as the rest of the house sees it: its policies read, its ARN and its names. */
import type { RoleRow } from '../storage/roles.ts';
import { type PolicyDocument, type TrustPolicy, union } from './policy.ts';
import { parsePolicy, parseTrustPolicy } from './policy-syntax.ts';

export type Role = {
  accountId: string;
  name: string;
  /** `AROA…` */
  id: string;
  path: string;
  arn: string;
  trust: TrustPolicy;
  /** All of its permission policies together; a role without any may do nothing. */
  permissions: PolicyDocument;
  maxSessionSeconds: number;
  tags: Readonly<Record<string, string>>;
};

export const roleArn = (accountId: string, path: string, name: string): string =>
  `arn:aws:iam::${accountId}:role${path}${name}`;

/** `arn:aws:iam::<account>:role/<path>/<name>` in its parts, or undefined for what is no ARN of a role. */
export const parseRoleArn = (arn: string): { accountId: string; path: string; name: string } | undefined => {
  const [, accountId, path, name] =
    /^arn:aws:iam::(\d{12}):role(\/(?:[\x21-\x7e]+\/)?)([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  return accountId === undefined ? undefined : { accountId, path: path!, name: name! };
};

export const policiesIn = (row: Pick<RoleRow, 'policies'>): Record<string, string> => JSON.parse(row.policies);

export const roleOf = (row: RoleRow): Role => ({
  accountId: row.account_id,
  name: row.name,
  id: row.role_id,
  path: row.path,
  arn: roleArn(row.account_id, row.path, row.name),
  trust: parseTrustPolicy(row.trust_policy),
  permissions: union(Object.values(policiesIn(row)).map(text => parsePolicy(text))),
  maxSessionSeconds: Number(row.max_session_seconds),
  tags: JSON.parse(row.tags),
});
