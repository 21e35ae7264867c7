/** AWS's service model as data: its types and the two contracts that this server answers to, read from the JSON files beside this module. */
import { readFileSync } from 'node:fs';
import { beyond } from './beyond.ts';

/** A member's pointer to its shape. `box` marks a boolean or number whose absence AWS tells apart from false or 0. */
export type Reference = {
  readonly shape: string;
  readonly box?: boolean;
  readonly deprecated?: boolean;
  readonly deprecatedMessage?: string;
};

/** Bounds, inclusive. What is counted depends on the shape: characters, items, entries, bytes, or the number itself. */
type Bounds = { readonly min?: number; readonly max?: number };
type Sensitivity = { readonly sensitive?: boolean };

export type StringShape = Bounds &
  Sensitivity & {
    readonly type: 'string';
    readonly pattern?: string;
    /** What this server takes besides; not AWS's. */
    readonly beyond?: string;
    readonly enum?: readonly string[];
  };
export type NumberShape = Bounds & Sensitivity & { readonly type: 'integer' | 'long' };
export type BooleanShape = Sensitivity & { readonly type: 'boolean' };
export type TimestampShape = Sensitivity & { readonly type: 'timestamp' };
export type BlobShape = Bounds & Sensitivity & { readonly type: 'blob' };
export type ListShape = Bounds & Sensitivity & { readonly type: 'list'; readonly member: Reference };
export type MapShape = Bounds &
  Sensitivity & { readonly type: 'map'; readonly key: Reference; readonly value: Reference };
export type StructureShape = Sensitivity & {
  readonly type: 'structure';
  readonly members: Readonly<Record<string, Reference>>;
  readonly required?: readonly string[];
  /** Any JSON value, passed through as it is. */
  readonly document?: boolean;
  readonly exception?: boolean;
  readonly status?: number;
};
export type Shape =
  | StringShape
  | NumberShape
  | BooleanShape
  | TimestampShape
  | BlobShape
  | ListShape
  | MapShape
  | StructureShape;

/** Who may call an operation: a signer with permission, anybody, or whoever holds the access token in the body. */
export type AuthorizationKind = 'sigv4' | 'none' | 'accessToken';

export type OperationContract = {
  readonly auth: AuthorizationKind;
  readonly input?: string;
  /** Absent when the operation answers with an empty body. */
  readonly output?: string;
  readonly errors: readonly string[];
};

export type ServiceContract = {
  readonly metadata: {
    readonly protocol: string;
    readonly jsonVersion: string;
    readonly targetPrefix: string;
    readonly serviceId: string;
    readonly apiVersion: string;
    readonly endpointPrefix: string;
  };
  readonly operations: Readonly<Record<string, OperationContract>>;
  readonly shapes: Readonly<Record<string, Shape>>;
};

const withBeyond = (contract: ServiceContract): ServiceContract => {
  const taken = Object.entries(beyond).flatMap(([name, pattern]) => {
    const shape = contract.shapes[name];
    return shape ? [[name, { ...shape, beyond: pattern }]] : [];
  });
  return { ...contract, shapes: { ...contract.shapes, ...Object.fromEntries(taken) } };
};

// Read on first use: a JSON import would be eager, and would have the type checker infer a type from 160 kB of data.
const lazily = (file: string) => {
  let contract: ServiceContract | undefined;
  return () => {
    contract ??= withBeyond(JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as ServiceContract);
    return contract;
  };
};

/** The contract of Amazon Cognito user pools (`cognito-idp`), read once. */
export const userPoolsContract: () => ServiceContract = lazily('./cognito-idp.json');

/** The contract of Amazon Cognito identity pools (`cognito-identity`), read once. */
export const identityPoolsContract: () => ServiceContract = lazily('./cognito-identity.json');

/** The operation of that name, or undefined; safe with names that a client made up (`constructor`, `__proto__`). */
export const operationOf = (contract: ServiceContract, name: string): OperationContract | undefined =>
  Object.hasOwn(contract.operations, name) ? contract.operations[name] : undefined;
