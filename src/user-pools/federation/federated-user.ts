/** Users who come from an identity provider: found by what the provider says of them, or made of it. */
import { uuid } from '../../lib/random.ts';
import type { IdentityProvider } from '../../storage/identity-providers.ts';
import { findLink, insertLink, type LinkedIdentity, linkedAttributes } from '../../storage/linked-identities.ts';
import type { User } from '../../storage/users.ts';
import { withIdentities } from '../attributes/identities.ts';
import type { Attributes } from '../attributes/values.ts';
import type { PoolCall } from '../call/call.ts';
import { isCaseSensitive } from '../call/sign-in-names.ts';
import { addUser } from '../users/record.ts';
import { takenAtCreation } from '../users/taken.ts';
import { entityIdOf } from './saml-metadata.ts';

/** The provider's own id of somebody: `sub`, `id`, `user_id` or NameID. */
export const subjectAttribute = 'Cognito_Subject';
/** By how many attributes identities of one provider may be linked. */
export const mostAttributes = 5;

/** What a provider has proven of somebody: their id there and, mapped to attributes of the pool, what else it says. */
export type ProvenIdentity = { subject: string; attributes: Attributes };

/** Where the identity leads: the link by its subject, else one by an attribute; undefined for somebody new. */
export const findIdentity = async (
  { db, pool }: Pick<PoolCall, 'db' | 'pool'>,
  provider: IdentityProvider,
  { subject, attributes }: ProvenIdentity,
): Promise<LinkedIdentity | undefined> => {
  const keyed = { poolId: pool.id, provider: provider.name };
  const bySubject = await findLink(db, { ...keyed, attribute: subjectAttribute, value: subject });
  if (bySubject !== undefined) return bySubject;
  for (const attribute of await linkedAttributes(db, pool.id, provider.name, mostAttributes)) {
    const value = attributes[attribute];
    const link = value ? await findLink(db, { ...keyed, attribute, value }) : undefined;
    if (link !== undefined) return link;
  }
  return undefined;
};

/** In a case-insensitive pool usernames are kept in small letters, the provider's name included. */
export const federatedUsername = (pool: PoolCall['pool'], provider: string, subject: string): string => {
  const username = `${provider}_${subject}`;
  return isCaseSensitive(pool) ? username : username.toLowerCase();
};

/**
 * Makes the profile of somebody who comes for the first time and whom nobody has linked.
 * @throws UsernameExistsException when somebody has the name already
 */
export const addFederatedUser = async (
  call: Pick<PoolCall, 'db' | 'pool' | 'clock'>,
  provider: IdentityProvider,
  { subject, attributes }: ProvenIdentity,
): Promise<User> => {
  const { pool, clock } = call;
  const [sub, now] = [uuid(), clock.now()];
  const identity = {
    userId: subject,
    providerName: provider.name,
    providerType: provider.type,
    issuer: entityIdOf(provider.details),
    primary: true,
    dateCreated: now,
  };
  const user: User = {
    poolId: pool.id,
    sub,
    username: federatedUsername(pool, provider.name, subject),
    status: 'EXTERNAL_PROVIDER',
    enabled: true,
    attributes: withIdentities(attributes, [identity]),
    password: null,
    passwordSetAt: null,
    factors: {},
    signedOutAt: null,
    version: 1,
    createdAt: now,
    modifiedAt: now,
  };
  const key = { poolId: pool.id, provider: provider.name, attribute: subjectAttribute, value: subject };
  await addUser(call, user, {
    taken: takenAtCreation,
    also: async tx => {
      const added = await insertLink(tx, { ...key, sub, primary: true, disabledAt: null, createdAt: now });
      if (!added) throw takenAtCreation(pool, { kind: 'username', key: user.username });
    },
  });
  return user;
};
