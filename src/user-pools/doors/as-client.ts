/** Door of the operations that an app client calls for somebody who is not signed in: ClientId and, with a secret, SECRET_HASH. */
import { createHmac } from 'node:crypto';
import { clientNotFound, secretHashMismatch, secretHashMissing } from '../../contract/errors.ts';
import type { Input, Output } from '../../contract/operations.ts';
import { constantTimeEqual } from '../../lib/equal.ts';
import type { AppClient } from '../../storage/clients.ts';
import type { Call, ClientCall, Operation } from '../call/call.ts';
import type { OperationsWith } from './in-pool.ts';

/** @throws ResourceNotFoundException when there is no such client, or its pool is gone */
export const findClientCall = async <C extends Call>(call: C, clientId: string): Promise<C & ClientCall> => {
  const client = await call.directory.client(clientId);
  const pool = client && (await call.directory.pool(client.poolId));
  if (client === undefined || pool === undefined) throw clientNotFound(clientId);
  return { ...call, client, pool };
};

/**
 * Checks `Base64(HMAC_SHA256(secret, username + clientId))` against each live secret of the client.
 * @param names what the hash may have been computed over: the name as sent and, after an alias, the user's own
 * @throws NotAuthorizedException when it is missing, wrong, or sent for a client without a secret
 */
export const checkSecretHash = (client: AppClient, names: string[], secretHash: string | undefined): void => {
  if (client.secrets.length === 0) {
    if (secretHash !== undefined) throw secretHashMismatch(client.id);
    return;
  }
  if (secretHash === undefined) throw secretHashMissing(client.id);
  const matches = client.secrets.flatMap(({ value }) =>
    names.map(name =>
      constantTimeEqual(
        createHmac('sha256', value)
          .update(name + client.id)
          .digest('base64'),
        secretHash,
      ),
    ),
  );
  if (!matches.includes(true)) throw secretHashMismatch(client.id);
};

/** Whether `given` is one of the client's live secrets; a public client has none, and is given none. */
export const hasClientSecret = ({ secrets }: AppClient, given: string | undefined): boolean => {
  if (secrets.length === 0 || given === undefined) return secrets.length === 0 && given === undefined;
  return secrets.map(({ value }) => constantTimeEqual(value, given)).includes(true);
};

/** Door of an operation by `ClientId`, `Username` and `SecretHash`. */
export const asClient = <Name extends OperationsWith<{ ClientId: string; Username: string }>>(
  operation: (call: ClientCall, input: Input<Name>) => Promise<Output<Name>>,
): Operation<Name> =>
  (async (call, input) => {
    const { ClientId, Username, SecretHash } = input as { ClientId: string; Username: string; SecretHash?: string };
    const clientCall = await findClientCall(call, ClientId);
    if (!call.onPages) checkSecretHash(clientCall.client, [Username], SecretHash);
    return operation(clientCall, input);
  }) as Operation<Name>;

/** Whether this client must not learn who exists (PreventUserExistenceErrors). */
export const hidesUsers = (client: AppClient): boolean => client.config.PreventUserExistenceErrors === 'ENABLED';
