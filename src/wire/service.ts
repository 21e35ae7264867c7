/** What the wire gives to an operation, and what it needs to know of a service. */
import type { ServiceContract } from '../contract/service.ts';
import type { Principal } from '../iam/authorize.ts';

export type RequestContext = {
  readonly requestId: string;
  /** The operation's name. */
  readonly operation: string;
  /** That of the signature's credential scope, else the configured one. */
  readonly region: string;
  /** null: the operation takes no signature. */
  readonly principal: Principal | null;
  readonly sourceIp: string;
  readonly userAgent: string;
};

/** One AWS service behind the endpoint. */
export type Service = {
  contract: ServiceContract;
  /** As it stands in a signature's credential scope and before the colon of an IAM action: `cognito-idp`. */
  signingName: string;
  /** The ARN that a policy must allow for this call. */
  resourceArn(operation: string, input: Record<string, unknown>, request: RequestContext): string;
  /** The tags of that resource, for policies that ask for them (`aws:ResourceTag/…`). */
  resourceTags?(resourceArn: string): Promise<Readonly<Record<string, string>> | undefined>;
  /** Bytes that the request of an operation may have, where it is more than the usual megabyte. */
  bodyLimits?: Readonly<Record<string, number>>;
  /** Throws to refuse a call that is permitted and valid, before the operation begins: request rates. */
  admit?: ((request: RequestContext, input: Record<string, unknown>) => Promise<void>) | undefined;
  /** What is absent here and present in the contract answers 501. */
  // biome-ignore lint/suspicious/noExplicitAny: each operation has its own input, which the contract has validated
  operations: Record<string, (request: RequestContext, input: any) => Promise<unknown>>;
};
