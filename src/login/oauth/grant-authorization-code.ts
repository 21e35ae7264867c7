/** The authorization code grant (RFC 6749 §4.1.3, PKCE RFC 7636): a code becomes tokens once, for the client that it was given to. */
import { hash } from 'node:crypto';
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { constantTimeEqual } from '../../lib/equal.ts';
import {
  type AuthorizationCode,
  type CodeFacts,
  findAuthorizationCode,
  noteReplay,
  redeemAuthorizationCode,
  wasReplayed,
} from '../../storage/authorization-codes.ts';
import { membershipsOf } from '../../storage/group-members.ts';
import { revokeTokenSession } from '../../storage/token-sessions.ts';
import { findUser, type User } from '../../storage/users.ts';
import { readableAttributes } from '../../user-pools/attributes/permissions.ts';
import type { Proof } from '../../user-pools/tokens/assurance.ts';
import type { Grant } from '../../user-pools/tokens/grant.ts';
import { issueTokens } from '../../user-pools/tokens/issue.ts';
import { canReadScopes } from '../../user-pools/tokens/scope-attributes.ts';
import type { LoginClientCall } from '../host.ts';
import { allowsFlow } from './allowed-flows.ts';
import { invalidGrant, missingString, unauthorizedClient } from './errors.ts';
import { codePurpose } from './finish.ts';
import type { Parameters } from './parameters.ts';

/** Codes are UUIDs: what is longer is none. */
const longest = 100;

const verifierShape = /^[\w.~-]{43,128}$/;

/** A request with a challenge demands the verifier, one without demands that there is none: neither can be turned into the other. */
const provesPossession = ({ codeChallenge }: CodeFacts, verifier: string | undefined): boolean => {
  if (codeChallenge === undefined || verifier === undefined) return codeChallenge === verifier;
  return verifierShape.test(verifier) && constantTimeEqual(hash('sha256', verifier, 'base64url'), codeChallenge);
};

/** Somebody else has the code as well: whoever came first loses what it gave (RFC 6749 §4.1.2). */
const refuseReplay = async ({ db, clock }: LoginClientCall, code: AuthorizationCode): Promise<never> => {
  await noteReplay(db, code, clock.now());
  await revokeTokenSession(db, code.poolId, code.originJti, clock.now());
  throw invalidGrant();
};

/** @throws OAuthError: unknown, used, expired, another client's or pool's; or the request does not fit it */
const findCode = async (call: LoginClientCall, form: Parameters): Promise<AuthorizationCode> => {
  const { code: text, redirect_uri: redirectUri, code_verifier: verifier } = form;
  if (text === undefined) throw missingString('code');
  if (redirectUri === undefined) throw missingString('redirect_uri');
  const { db, pool, client, sealer, clock } = call;
  const code =
    text.length > longest ? undefined : await findAuthorizationCode(db, pool.id, sealer.macs(codePurpose, text));
  if (code === undefined || code.clientId !== client.id) throw invalidGrant();
  if (code.redeemedAt !== null) return refuseReplay(call, code);
  if (code.expiresAt <= clock.now()) throw invalidGrant();
  if (redirectUri !== code.facts.redirectUri) throw unauthorizedClient('invalid_redirect');
  if (!provesPossession(code.facts, verifier)) throw invalidGrant();
  return code;
};

/** Whoever has been deleted, disabled or signed out of everything since gets no tokens. */
const findOwner = async ({ db, pool }: LoginClientCall, { sub, facts }: AuthorizationCode): Promise<User> => {
  const user = await findUser(db, pool.id, sub);
  if (!user?.enabled || user.signedOutAt !== facts.signedOutAt) throw invalidGrant();
  return user;
};

const grantOf = async (call: LoginClientCall, { originJti, facts }: AuthorizationCode, user: User): Promise<Grant> => ({
  pool: call.pool,
  client: call.client,
  user,
  groups: await membershipsOf(call.db, user),
  originJti,
  eventId: originJti,
  authTime: facts.authTime,
  scopes: facts.scopes,
  source: 'HostedAuth',
  proven: facts.proven as Proof[],
  acr: facts.acr,
  oauth: { resource: facts.resource, nonce: facts.nonce, ssoSessionId: facts.ssoSessionId },
});

/** The person's browser is what session tracking shows, not the server that redeems the code. */
const seenAtSignIn = (call: LoginClientCall, { sourceIp, userAgent }: CodeFacts): LoginClientCall => ({
  ...call,
  sourceIp,
  userAgent,
});

/** @throws OAuthError, and what issuing tokens throws */
export const redeemCode = async (call: LoginClientCall, form: Parameters): Promise<AuthenticationResultType> => {
  const { db, client, clock } = call;
  if (!allowsFlow(client, 'code')) throw unauthorizedClient();
  const code = await findCode(call, form);
  if (!canReadScopes(code.facts.scopes, readableAttributes(client))) throw invalidGrant();
  const user = await findOwner(call, code);
  if (!(await redeemAuthorizationCode(db, code, clock.now()))) return refuseReplay(call, code);
  const result = await issueTokens(seenAtSignIn(call, code.facts), await grantOf(call, code, user));
  // A second use while these tokens were being made found no family to revoke.
  if (await wasReplayed(db, code)) return refuseReplay(call, code);
  return result;
};
