/** What a user can sign in with: GetUserAuthFactors and AdminGetUserAuthFactors. */
import type { AuthFactorType } from '@aws-sdk/client-cognito-identity-provider';
import type { User } from '../../storage/users.ts';
import type { PoolCall } from '../call/call.ts';
import { asUser } from '../doors/as-user.ts';
import { onUser } from '../doors/in-pool.ts';
import { describeMfa } from '../factors/second-factors.ts';
import { hasPasskey } from '../factors/usable-passkeys.ts';

const configured = async (call: PoolCall, user: User): Promise<AuthFactorType[]> => {
  const has: Record<AuthFactorType, boolean> = {
    PASSWORD: user.password !== null,
    EMAIL_OTP: Boolean(user.attributes.email),
    SMS_OTP: Boolean(user.attributes.phone_number),
    WEB_AUTHN: await hasPasskey(call, user),
    SOFTWARE_TOKEN: user.factors.totp?.verified ?? false,
  };
  return (Object.keys(has) as AuthFactorType[]).filter(factor => has[factor]);
};

export const getUserAuthFactors = asUser<'GetUserAuthFactors'>(async call => ({
  Username: call.user.username,
  ...describeMfa(call.user),
  ConfiguredUserAuthFactors: await configured(call, call.user),
}));

export const adminGetUserAuthFactors = onUser<'AdminGetUserAuthFactors'>(async call => ({
  Username: call.user.username,
  ...describeMfa(call.user),
  ConfiguredUserAuthFactors: await configured(call, call.user),
}));
