/** NEW_PASSWORD_REQUIRED: whoever signs in with a temporary password chooses their own, and gives the attributes that are missing. */
import { AwsError, invalidSession, missingParameter, sessionUsed } from '../../../contract/errors.ts';
import { advanceAttempt } from '../../../storage/sign-in-attempts.ts';
import { mergeAttributes, missingAttributes, readAttributes, requireAttributes } from '../../attributes/values.ts';
import type { ClientCall } from '../../call/call.ts';
import { checkHistory, checkPolicy, rememberPassword, sealPassword } from '../../users/passwords.ts';
import { changeUser } from '../../users/record.ts';
import { checkWritable } from '../../users/sign-up.ts';
import { type Attempt, stepLifetime } from '../attempt.ts';
import { type Answers, type Challenge, proved } from './challenge.ts';

const prefix = 'userAttributes.';

/** @throws NotAuthorizedException for an attribute that has a value, or that the client may not write */
const givenAttributes = (call: ClientCall, user: NonNullable<Attempt['user']>, answers: Answers) => {
  const list = Object.entries(answers)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, Value]) => ({ Name: name.slice(prefix.length), Value }));
  const attributes = readAttributes(call.pool, list);
  const again = Object.keys(attributes).find(name => user.attributes[name]);
  if (again !== undefined) throw new AwsError('NotAuthorizedException', `Cannot modify an already provided ${again}`);
  checkWritable(call, attributes);
  return attributes;
};

export const newPasswordRequired: Challenge = {
  async ask({ pool }, { user }) {
    const attributes = user?.attributes ?? {};
    return {
      parameters: {
        USER_ID_FOR_SRP: user?.username ?? '',
        requiredAttributes: JSON.stringify(missingAttributes(pool, attributes).map(name => prefix + name)),
        userAttributes: JSON.stringify(attributes),
      },
    };
  },

  async check(call, attempt, answers) {
    const { pool, clock } = call;
    const { user } = attempt;
    if (user === undefined) throw invalidSession();
    const plain = answers.NEW_PASSWORD;
    if (plain === undefined) throw missingParameter('NEW_PASSWORD');
    const given = givenAttributes(call, user, answers);
    requireAttributes(pool, mergeAttributes(user.attributes, given));
    checkPolicy(pool, plain);
    // The temporary password itself may be kept; those before it may not.
    await checkHistory(call, { ...user, password: null }, plain);
    const password = await sealPassword(call, user, plain);
    const changed = await changeUser(
      call,
      user.sub,
      current => {
        if (current.status !== 'FORCE_CHANGE_PASSWORD' || current.password !== user.password) throw invalidSession();
        const attributes = mergeAttributes(current.attributes, given);
        return { ...current, attributes, status: 'CONFIRMED', password, passwordSetAt: clock.now() };
      },
      {
        also: async (tx, before) => {
          const expiresAt = clock.now() + stepLifetime(call);
          const key = { poolId: pool.id, attemptId: attempt.id, step: attempt.step, expiresAt };
          if (!(await advanceAttempt(tx, key))) throw sessionUsed();
          await rememberPassword(tx, pool, before);
        },
      },
    );
    return proved({ ...attempt, step: attempt.step + 1, moved: true }, 'NEW_PASSWORD', changed);
  },
};
