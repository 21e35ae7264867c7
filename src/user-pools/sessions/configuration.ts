/** Whether a pool tracks sessions and how many a user may have, and how long an app client reuses single sign-on sessions. */
import { clientNotFound, invalidParameter, sessionTrackingDisabled, userPoolNotFound } from '../../contract/errors.ts';
import { findClient, holdClient, saveClient } from '../../storage/clients.ts';
import { findPool, holdPool, savePool } from '../../storage/pools.ts';
import { inPool } from '../doors/in-pool.ts';
import { requirePlan } from '../pools/feature-plan.ts';
import { sessionConfigOf, tracksSessions } from '../tokens/session-tracking.ts';

const feature = 'User Session Tracking';

/** The model says nothing of these ranges; the words are those of ranges that it knows. @throws InvalidParameterException */
const checkRange = (value: number, path: string, { min, max }: { min: number; max: number }): void => {
  if (value >= min && value <= max) return;
  const bound = value < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
  throw invalidParameter(
    `1 validation error detected: Value '${value}' at '${path}' failed to satisfy constraint: Member must have value ${bound}`,
  );
};

/** Fresh from the database: whoever has just changed the configuration, through whichever server, reads what was written. */
export const getUserPoolSessionConfiguration = inPool<'GetUserPoolSessionConfiguration'>(
  async ({ db, pool: { id } }) => {
    const pool = await findPool(db, id);
    if (pool === undefined) throw userPoolNotFound(id);
    return { UserPoolId: id, ...sessionConfigOf(pool) };
  },
);

export const setUserPoolSessionConfiguration = inPool<'SetUserPoolSessionConfiguration'>(async (call, input) => {
  const { db, directory, pool } = call;
  const { UserSessionTracking, TokenSession } = input;
  checkRange(TokenSession.MaxPerUser, 'tokenSession.maxPerUser', { min: 1, max: 100 });
  const sessions = { UserSessionTracking, TokenSession: { MaxPerUser: TokenSession.MaxPerUser } };
  await db.transaction().execute(async tx => {
    const current = await holdPool(tx, pool.id);
    if (current === undefined) throw userPoolNotFound(pool.id);
    requirePlan(call, current.config, 'ESSENTIALS', feature);
    await savePool(tx, { ...current, settings: { ...current.settings, sessions } });
  });
  directory.forgetPool(pool.id);
  return { UserPoolId: pool.id, ...sessions };
});

const untouched = { SSOSession: { MaxValidityMinutes: 60 } };

export const getUserPoolClientSessionConfiguration = inPool<'GetUserPoolClientSessionConfiguration'>(
  async ({ db, sealer, pool }, { ClientId }) => {
    const client = await findClient(db, sealer, ClientId);
    if (client === undefined || client.poolId !== pool.id) throw clientNotFound(ClientId);
    return { UserPoolId: pool.id, ClientId, ...(client.settings.sessions ?? untouched) };
  },
);

export const setUserPoolClientSessionConfiguration = inPool<'SetUserPoolClientSessionConfiguration'>(
  async (call, { ClientId, SSOSession }) => {
    const {
      db,
      sealer,
      directory,
      pool: { id },
    } = call;
    checkRange(SSOSession.MaxValidityMinutes, 'sSOSession.maxValidityMinutes', { min: 0, max: 129_600 });
    const sessions = { SSOSession: { MaxValidityMinutes: SSOSession.MaxValidityMinutes } };
    await db.transaction().execute(async tx => {
      const pool = await findPool(tx, id);
      if (pool === undefined) throw userPoolNotFound(id);
      requirePlan(call, pool.config, 'ESSENTIALS', feature);
      const current = await holdClient(tx, sealer, id, ClientId);
      if (current === undefined) throw clientNotFound(ClientId);
      if (!tracksSessions(pool)) throw sessionTrackingDisabled();
      await saveClient(tx, { ...current, settings: { ...current.settings, sessions } });
    });
    directory.forgetClient(ClientId);
    return { UserPoolId: id, ClientId, ...sessions };
  },
);
