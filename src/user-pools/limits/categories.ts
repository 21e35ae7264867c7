/**
 * Cognito's request rate quotas: which operation belongs to which category, and how many requests a second each takes by
 * default. AWS's developer guide, "Quotas in Amazon Cognito"; operations that it does not list stand with their kin.
 */
import type { OperationName } from '../../contract/operations.ts';

export type Category = {
  /** Requests a second, for all pools of an account in a region. */
  rate: number;
  /** Whether UpdateProvisionedLimit may raise it. */
  adjustable: boolean;
  /** Requests a second of one operation to one pool, where that is limited. */
  ratePerPool?: number;
  /** What counts against the quota of a single user, and as what. */
  perUser?: 'read' | 'write';
  operations: readonly OperationName[];
};

const fixed = { adjustable: false };
const adjustable = { adjustable: true };
const perPool = { adjustable: false, ratePerPool: 5 };

export const categories = {
  UserAuthentication: {
    rate: 120,
    ...adjustable,
    perUser: 'read',
    operations: [
      'AdminInitiateAuth',
      'AdminRespondToAuthChallenge',
      'GetTokensFromRefreshToken',
      'InitiateAuth',
      'RespondToAuthChallenge',
    ],
  },
  UserCreation: {
    rate: 50,
    ...adjustable,
    perUser: 'write',
    operations: ['AdminConfirmSignUp', 'AdminCreateUser', 'ConfirmSignUp', 'SignUp'],
  },
  /** Answers of identity providers, which come over HTTP and not through an operation. */
  UserFederation: { rate: 25, ...adjustable, operations: [] },
  UserAccountRecovery: {
    rate: 30,
    ...fixed,
    perUser: 'write',
    operations: [
      'AdminResetUserPassword',
      'AdminSetUserPassword',
      'ChangePassword',
      'ConfirmForgotPassword',
      'ForgotPassword',
    ],
  },
  UserRead: {
    rate: 120,
    ...adjustable,
    perUser: 'read',
    operations: ['AdminGetUser', 'AdminGetUserAuthFactors', 'GetUser', 'GetUserAuthFactors'],
  },
  UserUpdate: {
    rate: 25,
    ...fixed,
    perUser: 'write',
    operations: [
      'AdminAddUserToGroup',
      'AdminDeleteUser',
      'AdminDeleteUserAttributes',
      'AdminDisableProviderForUser',
      'AdminDisableUser',
      'AdminEnableUser',
      'AdminLinkProviderForUser',
      'AdminRemoveUserFromGroup',
      'AdminRevokeUserSession',
      'AdminUpdateUserAttributes',
      'AdminUserGlobalSignOut',
      'DeleteUser',
      'DeleteUserAttributes',
      'GlobalSignOut',
      'RevokeUserSession',
      'UpdateUserAttributes',
      'VerifyUserAttribute',
    ],
  },
  UserToken: { rate: 120, ...adjustable, operations: ['RevokeToken'] },
  UserResourceRead: {
    rate: 50,
    ...adjustable,
    perUser: 'read',
    operations: [
      'AdminGetDevice',
      'AdminListDevices',
      'AdminListGroupsForUser',
      'AdminListUserAuthEvents',
      'AdminListUserSessions',
      'GetDevice',
      'GetUserAttributeVerificationCode',
      'ListDevices',
      'ListUserSessions',
      'ListWebAuthnCredentials',
      'ResendConfirmationCode',
    ],
  },
  UserResourceUpdate: {
    rate: 25,
    ...fixed,
    perUser: 'write',
    operations: [
      'AdminDeleteSoftwareToken',
      'AdminForgetDevice',
      'AdminSetUserMFAPreference',
      'AdminSetUserSettings',
      'AdminUpdateAuthEventFeedback',
      'AdminUpdateDeviceStatus',
      'AssociateSoftwareToken',
      'CompleteWebAuthnRegistration',
      'ConfirmDevice',
      'DeleteWebAuthnCredential',
      'ForgetDevice',
      'SetUserMFAPreference',
      'SetUserSettings',
      'StartWebAuthnRegistration',
      'UpdateAuthEventFeedback',
      'UpdateDeviceStatus',
      'VerifySoftwareToken',
    ],
  },
  UserList: { rate: 30, ...fixed, operations: ['ListUsers', 'ListUsersInGroup'] },
  UserPoolRead: { rate: 15, ...fixed, operations: ['DescribeUserPool', 'ListUserPoolReplicas', 'ListUserPools'] },
  UserPoolUpdate: {
    rate: 15,
    ...fixed,
    operations: [
      'CreateUserPool',
      'CreateUserPoolReplica',
      'DeleteUserPool',
      'DeleteUserPoolReplica',
      'UpdateUserPool',
      'UpdateUserPoolReplica',
    ],
  },
  UserPoolResourceRead: {
    rate: 20,
    ...perPool,
    operations: [
      'DescribeIdentityProvider',
      'DescribeManagedLoginBranding',
      'DescribeManagedLoginBrandingByClient',
      'DescribeResourceServer',
      'DescribeRiskConfiguration',
      'DescribeTerms',
      'DescribeTermsByClient',
      'DescribeUserImportJob',
      'DescribeUserPoolDomain',
      'GetCSVHeader',
      'GetGroup',
      'GetIdentityProviderByIdentifier',
      'GetLogDeliveryConfiguration',
      'GetSigningCertificate',
      'GetUICustomization',
      'GetUserPoolMfaConfig',
      'GetUserPoolSessionConfiguration',
      'ListGroups',
      'ListIdentityProviders',
      'ListResourceServers',
      'ListTagsForResource',
      'ListTerms',
      'ListUserImportJobs',
    ],
  },
  UserPoolResourceUpdate: {
    rate: 15,
    ...perPool,
    operations: [
      'AddCustomAttributes',
      'CreateGroup',
      'CreateIdentityProvider',
      'CreateManagedLoginBranding',
      'CreateResourceServer',
      'CreateTerms',
      'CreateUserImportJob',
      'CreateUserPoolDomain',
      'DeleteGroup',
      'DeleteIdentityProvider',
      'DeleteManagedLoginBranding',
      'DeleteResourceServer',
      'DeleteTerms',
      'DeleteUserPoolDomain',
      'SetLogDeliveryConfiguration',
      'SetRiskConfiguration',
      'SetUICustomization',
      'SetUserPoolMfaConfig',
      'SetUserPoolSessionConfiguration',
      'StartUserImportJob',
      'StopUserImportJob',
      'TagResource',
      'UntagResource',
      'UpdateGroup',
      'UpdateIdentityProvider',
      'UpdateManagedLoginBranding',
      'UpdateResourceServer',
      'UpdateTerms',
      'UpdateUserPoolDomain',
    ],
  },
  UserPoolClientRead: {
    rate: 15,
    ...perPool,
    operations: [
      'DescribeUserPoolClient',
      'GetUserPoolClientSessionConfiguration',
      'ListUserPoolClientSecrets',
      'ListUserPoolClients',
    ],
  },
  UserPoolClientUpdate: {
    rate: 15,
    ...perPool,
    operations: [
      'AddUserPoolClientSecret',
      'CreateUserPoolClient',
      'DeleteUserPoolClient',
      'DeleteUserPoolClientSecret',
      'SetUserPoolClientSessionConfiguration',
      'UpdateUserPoolClient',
    ],
  },
  ClientAuthentication: { rate: 150, ...fixed, operations: ['GetClientToken'] },
  LimitManagement: { rate: 1, ...fixed, operations: ['GetProvisionedLimit', 'UpdateProvisionedLimit'] },
} satisfies Record<string, Category>;

export type CategoryName = keyof typeof categories;

const byOperation = new Map<string, CategoryName>(
  Object.entries(categories).flatMap(([name, { operations }]) =>
    operations.map((operation): [string, CategoryName] => [operation, name as CategoryName]),
  ),
);

/** The category of an operation; undefined for a name that is none. */
export const categoryOf = (operation: string): CategoryName | undefined => byOperation.get(operation);

/** The redemption of a code at the token endpoint, which is no operation of the API: counted apart, at the rate of `UserAuthentication`. */
export const codeRedemption = 'RedeemCode';

/** Requests a second to a domain of a pool: from one address, for one app client, and in all. */
export const domainRates = { address: 300, client: 300, all: 500 };

/** What an account may provision at most, whatever the category, in requests a second. Cognito's is granted by Service Quotas. */
export const accountMaximum = 10_000;

/** Requests a second, of each kind, that may name one user. */
export const ratePerUser = 10;
