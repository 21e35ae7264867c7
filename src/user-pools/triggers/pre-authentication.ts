/** PreAuthentication: the pool's function may refuse a sign-in before anything of it is judged. */
import type { StringMap } from './catalog.ts';
import { invokeTrigger, type Subject, type TriggerCall } from './invoke.ts';

type Request = {
  /** ClientMetadata of InitiateAuth. */
  validationData: StringMap | undefined;
  /** Where the app client hides who exists. */
  userNotFound?: boolean;
};

/** @throws UserLambdaValidationException (the refusal), UnexpectedLambdaException, InvalidLambdaResponseException */
export const preAuthentication = async (
  call: TriggerCall,
  who: Subject,
  { validationData, ...request }: Request,
): Promise<void> => {
  await invokeTrigger(call, 'PreAuthentication', {
    source: 'PreAuthentication_Authentication',
    ...who,
    request: { validationData: validationData ?? null, ...request },
  });
};
