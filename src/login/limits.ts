/** What the pages and OAuth endpoints count: wrong guesses, what strangers leave here, and Cognito's request rates (CENOTE_QUOTAS). */
import type { FastifyRequest } from 'fastify';
import type { OperationName } from '../contract/operations.ts';
import type { codeRedemption } from '../user-pools/limits/categories.ts';
import type { Quotas } from '../user-pools/limits/quotas.ts';
import { findDomainOf, type LoginCall, type LoginDeps } from './host.ts';
import { createDeposits, type Deposits } from './oauth/deposits.ts';
import { createGuesses, type Guesses } from './oauth/guesses.ts';
import { seenHost } from './seen-host.ts';

/** One a process. */
export type Limits = { guesses: Guesses; deposits: Deposits; quotas: Quotas | undefined };

export const createLimits = (quotas: Quotas | undefined): Limits => ({
  guesses: createGuesses(),
  deposits: createDeposits(),
  quotas,
});

export type Countable = OperationName | typeof codeRedemption;

/**
 * Counts what a browser or an OAuth client is about to do, as the operation of the API that does the same.
 * @throws TooManyRequestsException
 */
export const admit = async (
  call: LoginCall,
  operation: Countable,
  { username }: { username?: string | undefined } = {},
): Promise<void> => call.limits.quotas?.admit({ ...call, operation }, { UserPoolId: call.pool.id, Username: username });

const clientIn = (parsed: unknown): string | undefined => {
  const { client_id: id } = (parsed ?? {}) as Record<string, unknown>;
  return typeof id === 'string' ? id : undefined;
};

/** Counts a request to a domain, whatever it is for. @throws TooManyRequestsException */
export const admitToDomain = async (deps: LoginDeps, quotas: Quotas, request: FastifyRequest): Promise<void> => {
  const domain = await findDomainOf(deps.house, seenHost(request, deps.trustedProxies).hostname);
  if (domain === undefined) return;
  const clientId = clientIn(request.query) ?? clientIn(request.body);
  await quotas.admitToDomain(domain.name, { address: request.ip, clientId });
};
