/** Opens the identity of verified logins: finds it, or makes and links it, so that simultaneous requests find one and the same. */
import type { Transaction } from 'kysely';
import { tooManyRequests } from '../contract/errors.ts';
import { uuid } from '../lib/random.ts';
import { disableIdentity, findIdentity, holdIdentity, insertIdentity } from '../storage/identities.ts';
import { findLoginOwner, findLogins, insertLogin } from '../storage/identity-logins.ts';
import type { Schema } from '../storage/schema.ts';
import type { IdentityPoolCall } from './call.ts';
import { type Candidate, decideLink, type LinkDecision } from './link-decision.ts';

type Linking = Pick<IdentityPoolCall, 'db' | 'clock' | 'pool'>;

/** Somebody else was quicker: what was read is not so any more. */
export const overtaken = new Error('overtaken');
const mostTries = 10;

const byKey = (a: Candidate, b: Candidate) => (`${a.provider} ${a.subject}` < `${b.provider} ${b.subject}` ? -1 : 1);

/** In one order, so that two transactions never wait for each other. @throws overtaken */
export const insertLogins = async (
  tx: Transaction<Schema>,
  { pool, clock }: Linking,
  identityId: string,
  logins: readonly Candidate[],
): Promise<void> => {
  for (const { provider, subject, developer } of [...logins].sort(byKey)) {
    const login = { provider, subject, developer, identityId };
    if (!(await insertLogin(tx, pool.id, login, clock.now()))) throw overtaken;
  }
};

const create = async (tx: Transaction<Schema>, linking: Linking, logins: readonly Candidate[]): Promise<string> => {
  const { pool, clock } = linking;
  const now = clock.now();
  const id = `${pool.region}:${uuid()}`;
  const record = { poolId: pool.id, id, authenticated: true, disabledAt: null, createdAt: now, modifiedAt: now };
  await insertIdentity(tx, record);
  await insertLogins(tx, linking, id, logins);
  return id;
};

type Writing = Extract<LinkDecision, { kind: 'link' }>;

const link = async (tx: Transaction<Schema>, linking: Linking, decision: Writing): Promise<string> => {
  const { pool, clock } = linking;
  const { id, link: logins, wasGuest, absorbs } = decision;
  const now = clock.now();
  const held = await holdIdentity(tx, { poolId: pool.id, id }, now, { authenticated: !wasGuest });
  if (!held) throw overtaken;
  if (absorbs !== undefined && !(await disableIdentity(tx, { poolId: pool.id, id: absorbs }, now, { guest: true })))
    throw overtaken;
  await insertLogins(tx, linking, id, logins);
  return id;
};

/**
 * One after the other, so that what is read later is never older: an identity that has just got its login is seen with it.
 * @throws overtaken when a login was linked in between
 */
const look = async ({ db, pool }: Linking, givenId: string | undefined, logins: readonly Candidate[]) => {
  const identity = givenId === undefined ? undefined : await findIdentity(db, givenId);
  const given = identity && {
    id: identity.id,
    authenticated: identity.authenticated,
    disabled: identity.disabledAt !== null,
  };
  const owners = await Promise.all(logins.map(login => findLoginOwner(db, pool.id, login)));
  const unlinked = logins.filter((_, index) => owners[index] === undefined);
  const ids = new Set([...owners, given?.id].filter(id => id !== undefined));
  // What is linked already matters only where something is to be linked.
  const linked = unlinked.length === 0 ? [] : await findLogins(db, pool.id, [...ids]);
  const isStale = unlinked.some(login =>
    linked.some(each => each.provider === login.provider && each.subject === login.subject),
  );
  if (isStale) throw overtaken;
  return { given, logins, owners, linked };
};

/** Runs `attempt` again as long as others are quicker. @throws TooManyRequestsException when they are always */
export const insisting = async <T>(attempt: () => Promise<T>): Promise<T> => {
  for (let tries = 0; tries < mostTries; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (error !== overtaken) throw error;
    }
  }
  throw tooManyRequests();
};

/**
 * @param givenId an identity that the client names: of this pool, and there
 * @param logins at least one, each verified
 * @returns the identity's id, which may be another than the one given
 * @throws NotAuthorizedException, ResourceConflictException
 */
export const openIdentity = (
  linking: Linking,
  givenId: string | undefined,
  logins: readonly Candidate[],
): Promise<string> =>
  insisting(async () => {
    const decision = decideLink(await look(linking, givenId, logins));
    if (decision.kind === 'refuse') throw decision.error;
    if (decision.kind === 'open') return decision.id;
    return linking.db
      .transaction()
      .execute(tx => (decision.kind === 'create' ? create(tx, linking, decision.link) : link(tx, linking, decision)));
  });
