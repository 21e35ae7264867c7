/** Authorization requests that clients have pushed (RFC 9126): their parameters, by `request_uri`. */
import { randomBase64Url } from '../../lib/random.ts';
import { deletePushedRequest, findPushedRequest, insertPushedRequest } from '../../storage/pushed-requests.ts';
import type { LoginClientCall } from '../host.ts';
import { OAuthError } from './errors.ts';
import type { Parameters } from './parameters.ts';

const prefix = 'urn:ietf:params:oauth:request_uri:';
/** Long enough for somebody to sign in, since the pages read the request anew with each step. */
export const pushedLifetime = 10 * 60;

const purpose = 'pushed-request';

/** @returns its `request_uri` */
export const pushRequest = async (
  { db, sealer, clock, pool, client }: LoginClientCall,
  parameters: Parameters,
): Promise<string> => {
  const reference = randomBase64Url(32);
  await insertPushedRequest(db, {
    poolId: pool.id,
    requestHash: sealer.mac(purpose, reference),
    clientId: client.id,
    parameters,
    expiresAt: clock.now() + pushedLifetime * 1000,
  });
  return prefix + reference;
};

const hashesOf = ({ sealer }: Pick<LoginClientCall, 'sealer'>, requestUri: string) =>
  sealer.macs(purpose, requestUri.slice(prefix.length));

const unknownRequest = () =>
  new OAuthError('invalid_request_uri', { description: 'The request_uri has expired or is unknown.' });

/** @throws OAuthError: unknown, expired or another client's; or no reference to a pushed request at all */
export const pushedParameters = async (call: LoginClientCall, requestUri: string): Promise<Parameters> => {
  if (!requestUri.startsWith(prefix)) throw new OAuthError('request_uri_not_supported');
  const { db, pool, client, clock } = call;
  const pushed = await findPushedRequest(db, { poolId: pool.id, now: clock.now() }, hashesOf(call, requestUri));
  if (pushed === undefined || pushed.clientId !== client.id) throw unknownRequest();
  return pushed.parameters;
};

/** A pushed request is answered once, however often it is asked at the same moment. @throws OAuthError for every other */
export const usePushedRequest = async (call: LoginClientCall, requestUri: string | undefined): Promise<void> => {
  if (requestUri === undefined) return;
  if (!(await deletePushedRequest(call.db, call.pool.id, hashesOf(call, requestUri)))) throw unknownRequest();
};
