/** A user in AWS's shape. */
import type { UserType } from '@aws-sdk/client-cognito-identity-provider';
import type { User } from '../../storage/users.ts';
import { allAttributes } from '../attributes/permissions.ts';
import { describeMfaOptions } from '../factors/second-factors.ts';

export const describeUser = (user: User): UserType => ({
  Username: user.username,
  Attributes: allAttributes(user),
  UserCreateDate: new Date(user.createdAt),
  UserLastModifiedDate: new Date(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: user.status,
  MFAOptions: describeMfaOptions(user),
});
