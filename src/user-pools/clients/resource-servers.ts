/** Resource servers: the APIs of the operator, whose scopes app clients may ask for as `identifier/scope`. */
import type { ResourceServerType } from '@aws-sdk/client-cognito-identity-provider';
import {
  invalidParameter,
  limitExceeded,
  resourceServerExists,
  resourceServerNotFound,
  userPoolNotFound,
} from '../../contract/errors.ts';
import { holdPool } from '../../storage/pools.ts';
import {
  findResourceServer,
  insertResourceServer,
  listResourceServers as listRecords,
  type ResourceServer,
  deleteResourceServer as removeResourceServer,
  type Scope,
  saveResourceServer,
} from '../../storage/resource-servers.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';

/** Cognito's quota. */
const maxServers = 25;

const pageSize = 50;

const describeServer = ({ poolId, identifier, name, scopes }: ResourceServer): ResourceServerType => ({
  UserPoolId: poolId,
  Identifier: identifier,
  Name: name,
  Scopes: scopes,
});

type Request = { Identifier: string; Name: string; Scopes?: Scope[] };

/** An update, too, says everything: scopes that are not given go. */
const serverOf = (poolId: string, { Identifier, Name, Scopes = [] }: Request): ResourceServer => {
  const names = Scopes.map(({ ScopeName }) => ScopeName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidParameter(`The scope ${twice} is given more than once.`);
  const scopes = Scopes.map(({ ScopeName, ScopeDescription }) => ({ ScopeName, ScopeDescription }));
  return { poolId, identifier: Identifier, name: Name, scopes };
};

export const createResourceServer = inPool<'CreateResourceServer'>(async ({ db, pool, directory }, input) => {
  const server = serverOf(pool.id, input);
  await db.transaction().execute(async tx => {
    if ((await holdPool(tx, pool.id)) === undefined) throw userPoolNotFound(pool.id);
    if (!(await insertResourceServer(tx, server))) throw resourceServerExists(server.identifier, pool.id);
    const servers = await listRecords(tx, { poolId: pool.id, after: '', limit: maxServers + 1 });
    if (servers.length > maxServers)
      throw limitExceeded(`The limit of ${maxServers} resource servers in a user pool has been reached.`);
  });
  directory.forgetScopes(pool.id);
  return { ResourceServer: describeServer(server) };
});

export const describeResourceServer = inPool<'DescribeResourceServer'>(async ({ db, pool }, { Identifier }) => {
  const server = await findResourceServer(db, pool.id, Identifier);
  if (server === undefined) throw resourceServerNotFound(Identifier);
  return { ResourceServer: describeServer(server) };
});

export const updateResourceServer = inPool<'UpdateResourceServer'>(async ({ db, pool, directory }, input) => {
  const server = serverOf(pool.id, input);
  if (!(await saveResourceServer(db, server))) throw resourceServerNotFound(server.identifier);
  directory.forgetScopes(pool.id);
  return { ResourceServer: describeServer(server) };
});

/** App clients go on listing its scopes; no token carries them any more. */
export const deleteResourceServer = inPool<'DeleteResourceServer'>(async ({ db, pool, directory }, { Identifier }) => {
  if (!(await removeResourceServer(db, pool.id, Identifier))) throw resourceServerNotFound(Identifier);
  directory.forgetScopes(pool.id);
  return {};
});

export const listResourceServers = inPool<'ListResourceServers'>(
  async (call, { MaxResults: limit = pageSize, NextToken }) => {
    const list = `ListResourceServers/${call.pool.id}`;
    const [after = ''] = pagePosition(call, list, NextToken) ?? [];
    const servers = await listRecords(call.db, { poolId: call.pool.id, after, limit: limit + 1 });
    const { items, next } = cutPage(call, list, servers, limit, ({ identifier }) => [identifier]);
    return { ResourceServers: items.map(describeServer), NextToken: next };
  },
);
