/** PostConfirmation: the pool's function hears that somebody has confirmed their account, or has set a forgotten password anew. */
import type { User } from '../../storage/users.ts';
import type { StringMap } from './catalog.ts';
import { invokeTrigger, type TriggerCall, userAttributes } from './invoke.ts';

/**
 * To be called after the commit: what goes wrong here reaches the caller, and what was done stays done.
 * @throws UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException
 */
export const postConfirmation = async (
  call: TriggerCall,
  occasion: 'ConfirmSignUp' | 'ConfirmForgotPassword',
  user: User,
  clientMetadata: StringMap | undefined,
): Promise<void> => {
  await invokeTrigger(call, 'PostConfirmation', {
    source: `PostConfirmation_${occasion}`,
    userName: user.username,
    attributes: userAttributes(user),
    request: { clientMetadata },
  });
};
