/** The types of operations, derived from the AWS SDK: an operation that is misnamed or returns the wrong shape does not compile. */
import type * as identityPools from '@aws-sdk/client-cognito-identity';
import type * as userPools from '@aws-sdk/client-cognito-identity-provider';
import type { DocumentType } from '@smithy/types';

/** The `…Command` exports of an SDK package, by operation name. `$Command` is the base class. */
type NamesIn<Sdk> =
  Exclude<Extract<keyof Sdk, `${string}Command`>, '$Command'> extends `${infer Name}Command` ? Name : never;

type CommandOf<Sdk, Name extends string> = `${Name}Command` extends keyof Sdk ? Sdk[`${Name}Command`] : never;
type RawInput<Command> = Command extends new (...input: never) => { input: infer I } ? I : never;
type RawOutput<Command> = Command extends new (
  ...input: never
) => { resolveMiddleware(...args: never): (...args: never) => Promise<{ output: infer O }> }
  ? O
  : never;

/** The SDK types a required member `X | undefined`; after validation it is X, at every depth. Optional members keep their `?`. */
export type Validated<T> = [DocumentType] extends [T]
  ? T
  : T extends Date | Uint8Array | string | number | boolean | null
    ? T
    : T extends readonly (infer Item)[]
      ? Validated<Item>[]
      : { [Member in keyof T]: Validated<Exclude<T[Member], undefined>> };

// Two operations of one shape would be assignable to each other; the phantom, which no value carries, keeps them apart.
declare const phantom: unique symbol;

type OperationIn<Sdk, Name extends string, Context> = ((
  context: Context,
  input: Validated<RawInput<CommandOf<Sdk, Name>>>,
) => Promise<Omit<RawOutput<CommandOf<Sdk, Name>>, '$metadata'>>) & { readonly [phantom]?: Name };

type UserPools = typeof userPools;
type IdentityPools = typeof identityPools;

/** The names of the user pools API. */
export type OperationName = NamesIn<UserPools>;
/** What an operation receives once the request has passed validation. */
export type Input<Name extends OperationName> = Validated<RawInput<CommandOf<UserPools, Name>>>;
/** What an operation answers; `{}` for those without an output shape. */
export type Output<Name extends OperationName> = Omit<RawOutput<CommandOf<UserPools, Name>>, '$metadata'>;
/** An operation of the user pools API, called with whatever context the server gives it. */
export type Operation<Name extends OperationName, Context> = OperationIn<UserPools, Name, Context>;
/** The operations that a server answers, each under its own name. */
export type OperationTable<Context> = { [Name in OperationName]?: Operation<Name, Context> };

/** The names of the identity pools API. */
export type IdentityOperationName = NamesIn<IdentityPools>;
export type IdentityInput<Name extends IdentityOperationName> = Validated<RawInput<CommandOf<IdentityPools, Name>>>;
export type IdentityOutput<Name extends IdentityOperationName> = Omit<
  RawOutput<CommandOf<IdentityPools, Name>>,
  '$metadata'
>;
export type IdentityOperation<Name extends IdentityOperationName, Context> = OperationIn<IdentityPools, Name, Context>;
export type IdentityOperationTable<Context> = {
  [Name in IdentityOperationName]?: IdentityOperation<Name, Context>;
};
