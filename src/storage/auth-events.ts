/** What users have done: sign-ins, sign-ups, recoveries, changes of passwords. Kept for two years. */
import type { AuthEventType, EventContextDataType } from '@aws-sdk/client-cognito-identity-provider';
import { type Selectable, sql } from 'kysely';
import type { Db, Schema } from './schema.ts';

export type ChallengeResult = 'Success' | 'Failure';
export type Feedback = { value: 'Valid' | 'Invalid'; provider: 'Admin' | 'User'; givenAt: number };

export type AuthEvent = {
  poolId: string;
  sub: string;
  /** Of a sign-in: the id of the attempt, which its tokens carry as `event_id`. */
  id: string;
  type: NonNullable<AuthEventType['EventType']>;
  response: NonNullable<AuthEventType['EventResponse']>;
  risk: NonNullable<AuthEventType['EventRisk']>;
  password?: ChallengeResult;
  mfa?: ChallengeResult;
  context: EventContextDataType;
  clientId: string | undefined;
  createdAt: number;
};

export type RecordedEvent = AuthEvent & { feedback: Feedback | undefined };

const kept = 2 * 365 * 24 * 60 * 60 * 1000;

const toRow = (event: AuthEvent) => ({
  pool_id: event.poolId,
  sub: event.sub,
  event_id: event.id,
  type: event.type,
  response: event.response,
  risk: JSON.stringify(event.risk),
  password_result: event.password ?? null,
  mfa_result: event.mfa ?? null,
  context: JSON.stringify(event.context),
  client_id: event.clientId ?? null,
  feedback: null,
  created_at: event.createdAt,
  expires_at: event.createdAt + kept,
});

const toEvent = (row: Selectable<Schema['auth_events']>): RecordedEvent => ({
  poolId: row.pool_id,
  sub: row.sub,
  id: row.event_id,
  type: row.type,
  response: row.response,
  risk: JSON.parse(row.risk),
  password: row.password_result ?? undefined,
  mfa: row.mfa_result ?? undefined,
  context: JSON.parse(row.context),
  clientId: row.client_id ?? undefined,
  createdAt: row.created_at,
  feedback: row.feedback === null ? undefined : JSON.parse(row.feedback),
});

/**
 * Inserts events of different ids. The later steps of a sign-in come under the id of the first: response and risk are those of the last step,
 * results of challenges are added, time and context stay those of the first.
 */
export const saveEvents = async (db: Db, events: readonly AuthEvent[]): Promise<void> => {
  await db
    .insertInto('auth_events')
    .values(events.map(toRow))
    .onConflict(conflict =>
      conflict.columns(['pool_id', 'sub', 'event_id']).doUpdateSet({
        response: eb => eb.ref('excluded.response'),
        risk: eb => eb.ref('excluded.risk'),
        password_result: sql`coalesce(excluded.password_result, auth_events.password_result)`,
        mfa_result: sql`coalesce(excluded.mfa_result, auth_events.mfa_result)`,
      }),
    )
    .execute();
};

/** A page of a user's events, newest first. @param after the last event of the page before */
export const listEvents = async (
  db: Db,
  page: { poolId: string; sub: string; after: Pick<AuthEvent, 'createdAt' | 'id'> | undefined; limit: number },
): Promise<RecordedEvent[]> => {
  let query = db.selectFrom('auth_events').selectAll().where('pool_id', '=', page.poolId).where('sub', '=', page.sub);
  const { after } = page;
  if (after !== undefined)
    query = query.where(eb =>
      eb.or([
        eb('created_at', '<', after.createdAt),
        eb.and([eb('created_at', '=', after.createdAt), eb('event_id', '<', after.id)]),
      ]),
    );
  const rows = await query.orderBy('created_at', 'desc').orderBy('event_id', 'desc').limit(page.limit).execute();
  return rows.map(toEvent);
};

/** @returns false when the user has no such event */
export const saveFeedback = async (
  db: Db,
  { poolId, sub, id }: Pick<AuthEvent, 'poolId' | 'sub' | 'id'>,
  feedback: Feedback,
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('auth_events')
    .set({ feedback: JSON.stringify(feedback) })
    .where('pool_id', '=', poolId)
    .where('sub', '=', sub)
    .where('event_id', '=', id)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
