/** What a call from the region of a pool's replica may do: reads and regional settings, and signing in once the replica is active. */
import { isDeclared } from '../../contract/declared.ts';
import { AwsError } from '../../contract/errors.ts';
import type { OperationName } from '../../contract/operations.ts';
import { userPoolsContract } from '../../contract/service.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Call } from '../call/call.ts';

/** Of AWS's developer guide, "Supported API operations in secondary Regions": only those that name a pool and are signed. */
export const inEveryRegion: readonly OperationName[] = [
  'AdminGetDevice',
  'AdminGetUser',
  'AdminListDevices',
  'AdminListGroupsForUser',
  'AdminListUserAuthEvents',
  'CreateUserPoolDomain',
  'DeleteUserPoolDomain',
  'DescribeIdentityProvider',
  'DescribeManagedLoginBranding',
  'DescribeManagedLoginBrandingByClient',
  'DescribeResourceServer',
  'DescribeRiskConfiguration',
  'DescribeTerms',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'GetGroup',
  'GetLogDeliveryConfiguration',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserPoolMfaConfig',
  'ListGroups',
  'ListIdentityProviders',
  'ListResourceServers',
  'ListTerms',
  'ListUserPoolClientSecrets',
  'ListUserPoolClients',
  'ListUserPoolReplicas',
  'ListUsers',
  'ListUsersInGroup',
  'SetLogDeliveryConfiguration',
  'SetRiskConfiguration',
  'SetUserPoolMfaConfig',
  'UpdateUserPool',
  'UpdateUserPoolDomain',
  'UpdateUserPoolReplica',
];

const active: readonly OperationName[] = [
  ...inEveryRegion,
  'AdminInitiateAuth',
  'AdminRespondToAuthChallenge',
  'AdminUpdateAuthEventFeedback',
  'AdminUserGlobalSignOut',
  'GetIdentityProviderByIdentifier',
];

/**
 * @throws OperationNotEnabledException for what only the pool's own region may do; InvalidParameterException where the
 * operation does not declare that
 */
export const checkReplicaRegion = ({ operation, region }: Call, { id, settings: { replicas } }: UserPool): void => {
  const replica = replicas?.[region];
  if (replica === undefined) return;
  const allowed: readonly string[] = replica.status === 'ACTIVE' ? active : inEveryRegion;
  if (allowed.includes(operation)) return;
  const declares = isDeclared(userPoolsContract(), operation, 'OperationNotEnabledException');
  throw new AwsError(
    declares ? 'OperationNotEnabledException' : 'InvalidParameterException',
    `${operation} is not available for the replica of user pool ${id} in ${region}.`,
  );
};
