/** Calls a trigger: the only place that knows the envelope, the time limit, the tries and the ways to fail. */
import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import type { AppClient } from '../../storage/clients.ts';
import type { User } from '../../storage/users.ts';
import type { PoolCall } from '../call/call.ts';
import type { FunctionAnswer } from '../call/functions.ts';
import type { TriggerName, TriggerResponse, Triggers } from './catalog.ts';
import { blankResponse, readResponse } from './responses.ts';

/** Cognito waits five seconds, three times, and no setting changes that. */
const timeout = 5000;
const tries = 3;

/** What a trigger needs of a call; an administrator's has no client. */
export type TriggerCall = Pick<PoolCall, 'pool' | 'functions' | 'userAgent'> & {
  client?: Pick<AppClient, 'id'> | undefined;
  requestId?: string;
};

/** The attributes as functions see them: strings, with the user's id and state among them. */
export const userAttributes = ({ sub, status, attributes }: Pick<User, 'sub' | 'status' | 'attributes'>) => ({
  sub,
  'cognito:user_status': status as string,
  ...attributes,
});

/** Whom an event is about. */
export type Subject = {
  userName: string;
  /** As functions see them, see `userAttributes`; empty when there is no such user. */
  attributes: Record<string, string>;
};

type Invocation<Name extends TriggerName> = Subject & {
  source: Triggers[Name]['source'];
  request: Triggers[Name]['request'];
  /** Of the event; `1` unless the trigger has several. */
  version?: string;
  /** The blank answer, where it depends on the version. */
  response?: object;
};

/** Where LambdaConfig has more to say of a trigger than its function. */
const configured: Partial<Record<TriggerName, (config: LambdaConfigType) => string | undefined>> = {
  PreTokenGeneration: config => config.PreTokenGenerationConfig?.LambdaArn ?? config.PreTokenGeneration,
  InboundFederation: config => config.InboundFederation?.LambdaArn,
};

/** The ARN of the pool's function for a trigger. */
export const functionOf = ({ pool }: Pick<PoolCall, 'pool'>, trigger: TriggerName): string | undefined => {
  const config = pool.config.LambdaConfig ?? {};
  const of = configured[trigger];
  return of === undefined ? (config as Record<string, string | undefined>)[trigger] : of(config);
};

/** `aws-sdk-js/3.1 ua/2.1 …` → `aws-sdk-js-3.1`. */
const sdkVersion = (userAgent: string): string => {
  const [, name, version] = /(?:^|\s)(aws-sdk-[\w-]+)\/([\w.-]+)/.exec(userAgent) ?? [];
  return name && version ? `${name}-${version}` : 'aws-sdk-unknown-unknown';
};

/** What every event of a trigger begins with. */
export const envelope = (
  { pool, client, userAgent }: TriggerCall,
  source: string,
  userName: string,
  version = '1',
) => ({
  version,
  region: pool.region,
  userPoolId: pool.id,
  userName,
  callerContext: { awsSdkVersion: sdkVersion(userAgent), clientId: client?.id ?? 'CLIENT_ID_NOT_APPLICABLE' },
  triggerSource: source,
});

const unexpected = (trigger: string, detail: string) =>
  new AwsError('UnexpectedLambdaException', `${trigger} ${detail}`);

/**
 * What a function's answer is to the operation that has asked it.
 * @throws UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException
 */
export const settle = <Name extends TriggerName>(trigger: Name, answer: FunctionAnswer): TriggerResponse<Name> => {
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
  call: TriggerCall,
  trigger: Name,
  { source, userName, attributes, request, version, response = blankResponse(trigger) }: Invocation<Name>,
): Promise<TriggerResponse<Name> | undefined> => {
  const arn = functionOf(call, trigger);
  if (arn === undefined) return undefined;
  const event = JSON.stringify({
    ...envelope(call, source, userName, version),
    request: { userAttributes: attributes, ...request },
    response,
  });
  // The same for every try: a function that was heard late need not act twice.
  const idempotencyKey = uuid();
  let answer: FunctionAnswer = { kind: 'timeout' };
  for (let count = 0; count < tries; count++) {
    answer = await call.functions.invoke(arn, event, { timeout, idempotencyKey, requestId: call.requestId });
    // What the function itself says stands; only what did not get through is tried again.
    if (answer.kind === 'result' || answer.kind === 'error') break;
  }
  return settle(trigger, answer);
};
