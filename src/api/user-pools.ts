/** The table of contents of the user pools API: one line an operation. */
import type { OperationName, OperationTable } from '../contract/operations.ts';
import * as branding from '../login/managed/branding.ts';
import * as domains from '../login/managed/domains.ts';
import * as terms from '../login/managed/terms.ts';
import * as uiCustomization from '../login/managed/ui-customization.ts';
import type { Call } from '../user-pools/call/call.ts';
import { getClientToken } from '../user-pools/clients/client-token.ts';
import * as clients from '../user-pools/clients/clients.ts';
import * as resourceServers from '../user-pools/clients/resource-servers.ts';
import * as secrets from '../user-pools/clients/secrets.ts';
import * as devices from '../user-pools/factors/devices.ts';
import * as devicesAdmin from '../user-pools/factors/devices-admin.ts';
import * as passkeys from '../user-pools/factors/passkeys.ts';
import * as linking from '../user-pools/federation/linking.ts';
import * as providers from '../user-pools/federation/providers.ts';
import * as limits from '../user-pools/limits/provisioned-limits.ts';
import * as logDelivery from '../user-pools/pools/log-delivery.ts';
import * as mfaConfig from '../user-pools/pools/mfa-config.ts';
import * as pools from '../user-pools/pools/pools.ts';
import * as replicas from '../user-pools/pools/replicas.ts';
import { getSigningCertificate } from '../user-pools/pools/signing-certificate.ts';
import * as tags from '../user-pools/pools/tags.ts';
import * as sessionConfiguration from '../user-pools/sessions/configuration.ts';
import * as revocation from '../user-pools/sessions/revocation.ts';
import * as userSessions from '../user-pools/sessions/user-sessions.ts';
import * as authFactors from '../user-pools/sign-in/auth-factors.ts';
import * as signIn from '../user-pools/sign-in/sign-in.ts';
import * as softwareToken from '../user-pools/sign-in/software-token.ts';
import * as feedback from '../user-pools/threat-protection/feedback.ts';
import * as risk from '../user-pools/threat-protection/risk.ts';
import * as account from '../user-pools/users/account.ts';
import * as admin from '../user-pools/users/admin.ts';
import { adminCreateUser } from '../user-pools/users/admin-create.ts';
import * as attributes from '../user-pools/users/attributes.ts';
import { adminConfirmSignUp, confirmSignUp } from '../user-pools/users/confirm-sign-up.ts';
import * as members from '../user-pools/users/group-members.ts';
import * as groups from '../user-pools/users/groups.ts';
import * as importJobs from '../user-pools/users/import/jobs.ts';
import { listUsers } from '../user-pools/users/list-users.ts';
import * as mfaPreference from '../user-pools/users/mfa-preference.ts';
import * as recovery from '../user-pools/users/recovery.ts';
import * as signUp from '../user-pools/users/sign-up.ts';

/** Operations that nobody has written yet: answered 501, shown as such in docs/coverage.md. Written here once, checked by the compiler. */
export const notYet = [] as const satisfies OperationName[];

type Written = Exclude<OperationName, (typeof notYet)[number]>;

