/** What a signed-in person does with their own account: GetUser, ChangePassword, DeleteUser. */
import { incorrectCredentials, invalidParameter } from '../../contract/errors.ts';
import type { Input } from '../../contract/operations.ts';
import { visibleAttributes } from '../attributes/permissions.ts';
import type { SignedInCall } from '../call/call.ts';
import { asUser } from '../doors/as-user.ts';
import { describeMfa, describeMfaOptions } from '../factors/second-factors.ts';
import { limitAttempts } from '../threat-protection/attempt-limits.ts';
import { recorded } from '../threat-protection/events.ts';
import { guarded } from '../threat-protection/lockout.ts';
import { checkHistory, checkPolicy, isPasswordOf, rememberPassword, sealPassword } from './passwords.ts';
import { changeUser, removeUser } from './record.ts';

export const getUser = asUser<'GetUser'>(async ({ client, user }) => ({
  Username: user.username,
  UserAttributes: visibleAttributes(client, user),
  MFAOptions: describeMfaOptions(user),
  ...describeMfa(user),
}));

/** @throws NotAuthorizedException when the previous password is wrong, or what the policy says of the proposed one */
const replacePassword = async (call: SignedInCall, { PreviousPassword, ProposedPassword }: Input<'ChangePassword'>) => {
  const { pool, user, clock } = call;
  if (user.password !== null) {
    if (PreviousPassword === undefined) throw invalidParameter('PreviousPassword is required.');
    const who = { user, name: user.username };
    const right = await guarded(call, user.sub, () => isPasswordOf(call, pool, who, PreviousPassword, { keep: true }));
    if (!right) throw incorrectCredentials();
  }
  checkPolicy(pool, ProposedPassword);
  await checkHistory(call, user, ProposedPassword);
  const password = await sealPassword(call, user, ProposedPassword);
  await changeUser(
    call,
    user.sub,
    current => {
      // The password that was proven must still be the one that is replaced.
      if (current.password !== user.password) throw incorrectCredentials();
      return { ...current, password, passwordSetAt: clock.now() };
    },
    { also: (tx, before) => rememberPassword(tx, pool, before) },
  );
};

export const changePassword = asUser<'ChangePassword'>(async (call, input) => {
  await limitAttempts(call, 'ChangePassword', call.user.sub);
  const event = { sub: call.user.sub, type: 'PasswordChange' as const, context: undefined };
  await recorded(call, event, () => replacePassword(call, input));
  return {};
});

export const deleteUser = asUser<'DeleteUser'>(async call => {
  await removeUser(call, call.user.sub);
  return {};
});
