/** What functions may answer: the members of each response with their types, and how an answer is read. */
import { AwsError } from '../../contract/errors.ts';
import { parseExactly } from '../../lib/exact-json.ts';
import type { TriggerName, TriggerResponse } from './catalog.ts';

/** Whether a value has the type that its member of the response must have; null and absence always pass. */
type MemberCheck = (value: unknown) => boolean;
const isBoolean: MemberCheck = value => typeof value === 'boolean';
const isString: MemberCheck = value => typeof value === 'string';
const isObject: MemberCheck = value => typeof value === 'object' && value !== null && !Array.isArray(value);
const isStringList: MemberCheck = value => Array.isArray(value) && value.every(isString);
/** The guide's test events have an empty list where an object is meant. */
const isDetails: MemberCheck = value => isObject(value) || (Array.isArray(value) && value.length === 0);
const isStringMap: MemberCheck = value => isObject(value) && Object.values(value as object).every(isString);

/** The members of each response: others are ignored, wrong types refused. */
const responses: { [Name in TriggerName]: Record<keyof TriggerResponse<Name>, MemberCheck> } = {
  PreSignUp: { autoConfirmUser: isBoolean, autoVerifyEmail: isBoolean, autoVerifyPhone: isBoolean },
  PostConfirmation: {},
  PreAuthentication: {},
  PostAuthentication: {},
  PreTokenGeneration: { claimsOverrideDetails: isDetails, claimsAndScopeOverrideDetails: isDetails },
  UserMigration: {
    userAttributes: isStringMap,
    finalUserStatus: isString,
    messageAction: isString,
    desiredDeliveryMediums: isStringList,
    forceAliasCreation: isBoolean,
    enableSMSMFA: isBoolean,
  },
  CustomMessage: { smsMessage: isString, emailMessage: isString, emailSubject: isString },
  DefineAuthChallenge: { challengeName: isString, issueTokens: isBoolean, failAuthentication: isBoolean },
  CreateAuthChallenge: {
    publicChallengeParameters: isStringMap,
    privateChallengeParameters: isStringMap,
    challengeMetadata: isString,
  },
  VerifyAuthChallengeResponse: { answerCorrect: isBoolean },
  InboundFederation: { userAttributesToMap: isObject },
};

/** Where a blank answer is not of nulls only. */
const blanks: { [Name in TriggerName]?: TriggerResponse<Name> } = {
  PreSignUp: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
};

const longestAnswer = 1_000_000;

export const unrecognizable = () => new AwsError('InvalidLambdaResponseException', 'Unrecognizable lambda output');

/** The trigger that an event is for, by its source: `PreSignUp_SignUp`. */
export const triggerOf = (source: string): TriggerName | undefined => {
  const [name = ''] = source.split('_');
  const trigger = name === 'TokenGeneration' ? 'PreTokenGeneration' : name;
  return Object.hasOwn(responses, trigger) ? (trigger as TriggerName) : undefined;
};

/** What is handed to a function whose answer is still blank. */
export const blankResponse = <Name extends TriggerName>(trigger: Name): TriggerResponse<Name> =>
  blanks[trigger] ??
  (Object.fromEntries(Object.keys(responses[trigger]).map(member => [member, null])) as TriggerResponse<Name>);

const parse = (payload: string): unknown => {
  try {
    return parseExactly(payload);
  } catch {
    throw unrecognizable();
  }
};

/**
 * The declared members of the answer; own properties only, so that nothing else of the object matters.
 * @throws InvalidLambdaResponseException
 */
export const readResponse = <Name extends TriggerName>(trigger: Name, payload: string): TriggerResponse<Name> => {
  if (payload.length > longestAnswer) throw unrecognizable();
  const answer = parse(payload);
  const given = answer !== null && typeof answer === 'object' ? (answer as { response?: unknown }).response : undefined;
  if (given === null || typeof given !== 'object') throw unrecognizable();
  const checks: Record<string, MemberCheck> = responses[trigger];
  const members = Object.entries(checks).map(([member, check]) => {
    const value: unknown = Object.hasOwn(given, member) ? (given as Record<string, unknown>)[member] : null;
    if (value !== null && value !== undefined && !check(value)) throw unrecognizable();
    return [member, value ?? null];
  });
  return Object.fromEntries(members);
};
