/** The operations of sign-in: InitiateAuth, RespondToAuthChallenge and their administrators' forms. */
import type { AuthFlowType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, clientNotFound, noSecondFactorToBegin } from '../../contract/errors.ts';
import type { Call, ClientCall, Operation } from '../call/call.ts';
import { findClientCall } from '../doors/as-client.ts';
import { findPoolOf } from '../doors/in-pool.ts';
import { type GivenContext, seenFrom } from '../threat-protection/events.ts';
import type { StringMap } from '../triggers/catalog.ts';
import type { Answers } from './challenges/challenge.ts';
import { begin, respond, resume } from './engine.ts';
import { flows, type Side } from './flows.ts';
import { observed, type Step } from './observed.ts';
import type { Outcome } from './outcome.ts';

/** ClientMetadata, for the functions behind triggers: which ones hear of it depends on the operation. */
type Metadata = { metadata: StringMap | undefined };

/** Refreshing is no sign-in. */
const beginObserved = (
  call: ClientCall,
  side: Side,
  name: AuthFlowType,
  { metadata: validationData, ...step }: Step & Metadata,
): Promise<Outcome> => {
  const { session, answers } = step;
  const take = () => begin(seenFrom(call, step.context), side, { name, session, answers, validationData });
  return flows[name]?.begins === 'refresh' ? take() : observed(call, step, take);
};

const respondObserved = (
  call: ClientCall,
  side: Side,
  step: Step & Metadata & { challenge: ChallengeNameType },
): Promise<Outcome> => {
  const { challenge: name, session, answers, metadata } = step;
  return observed(call, step, () => respond(seenFrom(call, step.context), side, { name, session, answers, metadata }));
};

/** InitiateAuth alone does not declare MFAMethodNotFoundException. */
const withoutMfaMethod = (error: unknown): never => {
  throw error instanceof AwsError && error.name === 'MFAMethodNotFoundException' ? noSecondFactorToBegin() : error;
};

export const initiateAuth: Operation<'InitiateAuth'> = async (call, input) =>
  beginObserved(await findClientCall(call, input.ClientId), 'public', input.AuthFlow, {
    challenge: undefined,
    session: input.Session,
    answers: input.AuthParameters ?? {},
    metadata: input.ClientMetadata,
    context: input.UserContextData,
  }).catch(withoutMfaMethod);

export const respondToAuthChallenge: Operation<'RespondToAuthChallenge'> = async (call, input) =>
  respondObserved(await findClientCall(call, input.ClientId), 'public', {
    challenge: input.ChallengeName,
    session: input.Session,
    answers: input.ChallengeResponses ?? {},
    metadata: input.ClientMetadata,
    context: input.UserContextData,
  });

/** The client must be one of the pool's, and the pool one of the caller's account. */
const findClientIn = async (call: Call, poolId: string, clientId: string): Promise<ClientCall> => {
  const pool = await findPoolOf(call, poolId);
  const clientCall = await findClientCall(call, clientId);
  if (clientCall.pool.id !== pool.id) throw clientNotFound(clientId);
  return clientCall;
};

export const adminInitiateAuth: Operation<'AdminInitiateAuth'> = async (call, input) =>
  beginObserved(await findClientIn(call, input.UserPoolId, input.ClientId), 'admin', input.AuthFlow, {
    challenge: undefined,
    session: input.Session,
    answers: input.AuthParameters ?? {},
    metadata: input.ClientMetadata,
    context: input.ContextData,
  });

export const adminRespondToAuthChallenge: Operation<'AdminRespondToAuthChallenge'> = async (call, input) =>
  respondObserved(await findClientIn(call, input.UserPoolId, input.ClientId), 'admin', {
    challenge: input.ChallengeName,
    session: input.Session,
    answers: input.ChallengeResponses ?? {},
    metadata: input.ClientMetadata,
    context: input.ContextData,
  });

/** InitiateAuth and RespondToAuthChallenge as the login pages do it: refused, counted and recorded in the same way. */
type PageStep = { session?: string | undefined; answers: Answers; context: GivenContext };

/** @returns what the person is asked next, or `signedIn` */
export const beginOnPages = (call: ClientCall, flow: AuthFlowType, step: PageStep): Promise<Outcome> =>
  beginObserved({ ...call, onPages: true }, 'pages', flow, {
    session: undefined,
    challenge: undefined,
    metadata: undefined,
    ...step,
  });

export const respondOnPages = (call: ClientCall, challenge: ChallengeNameType, step: PageStep): Promise<Outcome> =>
  respondObserved({ ...call, onPages: true }, 'pages', { session: undefined, metadata: undefined, ...step, challenge });

/** Goes on with an attempt that a sign-up has begun: see `engine.ts`. */
export const resumeOnPages = (call: ClientCall, session: string, context: GivenContext): Promise<Outcome> => {
  const pageCall: ClientCall = { ...call, onPages: true };
  const step = { challenge: undefined, session, answers: {}, context };
  return observed(pageCall, step, () => resume(seenFrom(pageCall, context), session));
};
