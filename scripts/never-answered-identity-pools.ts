/** Exceptions that the contract of identity pools declares and this server never answers, with the reason: docs/coverage.md repeats them. */
import { identityPoolsContract, type OperationContract } from '../src/contract/service.ts';
import type { NeverAnswered } from './never-answered.ts';

type Rule = {
  exception: string;
  operations?: (operation: OperationContract, name: string) => boolean;
  why: string;
};

const isPublic = ({ auth }: OperationContract) => auth === 'none';
/** Not the caller's permissions are refused by these, but a login. */
const asksLogins = ['GetOpenIdTokenForDeveloperIdentity', 'LookupDeveloperIdentity', 'MergeDeveloperIdentities'];

const rules: readonly Rule[] = [
  {
    exception: 'TooManyRequestsException',
    why: 'Rates are not enforced for identity pools; a login that hundreds of requests link at the same moment may see it.',
  },
  { exception: 'InternalErrorException', why: 'It is a defect of the server’s.' },
  {
    exception: 'NotAuthorizedException',
    operations: (operation, name) => !isPublic(operation) && ![...asksLogins, 'UnlinkDeveloperIdentity'].includes(name),
    why: 'Callers without permission get `AccessDeniedException` before an operation begins, as from AWS.',
  },
  {
    exception: 'ConcurrentModificationException',
    why: 'Changes of one pool take turns: none is lost, so none has to be refused.',
  },
  {
    exception: 'ResourceConflictException',
    operations: (_, name) =>
      ['CreateIdentityPool', 'UpdateIdentityPool', 'GetIdentityPoolRoles', 'SetIdentityPoolRoles'].includes(name),
    why: 'A pool is in conflict with no other: names need not be unique.',
  },
  {
    exception: 'ResourceConflictException',
    operations: (_, name) => name === 'UnlinkIdentity',
    why: 'Logins that do not belong to the identity are `NotAuthorizedException`.',
  },
  {
    exception: 'LimitExceededException',
    operations: (_, name) => name === 'GetId',
    why: 'There may be as many identities as the database holds.',
  },
  {
    exception: 'ResourceNotFoundException',
    operations: (_, name) => name === 'ListIdentityPools',
    why: 'It names nothing that could be missing.',
  },
  {
    exception: 'InvalidParameterException',
    operations: ({ input }, name) =>
      input !== undefined &&
      [
        'DeleteIdentities',
        'DeleteIdentityPool',
        'DescribeIdentity',
        'DescribeIdentityPool',
        'GetIdentityPoolRoles',
        'GetPrincipalTagAttributeMap',
        'SetPrincipalTagAttributeMap',
        'GetId',
        'GetCredentialsForIdentity',
        'UnlinkIdentity',
        'MergeDeveloperIdentities',
        'UnlinkDeveloperIdentity',
      ].includes(name),
    why: 'What violates the contract is `ValidationException`, as from AWS, and nothing else can be wrong with it.',
  },
];

/** Each rule with the operations it is about, of those that declare the exception. */
export const neverAnsweredByIdentityPools: readonly NeverAnswered[] = rules.map(
  ({ exception, operations = () => true, why }) => ({
    exception,
    operations: Object.entries(identityPoolsContract().operations)
      .filter(([name, operation]) => operation.errors.includes(exception) && operations(operation, name))
      .map(([name]) => name)
      .sort(),
    why,
  }),
);

/** @returns the exceptions that the operation never answers */
export const excusedOfIdentityPools = (operation: string): string[] =>
  neverAnsweredByIdentityPools
    .filter(({ operations }) => operations.includes(operation))
    .map(({ exception }) => exception);
