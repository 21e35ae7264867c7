/** What somebody came to sign in for: an authorization request, or a page of their own account; and where they go afterwards. */
import type { BrowserSession } from '../browser-session.ts';
import { type LoginCall, type LoginClientCall, withClient } from '../host.ts';
import { allowsFlow } from '../oauth/allowed-flows.ts';
import { type AuthorizationRequest, readAuthorizationRequest, targetOf } from '../oauth/authorization-request.ts';
import { missingString, OAuthError, unauthorizedClient, unknownClient } from '../oauth/errors.ts';
import { finishAuthorization } from '../oauth/finish.ts';
import { readParameters } from '../oauth/parameters.ts';
import { isStranger } from '../oauth/strangers.ts';
import { accountPages } from './account/sections.ts';

export type Errand = Pick<
  AuthorizationRequest,
  'client' | 'prompts' | 'loginHint' | 'acrValues' | 'maxAge' | 'identityProvider' | 'query'
> & {
  /** The application's address at the end of it, if it leads to one. */
  leadsTo: string | undefined;
  /** Whether somebody who is signed in is asked before it ends. */
  asks: boolean;
  /** What the application is told when that person says no. */
  denied: OAuthError;
  /** @returns where the browser goes */
  finish(call: LoginClientCall, session: BrowserSession): Promise<string>;
};

/** The pages to which `then` leads after the sign-in: their names and nothing else, so that it leads nowhere else. */
const ownPages: Record<string, string> = {
  device: '/device',
  passkeys: '/passkeys/add',
  ...Object.fromEntries(Object.keys(accountPages).map(path => [path.slice(1), path])),
};

/** The parameters that those pages take along. */
const carried = ['client_id', 'user_code', 'redirect_uri', 'return', 'lang'];

/** Pages may demand a sign-in of just now; a number that is none demands nothing, since they look for themselves. */
const ageOf = ({ max_age: age = '' }: Record<string, string>): number | undefined =>
  /^\d{1,9}$/.test(age) ? Number(age) : undefined;

const toOwnPage = async (call: LoginCall, query: unknown, page: string): Promise<Errand> => {
  const given = readParameters(query);
  if (given.client_id === undefined) throw missingString('client_id');
  const found = await withClient(call, given.client_id);
  if (found === undefined) throw unknownClient();
  // Whom an authorization request could not bring here signs nobody in or up: behind such a client may stand a program that decides.
  if (!allowsFlow(found.client, 'code') && !allowsFlow(found.client, 'implicit')) throw unauthorizedClient();
  const along = Object.entries(given).filter(([name]) => carried.includes(name));
  const location = `${page}?${new URLSearchParams(along)}`;
  return {
    client: found.client,
    prompts: [],
    loginHint: given.login_hint,
    acrValues: [],
    maxAge: ageOf(given),
    identityProvider: undefined,
    query: new URLSearchParams(given).toString(),
    leadsTo: undefined,
    asks: false,
    denied: new OAuthError('access_denied'),
    finish: async () => location,
  };
};

/** @throws OAuthError for an authorization request that is none */
export const readErrand = async (call: LoginCall, query: unknown): Promise<Errand> => {
  const { then } = (query ?? {}) as Record<string, unknown>;
  const page = typeof then === 'string' && Object.hasOwn(ownPages, then) ? ownPages[then] : undefined;
  if (page !== undefined) return toOwnPage(call, query, page);
  const request = await readAuthorizationRequest(call, query);
  return {
    ...request,
    leadsTo: request.redirectUri,
    asks: isStranger(request.client),
    denied: new OAuthError('access_denied', { target: targetOf(request) }),
    finish: (clientCall, session) => finishAuthorization(clientCall, request, session),
  };
};
