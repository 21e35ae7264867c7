/** The table of contents of the user pools API: one line an operation. */
import type { OperationName, OperationTable } from '../contract/operations.ts';
import type { Call } from '../user-pools/call/call.ts';
import * as clients from '../user-pools/clients/clients.ts';
import * as pools from '../user-pools/pools/pools.ts';
import * as revocation from '../user-pools/sessions/revocation.ts';
import * as signIn from '../user-pools/sign-in/sign-in.ts';
import * as account from '../user-pools/users/account.ts';
import * as admin from '../user-pools/users/admin.ts';
import { adminCreateUser } from '../user-pools/users/admin-create.ts';
import * as attributes from '../user-pools/users/attributes.ts';
import { listUsers } from '../user-pools/users/list-users.ts';
import * as recovery from '../user-pools/users/recovery.ts';
import * as signUp from '../user-pools/users/sign-up.ts';

/** Operations that nobody has written yet: answered 501, shown as such in docs/coverage.md. Written here once, checked by the compiler. */
export const notYet = [
  'AddUserPoolClientSecret',
  'AdminAddUserToGroup',
  'AdminDeleteSoftwareToken',
  'AdminDisableProviderForUser',
  'AdminForgetDevice',
  'AdminGetDevice',
  'AdminGetUserAuthFactors',
  'AdminLinkProviderForUser',
  'AdminListDevices',
  'AdminListGroupsForUser',
  'AdminListUserAuthEvents',
  'AdminListUserSessions',
  'AdminRemoveUserFromGroup',
  'AdminRevokeUserSession',
  'AdminSetUserMFAPreference',
  'AdminSetUserSettings',
  'AdminUpdateAuthEventFeedback',
  'AdminUpdateDeviceStatus',
  'AssociateSoftwareToken',
  'CompleteWebAuthnRegistration',
  'ConfirmDevice',
  'CreateGroup',
  'CreateIdentityProvider',
  'CreateManagedLoginBranding',
  'CreateResourceServer',
  'CreateTerms',
  'CreateUserImportJob',
  'CreateUserPoolDomain',
  'CreateUserPoolReplica',
  'DeleteGroup',
  'DeleteIdentityProvider',
  'DeleteManagedLoginBranding',
  'DeleteResourceServer',
  'DeleteTerms',
  'DeleteUserPoolClientSecret',
  'DeleteUserPoolDomain',
  'DeleteUserPoolReplica',
  'DeleteWebAuthnCredential',
  'DescribeIdentityProvider',
  'DescribeManagedLoginBranding',
  'DescribeManagedLoginBrandingByClient',
  'DescribeResourceServer',
  'DescribeRiskConfiguration',
  'DescribeTerms',
  'DescribeTermsByClient',
  'DescribeUserImportJob',
  'DescribeUserPoolDomain',
  'ForgetDevice',
  'GetCSVHeader',
  'GetClientToken',
  'GetDevice',
  'GetGroup',
  'GetIdentityProviderByIdentifier',
  'GetLogDeliveryConfiguration',
  'GetProvisionedLimit',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserAuthFactors',
  'GetUserPoolClientSessionConfiguration',
  'GetUserPoolMfaConfig',
  'GetUserPoolSessionConfiguration',
  'ListDevices',
  'ListGroups',
  'ListIdentityProviders',
  'ListResourceServers',
  'ListTagsForResource',
  'ListTerms',
  'ListUserImportJobs',
  'ListUserPoolClientSecrets',
  'ListUserPoolReplicas',
  'ListUserSessions',
  'ListUsersInGroup',
  'ListWebAuthnCredentials',
  'RevokeUserSession',
  'SetLogDeliveryConfiguration',
  'SetRiskConfiguration',
  'SetUICustomization',
  'SetUserMFAPreference',
  'SetUserPoolClientSessionConfiguration',
  'SetUserPoolMfaConfig',
  'SetUserPoolSessionConfiguration',
  'SetUserSettings',
  'StartUserImportJob',
  'StartWebAuthnRegistration',
  'StopUserImportJob',
  'TagResource',
  'UntagResource',
  'UpdateAuthEventFeedback',
  'UpdateDeviceStatus',
  'UpdateGroup',
  'UpdateIdentityProvider',
  'UpdateManagedLoginBranding',
  'UpdateProvisionedLimit',
  'UpdateResourceServer',
  'UpdateTerms',
  'UpdateUserPoolDomain',
  'UpdateUserPoolReplica',
  'VerifySoftwareToken',
] as const satisfies OperationName[];

type Written = Exclude<OperationName, (typeof notYet)[number]>;

export const userPoolOperations = {
  // User pools
  AddCustomAttributes: pools.addCustomAttributes,
  CreateUserPool: pools.createUserPool,
  DeleteUserPool: pools.deleteUserPool,
  DescribeUserPool: pools.describeUserPool,
  ListUserPools: pools.listUserPools,
  UpdateUserPool: pools.updateUserPool,

  // App clients
  CreateUserPoolClient: clients.createUserPoolClient,
  DeleteUserPoolClient: clients.deleteUserPoolClient,
  DescribeUserPoolClient: clients.describeUserPoolClient,
  ListUserPoolClients: clients.listUserPoolClients,
  UpdateUserPoolClient: clients.updateUserPoolClient,

  // Sign-up and recovery
  AdminConfirmSignUp: signUp.adminConfirmSignUp,
  AdminResetUserPassword: recovery.adminResetUserPassword,
  ConfirmForgotPassword: recovery.confirmForgotPassword,
  ConfirmSignUp: signUp.confirmSignUp,
  ForgotPassword: recovery.forgotPassword,
  ResendConfirmationCode: signUp.resendConfirmationCode,
  SignUp: signUp.signUp,

  // The signed-in person's own account
  ChangePassword: account.changePassword,
  DeleteUser: account.deleteUser,
  DeleteUserAttributes: attributes.deleteUserAttributes,
  GetUser: account.getUser,
  GetUserAttributeVerificationCode: attributes.getUserAttributeVerificationCode,
  UpdateUserAttributes: attributes.updateUserAttributes,
  VerifyUserAttribute: attributes.verifyUserAttribute,

  // Users, by administrators
  AdminCreateUser: adminCreateUser,
  AdminDeleteUser: admin.adminDeleteUser,
  AdminDeleteUserAttributes: attributes.adminDeleteUserAttributes,
  AdminDisableUser: admin.adminDisableUser,
  AdminEnableUser: admin.adminEnableUser,
  AdminGetUser: admin.adminGetUser,
  AdminSetUserPassword: admin.adminSetUserPassword,
  AdminUpdateUserAttributes: attributes.adminUpdateUserAttributes,
  ListUsers: listUsers,

  // Sign-in
  AdminInitiateAuth: signIn.adminInitiateAuth,
  AdminRespondToAuthChallenge: signIn.adminRespondToAuthChallenge,
  GetTokensFromRefreshToken: revocation.getTokensFromRefreshToken,
  InitiateAuth: signIn.initiateAuth,
  RespondToAuthChallenge: signIn.respondToAuthChallenge,

  // The end of sessions
  AdminUserGlobalSignOut: admin.adminUserGlobalSignOut,
  GlobalSignOut: revocation.globalSignOut,
  RevokeToken: revocation.revokeToken,
} satisfies Required<Pick<OperationTable<Call>, Written>>;
