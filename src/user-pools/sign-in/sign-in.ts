/** The operations of sign-in: InitiateAuth, RespondToAuthChallenge and their administrators' forms. */
import { clientNotFound } from '../../contract/errors.ts';
import type { Call, ClientCall, Operation } from '../call/call.ts';
import { findClientCall } from '../doors/as-client.ts';
import { findPoolOf } from '../doors/in-pool.ts';
import { begin, respond } from './engine.ts';

export const initiateAuth: Operation<'InitiateAuth'> = async (call, input) =>
  begin(await findClientCall(call, input.ClientId), 'public', {
    name: input.AuthFlow,
    session: input.Session,
    answers: input.AuthParameters ?? {},
  });

export const respondToAuthChallenge: Operation<'RespondToAuthChallenge'> = async (call, input) =>
  respond(await findClientCall(call, input.ClientId), 'public', {
    name: input.ChallengeName,
    session: input.Session,
    answers: input.ChallengeResponses ?? {},
  });

/** The client must be one of the pool's, and the pool one of the caller's account. */
const findClientIn = async (call: Call, poolId: string, clientId: string): Promise<ClientCall> => {
  const pool = await findPoolOf(call, poolId);
  const clientCall = await findClientCall(call, clientId);
  if (clientCall.pool.id !== pool.id) throw clientNotFound(clientId);
  return clientCall;
};

export const adminInitiateAuth: Operation<'AdminInitiateAuth'> = async (call, input) =>
  begin(await findClientIn(call, input.UserPoolId, input.ClientId), 'admin', {
    name: input.AuthFlow,
    session: input.Session,
    answers: input.AuthParameters ?? {},
  });

export const adminRespondToAuthChallenge: Operation<'AdminRespondToAuthChallenge'> = async (call, input) =>
  respond(await findClientIn(call, input.UserPoolId, input.ClientId), 'admin', {
    name: input.ChallengeName,
    session: input.Session,
    answers: input.ChallengeResponses ?? {},
  });
