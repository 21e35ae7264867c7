/** Exceptions that Cognito's contract declares and this server never answers, with the reason: docs/coverage.md repeats them. */
import { type OperationContract, userPoolsContract } from '../src/contract/service.ts';
import { inEveryRegion } from '../src/user-pools/doors/replica-regions.ts';

type Rule = {
  exception: string;
  /** Of the operations that declare it; all of them when absent. */
  operations?: readonly string[] | ((operation: OperationContract, name: string) => boolean);
  why: string;
};

const signed = ({ auth }: OperationContract) => auth === 'sigv4';
const unsigned = (operation: OperationContract) => !signed(operation);
const takesToken = ({ auth }: OperationContract, name: string) =>
  auth === 'accessToken' ||
  ['AssociateSoftwareToken', 'ForgetDevice', 'GetDevice', 'VerifySoftwareToken'].includes(name);
const configures = ['CreateUserPool', 'SetRiskConfiguration', 'SetUserPoolMfaConfig', 'UpdateUserPool'];
const deviceOnly = 'The devices of a user are not users: it sets no password, creates nobody and calls no function.';

const rules: readonly Rule[] = [
  { exception: 'ForbiddenException', why: 'It comes from AWS WAF. Here a proxy before the server does such work.' },
  {
    exception: 'NotAuthorizedException',
    operations: (operation, name) =>
      signed(operation) &&
      // What these refuse has to do with the user or the client, not with the caller's permissions.
      !['AdminConfirmSignUp', 'AdminInitiateAuth', 'AdminResetUserPassword', 'AdminRespondToAuthChallenge'].includes(
        name,
      ),
    why: 'Callers without permission get `AccessDeniedException` before an operation begins, as from AWS.',
  },
  {
    exception: 'OperationNotEnabledException',
    operations: (operation, name) => unsigned(operation) && !/Session/.test(name),
    why: 'Requests without a signature name no region, so they are never those of a replica’s.',
  },
  {
    exception: 'OperationNotEnabledException',
    operations: [...inEveryRegion, 'DescribeUserPoolDomain', 'ListTagsForResource', 'TagResource', 'UntagResource'],
    why: 'It works in the region of a replica, too, whatever the replica’s status.',
  },
  {
    exception: 'ConcurrentModificationException',
    why: 'Changes of one thing take turns: none is lost, so none has to be refused.',
  },
  {
    exception: 'ResourceNotFoundException',
    operations: (operation, name) =>
      takesToken(operation, name) && !/Device$|DeviceStatus|Credential|RevokeUser/.test(name),
    why: 'A token of a pool or app client that is gone is an invalid one: `NotAuthorizedException`.',
  },
  {
    exception: 'ResourceNotFoundException',
    operations: ['ConfirmDevice'],
    why: 'A device is new when it is confirmed; one that was never announced is `InvalidParameterException`.',
  },
  {
    exception: 'ResourceNotFoundException',
    operations: ['DescribeUserPoolDomain'],
    why: 'A domain that does not exist has an empty description, as in Cognito.',
  },
  {
    exception: 'UserNotConfirmedException',
    operations: takesToken,
    why: 'Nobody has a token before the account is confirmed, and none becomes unconfirmed again.',
  },
  {
    exception: 'UserNotConfirmedException',
    operations: ['AdminDeleteSoftwareToken', 'AdminSetUserMFAPreference'],
    why: 'Administrators prepare accounts whatever their status.',
  },
  {
    exception: 'UserNotConfirmedException',
    operations: ['ConfirmForgotPassword'],
    why: 'Whoever has the code has the address: the new password confirms the account.',
  },
  {
    exception: 'PasswordResetRequiredException',
    operations: ['AdminSetUserMFAPreference'],
    why: 'Administrators prepare accounts whatever their status.',
  },
  {
    exception: 'UserNotFoundException',
    operations: ['AdminRespondToAuthChallenge', 'GetTokensFromRefreshToken', 'RespondToAuthChallenge'],
    why: 'The sessions and refresh tokens of a deleted user are gone with the user: `NotAuthorizedException`.',
  },
  {
    exception: 'TooManyFailedAttemptsException',
    why: 'Tries beyond the limit are `LimitExceededException`, as Cognito answers in practice.',
  },
  {
    exception: 'LimitExceededException',
    operations: ['AdminConfirmSignUp', 'AdminResetUserPassword', 'SignUp'],
    why: 'What an administrator does is not limited, and nobody signs up twice; rates are a matter of [quotas](quotas.md).',
  },
  {
    exception: 'LimitExceededException',
    operations: [
      'CreateManagedLoginBranding',
      'CreateTerms',
      'CreateUserPool',
      'CreateUserPoolClient',
      'CreateUserPoolDomain',
    ],
    why: 'There may be as many as the database holds.',
  },
  {
    exception: 'LimitExceededException',
    operations: [
      'DeleteUserPoolClientSecret',
      'DeleteWebAuthnCredential',
      'ListUserPoolClientSecrets',
      'ListWebAuthnCredentials',
    ],
    why: 'Lists and deletions are limited by rate only: `TooManyRequestsException`.',
  },
  {
    exception: 'LimitExceededException',
    operations: ['CompleteWebAuthnRegistration'],
    why: 'A registration has one challenge, and `StartWebAuthnRegistration` gives none to whoever has twenty passkeys.',
  },
  {
    exception: 'InvalidSmsRoleTrustRelationshipException',
    why: 'No role is assumed: messages go with the server’s own credentials.',
  },
  ...[
    'CodeDeliveryFailureException',
    'InvalidEmailRoleAccessPolicyException',
    'InvalidSmsRoleAccessPolicyException',
  ].map(exception => ({ exception, operations: configures, why: 'Nothing is sent while settings are saved.' })),
  {
    exception: 'InvalidUserPoolConfigurationException',
    operations: ['AdminInitiateAuth', 'AdminRespondToAuthChallenge', 'RespondToAuthChallenge'],
    why: 'A second factor that nobody can have is `MFAMethodNotFoundException`.',
  },
  {
    exception: 'InvalidUserPoolConfigurationException',
    operations: ['VerifySoftwareToken'],
    why: 'A pool without authenticator apps is `SoftwareTokenMFANotFoundException`.',
  },
  {
    exception: 'CodeMismatchException',
    operations: ['VerifySoftwareToken'],
    why: 'A wrong code is `EnableSoftwareTokenMFAException`.',
  },
  ...['CodeMismatchException', 'ExpiredCodeException'].map(exception => ({
    exception,
    operations: ['UpdateUserAttributes'],
    why: 'It takes no code; `VerifyUserAttribute` does.',
  })),
  {
    exception: 'UnsupportedOperationException',
    operations: ['AdminInitiateAuth', 'InitiateAuth'],
    why: 'A flow that the app client does not allow is `InvalidParameterException`, as in Cognito.',
  },
  {
    exception: 'AliasExistsException',
    operations: ['AdminDisableProviderForUser'],
    why: 'It gives nobody a name.',
  },
  {
    exception: 'PreconditionNotMetException',
    operations: ['AdminCreateUser', 'CreateUserImportJob'],
    why: 'They have no other precondition than their parameters; a job is checked when it is started.',
  },
  {
    exception: 'UserPoolAddOnNotEnabledException',
    operations: ['DescribeRiskConfiguration', 'SetRiskConfiguration'],
    why: 'Risk may be configured before threat protection is switched on, as in Cognito.',
  },
  ...['InvalidLambdaResponseException', 'InvalidPasswordException', 'UsernameExistsException'].map(exception => ({
    exception,
    operations: ['ConfirmDevice'],
    why: deviceOnly,
  })),
  { exception: 'TierChangeNotAllowedException', operations: ['CreateUserPool'], why: 'A new pool changes no plan.' },
  { exception: 'UserPoolTaggingException', operations: ['DescribeUserPool'], why: 'It tags nothing.' },
];

export type NeverAnswered = { exception: string; operations: string[]; why: string };

/** Each rule with the operations it is about, of those that declare the exception. */
export const neverAnswered: readonly NeverAnswered[] = rules.map(({ exception, operations = () => true, why }) => {
  const declaring = Object.entries(userPoolsContract().operations).filter(([, { errors }]) =>
    errors.includes(exception),
  );
  const matches =
    typeof operations === 'function' ? operations : (_: OperationContract, name: string) => operations.includes(name);
  const names = declaring.filter(([name, operation]) => matches(operation, name)).map(([name]) => name);
  return { exception, operations: names.sort(), why };
});

/** @returns the exceptions that the operation never answers */
export const excusedOf = (operation: string): string[] =>
  neverAnswered.filter(({ operations }) => operations.includes(operation)).map(({ exception }) => exception);
