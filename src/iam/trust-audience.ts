/** A role must not trust every audience of an identity provider by oversight: IAM refuses such trust policies, and so does this. */
import type { TrustStatement } from './policy.ts';

/** `arn:aws:iam::<account>:oidc-provider/<host and path>` → host and path; other names as they are. */
export const providerName = (federated: string): string =>
  /^arn:[\w-]+:iam::\d{12}:oidc-provider\/(.+)$/.exec(federated)?.[1] ?? federated;

const narrowing = /^(?:ForAnyValue:)?String(?:Equals|EqualsIgnoreCase|Like)$/;

/** A statement that names an identity provider needs a condition on `<provider>:aud` that some value must meet, and not just any. */
export const requireAudience = (
  { effect, principals, conditions }: TrustStatement,
  where: string,
  fail: (problem: string) => Error,
): void => {
  if (effect === 'Deny') return;
  for (const { type, value } of principals) {
    if (type !== 'Federated' || value.includes(':saml-provider/')) continue;
    const wanted = `${providerName(value)}:aud`;
    const isNarrowed = conditions.some(
      ({ operator, key, values }) =>
        narrowing.test(operator) &&
        key.toLowerCase() === wanted.toLowerCase() &&
        values.every(each => !/^[*?]*$/.test(each)),
    );
    if (!isNarrowed)
      throw fail(
        `${where} trusts everybody whom ${value} has identified; name the audience (of an identity pool: its id) in a Condition: {"StringEquals":{"${wanted}":"…"}}`,
      );
  }
};
