/** What administrators do with accounts: read, enable, disable, set passwords, delete. */
import { endAllSessions } from '../../storage/sign-out.ts';
import { deleteSsoSessions } from '../../storage/sso-sessions.ts';
import { allAttributes } from '../attributes/permissions.ts';
import { onUser } from '../doors/in-pool.ts';
import { describeMfa, describeMfaOptions } from '../factors/second-factors.ts';
import { checkHistory, checkPolicy, rememberPassword, sealPassword } from './passwords.ts';
import { changeUser, removeUser } from './record.ts';
import { signOutEverywhere } from './sign-out.ts';

export const adminGetUser = onUser<'AdminGetUser'>(async ({ user }) => ({
  Username: user.username,
  UserAttributes: allAttributes(user),
  UserCreateDate: new Date(user.createdAt),
  UserLastModifiedDate: new Date(user.modifiedAt),
  Enabled: user.enabled,
  UserStatus: user.status,
  MFAOptions: describeMfaOptions(user),
  ...describeMfa(user),
}));

export const adminDeleteUser = onUser<'AdminDeleteUser'>(async call => {
  await removeUser(call, call.user.sub);
  return {};
});

export const adminEnableUser = onUser<'AdminEnableUser'>(async call => {
  await changeUser(call, call.user.sub, user => ({ ...user, enabled: true }));
  return {};
});

/** Ends every session: enabling the user again revives none of them. */
export const adminDisableUser = onUser<'AdminDisableUser'>(async call => {
  const { pool, user, clock } = call;
  await changeUser(call, user.sub, current => ({ ...current, enabled: false }), {
    also: async tx => {
      await endAllSessions(tx, { poolId: pool.id, sub: user.sub, now: clock.now() });
      await deleteSsoSessions(tx, pool.id, user.sub);
    },
  });
  return {};
});

export const adminUserGlobalSignOut = onUser<'AdminUserGlobalSignOut'>(async call => {
  await signOutEverywhere(call);
  return {};
});

/** A permanent password confirms the account; a temporary one is to be changed at the next sign-in. */
export const adminSetUserPassword = onUser<'AdminSetUserPassword'>(async (call, { Password, Permanent }) => {
  const { pool, user, clock } = call;
  checkPolicy(pool, Password);
  if (Permanent) await checkHistory(call, user, Password);
  const password = await sealPassword(call, user, Password);
  const status = Permanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
  await changeUser(call, user.sub, current => ({ ...current, status, password, passwordSetAt: clock.now() }), {
    also: (tx, before) => rememberPassword(tx, pool, before),
  });
  return {};
});
