/** PreSignUp: the pool's function may refuse a new account, confirm it at once and vouch for its e-mail address and phone number. */
import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../contract/errors.ts';
import type { StringMap, TriggerResponse } from './catalog.ts';
import { invokeTrigger, type Subject, type TriggerCall } from './invoke.ts';

/** What the function has said of the new account. */
export type Verdict = { confirmed: boolean; verified: ('email' | 'phone_number')[] };

type Request = {
  /** ValidationData of the request; or ClientMetadata of a sign-in that migrates somebody. */
  validationData: StringMap | undefined;
  clientMetadata: StringMap | undefined;
};

/** ValidationData as functions see it; the last of two equal names counts. */
export const validationMap = (list: readonly AttributeType[] | undefined): StringMap | undefined =>
  list?.length ? Object.fromEntries(list.map(({ Name = '', Value = '' }) => [Name, Value])) : undefined;

const invalid = (message: string) => new AwsError('InvalidLambdaResponseException', message);

/** @throws InvalidLambdaResponseException for an answer that cannot be carried out: Cognito's own sentence in the second case */
const readVerdict = (answer: TriggerResponse<'PreSignUp'>, attributes: Record<string, string>): Verdict => {
  const confirmed = answer.autoConfirmUser ?? false;
  const verified: Verdict['verified'] = [];
  if (answer.autoVerifyEmail) verified.push('email');
  if (answer.autoVerifyPhone) verified.push('phone_number');
  const absent = verified.find(name => !attributes[name]);
  if (absent !== undefined) throw invalid(`${absent} cannot be auto verified, when the user has none.`);
  if (verified.length > 0 && !confirmed)
    throw invalid('Phone or email cannot be auto verified, when user is not being auto confirmed.');
  return { confirmed, verified };
};

/**
 * Asks the function before anything is stored.
 * @param who without `sub` and state, which such a user does not have yet
 * @returns what it has said. Where an administrator makes the account, all that it can do is refuse
 * @throws UserLambdaValidationException (the refusal), UnexpectedLambdaException, InvalidLambdaResponseException
 */
export const preSignUp = async (
  call: TriggerCall,
  occasion: 'SignUp' | 'AdminCreateUser',
  who: Subject,
  { validationData, clientMetadata }: Request,
): Promise<Verdict> => {
  const answer = await invokeTrigger(call, 'PreSignUp', {
    source: `PreSignUp_${occasion}`,
    ...who,
    request: { validationData: validationData ?? null, clientMetadata },
  });
  if (answer === undefined || occasion === 'AdminCreateUser') return { confirmed: false, verified: [] };
  return readVerdict(answer, who.attributes);
};
