/** Calls a trigger: the only place that knows the envelope, the time limit, the tries and the ways to fail. */
import { AwsError } from '../../contract/errors.ts';
import type { User } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';
import type { FunctionAnswer } from '../call/functions.ts';
import { responses, type TriggerName, type Triggers } from './catalog.ts';

/** Cognito waits five seconds, three times, and no setting changes that. */
const timeout = 5000;
const tries = 3;
const longestAnswer = 1_000_000;

/** The attributes as functions see them: strings, with the user's id and state among them. */
export const userAttributes = (user: User): Record<string, string> => ({
  sub: user.sub,
  'cognito:user_status': user.status,
  ...user.attributes,
});

type Invocation<Name extends TriggerName> = {
  source: Triggers[Name]['source'];
  userName: string;
  user: User | undefined;
  request: Triggers[Name]['request'];
};

const unexpected = (trigger: string, detail: string) =>
  new AwsError('UnexpectedLambdaException', `${trigger} ${detail}`);
const unrecognizable = () => new AwsError('InvalidLambdaResponseException', 'Unrecognizable lambda output');

/** What is handed to a function whose answer is still blank. */
const blank = <Name extends TriggerName>(trigger: Name): Triggers[Name]['response'] =>
  Object.fromEntries(Object.keys(responses[trigger]).map(member => [member, null])) as Triggers[Name]['response'];

/** The declared members of the answer; own properties only, so that nothing else of the object matters. */
const readResponse = <Name extends TriggerName>(trigger: Name, payload: string): Triggers[Name]['response'] => {
  if (payload.length > longestAnswer) throw unrecognizable();
  const answer: unknown = JSON.parse(payload);
  const given = answer !== null && typeof answer === 'object' ? (answer as { response?: unknown }).response : undefined;
  if (given === null || typeof given !== 'object') throw unrecognizable();
  const checks: Record<string, (value: unknown) => boolean> = responses[trigger];
  const members = Object.entries(checks).map(([member, check]) => {
    const value: unknown = Object.hasOwn(given, member) ? (given as Record<string, unknown>)[member] : null;
    if (value !== null && value !== undefined && !check(value)) throw unrecognizable();
    return [member, value ?? null];
  });
  return Object.fromEntries(members);
};

const settle = <Name extends TriggerName>(trigger: Name, answer: FunctionAnswer): Triggers[Name]['response'] => {
  if (answer.kind === 'result') return readResponse(trigger, answer.payload);
  if (answer.kind === 'timeout')
    throw unexpected(trigger, 'failed with error Socket timeout while invoking Lambda function');
  if (answer.kind === 'unavailable') throw unexpected(trigger, `invocation failed due to error ${answer.reason}.`);
  throw new AwsError('UserLambdaValidationException', `${trigger} failed with error ${answer.message}.`);
};

/**
 * Calls the pool's function for a trigger.
 * @returns its response; undefined when the pool has none
 * @throws UserLambdaValidationException (it threw), UnexpectedLambdaException (it could not be reached, or hung), InvalidLambdaResponseException
 */
export const invokeTrigger = async <Name extends TriggerName>(
  call: ClientCall,
  trigger: Name,
  { source, userName, user, request }: Invocation<Name>,
): Promise<Triggers[Name]['response'] | undefined> => {
  const arn = call.pool.config.LambdaConfig?.[trigger];
  if (arn === undefined) return undefined;
  const event = JSON.stringify({
    version: '1',
    region: call.pool.region,
    userPoolId: call.pool.id,
    userName,
    callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: call.client.id },
    triggerSource: source,
    request: { userAttributes: user ? userAttributes(user) : {}, ...request },
    response: blank(trigger),
  });
  let answer: FunctionAnswer = { kind: 'timeout' };
  for (let count = 0; count < tries; count++) {
    answer = await call.functions.invoke(arn, event, timeout);
    // What the function itself says stands; only what did not get through is tried again.
    if (answer.kind === 'result' || answer.kind === 'error') break;
  }
  return settle(trigger, answer);
};
