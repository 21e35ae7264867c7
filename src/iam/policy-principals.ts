/** The Principal element of trust policies: who may assume a role. */

export type PrincipalPattern = { type: 'AWS' | 'Federated' | 'Service' | '*'; value: string };

type Fail = (problem: string) => Error;

const types = ['AWS', 'Federated', 'Service'] as const;

const awsForms =
  /^(?:\*|\d{12}|arn:aws:iam::\d{12}:(?:root|user\/[\w+=,.@/-]+|role\/[\w+=,.@/-]+)|arn:aws:sts::\d{12}:assumed-role\/[\w+=,.@-]+\/[\w+=,.@-]+)$/;
const forms: Record<(typeof types)[number], { pattern: RegExp; expected: string }> = {
  AWS: { pattern: awsForms, expected: 'an account, an ARN of a user, a role or a session, or *' },
  Federated: { pattern: /^[\w.:/-]+$/, expected: 'cognito-identity.amazonaws.com or the ARN of a provider' },
  Service: { pattern: /^[\w.-]+$/, expected: 'e.g. cognito-idp.amazonaws.com' },
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws what `fail` makes */
export const parsePrincipals = (element: unknown, where: string, fail: Fail): PrincipalPattern[] => {
  if (element === '*') return [{ type: '*', value: '*' }];
  if (!isObject(element) || Object.keys(element).length === 0)
    throw fail(`${where} needs a Principal: "*", or AWS, Federated or Service with whom it trusts`);
  return Object.entries(element).flatMap(([name, value]) => {
    const type = types.find(each => each === name);
    if (type === undefined) throw fail(`Principal of ${where} has "${name}"; supported are ${types.join(', ')}`);
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (list.length === 0) throw fail(`Principal of ${where} names nobody`);
    return list.map(item => {
      if (typeof item === 'string' && forms[type].pattern.test(item)) return { type, value: item };
      throw fail(`Principal of ${where}: ${JSON.stringify(item)} is none; expected ${forms[type].expected}`);
    });
  });
};
