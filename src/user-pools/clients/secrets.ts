/** Secrets of an app client: two may live at a time, so that a new one can be handed out before the old one goes. */
import type { Transaction } from 'kysely';
import { clientNotFound, invalidParameter, lastSecret, limitExceeded, secretNotFound } from '../../contract/errors.ts';
import { lowerAlphanumeric, randomText } from '../../lib/random.ts';
import {
  type AppClient,
  type ClientSecret,
  deleteSecret,
  findClient,
  holdClient,
  insertSecret,
} from '../../storage/clients.ts';
import type { Schema } from '../../storage/schema.ts';
import type { PoolCall } from '../call/call.ts';
import { inPool } from '../doors/in-pool.ts';

const maxSecrets = 2;

/** A secret that nobody has chosen. */
export const generateSecret = (): string => randomText(52, lowerAlphanumeric);

/** Its id tells when it was made. */
export const newSecret = (clientId: string, value: string, now: number): ClientSecret => ({
  id: `${clientId}--${now}`,
  value,
  createdAt: now,
});

const descriptorOf = ({ id, createdAt }: ClientSecret) => ({
  ClientSecretId: id,
  ClientSecretCreateDate: new Date(createdAt),
});

/** Changes the secrets of a client that nobody else changes meanwhile. */
const changeSecrets = async <T>(
  { db, sealer, pool, directory }: PoolCall,
  clientId: string,
  change: (tx: Transaction<Schema>, client: AppClient) => Promise<T>,
): Promise<T> => {
  const result = await db.transaction().execute(async tx => {
    const client = await holdClient(tx, sealer, pool.id, clientId);
    if (client === undefined) throw clientNotFound(clientId);
    // Whoever has registered it was told the only secret that it will have.
    if (client.config.ClientType === 'DCR')
      throw invalidParameter('Client secret operations are not supported for this client.');
    return change(tx, client);
  });
  directory.forgetClient(clientId);
  return result;
};

export const addUserPoolClientSecret = inPool<'AddUserPoolClientSecret'>(async (call, { ClientId, ClientSecret }) => {
  const secret = await changeSecrets(call, ClientId, async (tx, client) => {
    const newest = client.secrets.at(-1);
    if (newest === undefined) throw invalidParameter('The client is configured without a client secret.');
    if (client.secrets.length >= maxSecrets)
      throw limitExceeded(`A client can have at most ${maxSecrets} client secrets.`);
    const now = Math.max(call.clock.now(), newest.createdAt + 1);
    const added = newSecret(ClientId, ClientSecret ?? generateSecret(), now);
    await insertSecret(tx, call.sealer, client, added);
    return added;
  });
  // Whoever has chosen it knows it.
  const shown = ClientSecret === undefined ? { ClientSecretValue: secret.value } : {};
  return { ClientSecretDescriptor: { ...descriptorOf(secret), ...shown } };
});

/** Both at once: there is no second page. */
export const listUserPoolClientSecrets = inPool<'ListUserPoolClientSecrets'>(
  async ({ db, sealer, pool }, { ClientId }) => {
    const client = await findClient(db, sealer, ClientId);
    if (client === undefined || client.poolId !== pool.id) throw clientNotFound(ClientId);
    return { ClientSecrets: client.secrets.map(descriptorOf) };
  },
);

export const deleteUserPoolClientSecret = inPool<'DeleteUserPoolClientSecret'>(
  async (call, { ClientId, ClientSecretId }) => {
    await changeSecrets(call, ClientId, async (tx, client) => {
      if (!client.secrets.some(({ id }) => id === ClientSecretId)) throw secretNotFound(ClientSecretId);
      if (client.secrets.length === 1) throw lastSecret();
      await deleteSecret(tx, client, ClientSecretId);
    });
    return {};
  },
);