export const userPoolOperations = {
  // User pools
  AddCustomAttributes: pools.addCustomAttributes,
  CreateUserPool: pools.createUserPool,
  DeleteUserPool: pools.deleteUserPool,
  DescribeUserPool: pools.describeUserPool,
  ListUserPools: pools.listUserPools,
  UpdateUserPool: pools.updateUserPool,

  // Tags, log delivery, the SAML certificate
  GetLogDeliveryConfiguration: logDelivery.getLogDeliveryConfiguration,
  GetSigningCertificate: getSigningCertificate,
  ListTagsForResource: tags.listTagsForResource,
  SetLogDeliveryConfiguration: logDelivery.setLogDeliveryConfiguration,
  TagResource: tags.tagResource,
  UntagResource: tags.untagResource,

  // Replicas and limits
  CreateUserPoolReplica: replicas.createUserPoolReplica,
  DeleteUserPoolReplica: replicas.deleteUserPoolReplica,
  GetProvisionedLimit: limits.getProvisionedLimit,
  ListUserPoolReplicas: replicas.listUserPoolReplicas,
  UpdateProvisionedLimit: limits.updateProvisionedLimit,
  UpdateUserPoolReplica: replicas.updateUserPoolReplica,

  // App clients
  CreateUserPoolClient: clients.createUserPoolClient,
  DeleteUserPoolClient: clients.deleteUserPoolClient,
  DescribeUserPoolClient: clients.describeUserPoolClient,
  ListUserPoolClients: clients.listUserPoolClients,
  UpdateUserPoolClient: clients.updateUserPoolClient,

  // Secrets of app clients, and programs that use them
  AddUserPoolClientSecret: secrets.addUserPoolClientSecret,
  DeleteUserPoolClientSecret: secrets.deleteUserPoolClientSecret,
  GetClientToken: getClientToken,
  ListUserPoolClientSecrets: secrets.listUserPoolClientSecrets,

  // Resource servers
  CreateResourceServer: resourceServers.createResourceServer,
  DeleteResourceServer: resourceServers.deleteResourceServer,
  DescribeResourceServer: resourceServers.describeResourceServer,
  ListResourceServers: resourceServers.listResourceServers,
  UpdateResourceServer: resourceServers.updateResourceServer,

  // Identity providers
  AdminDisableProviderForUser: linking.adminDisableProviderForUser,
  AdminLinkProviderForUser: linking.adminLinkProviderForUser,
  CreateIdentityProvider: providers.createIdentityProvider,
  DeleteIdentityProvider: providers.deleteIdentityProvider,
  DescribeIdentityProvider: providers.describeIdentityProvider,
  GetIdentityProviderByIdentifier: providers.getIdentityProviderByIdentifier,
  ListIdentityProviders: providers.listIdentityProviders,
  UpdateIdentityProvider: providers.updateIdentityProvider,

  // Domains
  CreateUserPoolDomain: domains.createUserPoolDomain,
  DeleteUserPoolDomain: domains.deleteUserPoolDomain,
  DescribeUserPoolDomain: domains.describeUserPoolDomain,
  UpdateUserPoolDomain: domains.updateUserPoolDomain,

  // The classic login pages
  GetUICustomization: uiCustomization.getUICustomization,
  SetUICustomization: uiCustomization.setUICustomization,

  // Terms documents
  CreateTerms: terms.createTerms,
  DeleteTerms: terms.deleteTerms,
  DescribeTerms: terms.describeTerms,
  DescribeTermsByClient: terms.describeTermsByClient,
  ListTerms: terms.listTerms,
  UpdateTerms: terms.updateTerms,

  // Managed login styles
  CreateManagedLoginBranding: branding.createManagedLoginBranding,
  DeleteManagedLoginBranding: branding.deleteManagedLoginBranding,
  DescribeManagedLoginBranding: branding.describeManagedLoginBranding,
  DescribeManagedLoginBrandingByClient: branding.describeManagedLoginBrandingByClient,
  UpdateManagedLoginBranding: branding.updateManagedLoginBranding,

  // Import of users
  CreateUserImportJob: importJobs.createUserImportJob,
  DescribeUserImportJob: importJobs.describeUserImportJob,
  GetCSVHeader: importJobs.getCsvHeader,
  ListUserImportJobs: importJobs.listUserImportJobs,
  StartUserImportJob: importJobs.startUserImportJob,
  StopUserImportJob: importJobs.stopUserImportJob,

  // Sign-up and recovery
  AdminConfirmSignUp: adminConfirmSignUp,
  AdminResetUserPassword: recovery.adminResetUserPassword,
  ConfirmForgotPassword: recovery.confirmForgotPassword,
  ConfirmSignUp: confirmSignUp,
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

  // Groups
  AdminAddUserToGroup: members.adminAddUserToGroup,
  AdminListGroupsForUser: members.adminListGroupsForUser,
  AdminRemoveUserFromGroup: members.adminRemoveUserFromGroup,
  CreateGroup: groups.createGroup,
  DeleteGroup: groups.deleteGroup,
  GetGroup: groups.getGroup,
  ListGroups: groups.listGroups,
  ListUsersInGroup: members.listUsersInGroup,
  UpdateGroup: groups.updateGroup,

  // Passkeys
  CompleteWebAuthnRegistration: passkeys.completeWebAuthnRegistration,
  DeleteWebAuthnCredential: passkeys.deleteWebAuthnCredential,
  ListWebAuthnCredentials: passkeys.listWebAuthnCredentials,
  StartWebAuthnRegistration: passkeys.startWebAuthnRegistration,

  // Devices
  AdminForgetDevice: devicesAdmin.adminForgetDevice,
  AdminGetDevice: devicesAdmin.adminGetDevice,
  AdminListDevices: devicesAdmin.adminListDevices,
  AdminUpdateDeviceStatus: devicesAdmin.adminUpdateDeviceStatus,
  ConfirmDevice: devices.confirmDevice,
  ForgetDevice: devices.forgetDevice,
  GetDevice: devices.getDevice,
  ListDevices: devices.listDevices,
  UpdateDeviceStatus: devices.updateDeviceStatus,

  // Sign-in
  AdminInitiateAuth: signIn.adminInitiateAuth,
  AdminRespondToAuthChallenge: signIn.adminRespondToAuthChallenge,
  GetTokensFromRefreshToken: revocation.getTokensFromRefreshToken,
  InitiateAuth: signIn.initiateAuth,
  RespondToAuthChallenge: signIn.respondToAuthChallenge,

  // Sessions that the pool tracks
  AdminListUserSessions: userSessions.adminListUserSessions,
  AdminRevokeUserSession: userSessions.adminRevokeUserSession,
  GetUserPoolClientSessionConfiguration: sessionConfiguration.getUserPoolClientSessionConfiguration,
  GetUserPoolSessionConfiguration: sessionConfiguration.getUserPoolSessionConfiguration,
  ListUserSessions: userSessions.listUserSessions,
  RevokeUserSession: userSessions.revokeUserSession,
  SetUserPoolClientSessionConfiguration: sessionConfiguration.setUserPoolClientSessionConfiguration,
  SetUserPoolSessionConfiguration: sessionConfiguration.setUserPoolSessionConfiguration,

  // Threat protection
  AdminListUserAuthEvents: feedback.adminListUserAuthEvents,
  AdminUpdateAuthEventFeedback: feedback.adminUpdateAuthEventFeedback,
  DescribeRiskConfiguration: risk.describeRiskConfiguration,
  SetRiskConfiguration: risk.setRiskConfiguration,
  UpdateAuthEventFeedback: feedback.updateAuthEventFeedback,

  // The end of sessions
  AdminUserGlobalSignOut: admin.adminUserGlobalSignOut,
  GlobalSignOut: revocation.globalSignOut,
  RevokeToken: revocation.revokeToken,

  // Multi-factor authentication
  AdminDeleteSoftwareToken: softwareToken.adminDeleteSoftwareToken,
  AdminGetUserAuthFactors: authFactors.adminGetUserAuthFactors,
  AdminSetUserMFAPreference: mfaPreference.adminSetUserMFAPreference,
  AdminSetUserSettings: mfaPreference.adminSetUserSettings,
  AssociateSoftwareToken: softwareToken.associateSoftwareToken,
  GetUserAuthFactors: authFactors.getUserAuthFactors,
  GetUserPoolMfaConfig: mfaConfig.getUserPoolMfaConfig,
  SetUserMFAPreference: mfaPreference.setUserMFAPreference,
  SetUserPoolMfaConfig: mfaConfig.setUserPoolMfaConfig,
  SetUserSettings: mfaPreference.setUserSettings,
  VerifySoftwareToken: softwareToken.verifySoftwareToken,
} satisfies Required<Pick<OperationTable<Call>, Written>>;
