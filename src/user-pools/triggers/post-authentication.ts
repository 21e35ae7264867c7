/** PostAuthentication: the pool's function hears of a sign-in that has succeeded, and can still prevent that tokens are issued. */
import type { Triggers } from './catalog.ts';
import { invokeTrigger, type Subject, type TriggerCall } from './invoke.ts';

/** @throws UserLambdaValidationException (the refusal), UnexpectedLambdaException, InvalidLambdaResponseException */
export const postAuthentication = async (
  call: TriggerCall,
  who: Subject,
  request: Triggers['PostAuthentication']['request'],
): Promise<void> => {
  await invokeTrigger(call, 'PostAuthentication', { source: 'PostAuthentication_Authentication', ...who, request });
};
