/** AdminLinkProviderForUser and AdminDisableProviderForUser: which identities at other providers lead to which user. */
import type { ProviderUserIdentifierType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AwsError,
  alreadyLinked,
  invalidParameter,
  limitExceeded,
  mergingNotSupported,
  providerNotFound,
  userNotFound,
} from '../../contract/errors.ts';
import { findProvider, type IdentityProvider } from '../../storage/identity-providers.ts';
import {
  deleteLink,
  disableLink,
  findLink,
  type IdentityKey,
  insertLink,
  type LinkedIdentity,
  linkedAttributes,
} from '../../storage/linked-identities.ts';
import { findUser, type User } from '../../storage/users.ts';
import { type Identity, identitiesOf, withIdentities } from '../attributes/identities.ts';
import type { PoolCall } from '../call/call.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { inPool } from '../doors/in-pool.ts';
import { changeUser } from '../users/record.ts';
import { mostAttributes, subjectAttribute } from './federated-user.ts';
import { providerTypes } from './provider-types.ts';
import { entityIdOf } from './saml-metadata.ts';

const ownDirectory = 'Cognito';
const mostIdentities = 5;

type Named = Required<ProviderUserIdentifierType> & { ProviderName: string; ProviderAttributeValue: string };

const required = (
  role: string,
  user: ProviderUserIdentifierType,
  ...members: (keyof ProviderUserIdentifierType)[]
): Named => {
  const missing = members.find(member => !user[member]);
  if (missing !== undefined) throw invalidParameter(`Invalid ${role}: ${missing} is required.`);
  return user as Named;
};

const providerIn = async (call: PoolCall, name: string): Promise<IdentityProvider> => {
  const provider = await findProvider(call.db, call, call.pool.id, name);
  if (provider === undefined) throw providerNotFound(name);
  return provider;
};

/** A user of the pool's own by any of their names; one who came from a provider by the id they have there. */
const destinationOf = async (call: PoolCall, { ProviderName, ProviderAttributeValue: value }: Named): Promise<User> => {
  if (ProviderName === ownDirectory) {
    const user = await lookUpUser(call, call.pool, value, { orSub: true });
    if (user === undefined) throw userNotFound();
    return user;
  }
  const { name: provider } = await providerIn(call, ProviderName);
  const link = await findLink(call.db, { poolId: call.pool.id, provider, attribute: subjectAttribute, value });
  const user = link && (await findUser(call.db, call.pool.id, link.sub));
  if (user === undefined) throw userNotFound();
  return user;
};

/** Social providers know people by their subject alone; others also by whatever is mapped to an attribute of the pool. */
const checkAttribute = (provider: IdentityProvider, attribute: string): void => {
  if (attribute === subjectAttribute) return;
  if (providerTypes[provider.type].social)
    throw invalidParameter('Invalid SourceUser: ProviderAttributeName must be Cognito_Subject for a social provider.');
  if (provider.attributeMapping[attribute] === undefined)
    throw invalidParameter(`Invalid SourceUser: ${attribute} is not a mapped attribute of provider ${provider.name}.`);
};

/** @throws LimitExceededException when identities of this provider are linked by five other attributes */
const limitAttributes = async ({ db, pool }: PoolCall, { name }: IdentityProvider, attribute: string) => {
  const known = await linkedAttributes(db, pool.id, name, mostAttributes);
  if (known.length === mostAttributes && !known.includes(attribute))
    throw limitExceeded(`Users can be linked by at most ${mostAttributes} attributes of an identity provider.`);
};

const refusalOf = (existing: LinkedIdentity, destination: User): AwsError => {
  if (existing.primary) return mergingNotSupported();
  return existing.sub === destination.sub
    ? alreadyLinked()
    : new AwsError('AliasExistsException', 'SourceUser is already linked to another user.');
};

const identityOf = (provider: IdentityProvider, key: IdentityKey, now: number): Identity => ({
  userId: key.value,
  providerName: provider.name,
  providerType: provider.type,
  issuer: entityIdOf(provider.details),
  primary: false,
  dateCreated: now,
});

/** From its next sign-in on, the identity leads to the destination user. */
export const adminLinkProviderForUser = inPool<'AdminLinkProviderForUser'>(async (call, input) => {
  const { db, pool, clock } = call;
  const destination = required('DestinationUser', input.DestinationUser, 'ProviderName', 'ProviderAttributeValue');
  if (input.SourceUser.ProviderName === ownDirectory)
    throw invalidParameter(
      'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
    );
  const members = ['ProviderName', 'ProviderAttributeName', 'ProviderAttributeValue'] as const;
  const source = required('SourceUser', input.SourceUser, ...members);
  const provider = await providerIn(call, source.ProviderName);
  checkAttribute(provider, source.ProviderAttributeName);
  const user = await destinationOf(call, destination);
  const key: IdentityKey = {
    poolId: pool.id,
    provider: provider.name,
    attribute: source.ProviderAttributeName,
    value: source.ProviderAttributeValue,
  };
  const existing = await findLink(db, key);
  if (existing !== undefined) throw refusalOf(existing, user);
  await limitAttributes(call, provider, key.attribute);
  const now = clock.now();
  const link: LinkedIdentity = { ...key, sub: user.sub, primary: false, disabledAt: null, createdAt: now };
  await changeUser(
    call,
    user.sub,
    current => {
      const identities = identitiesOf(current.attributes);
      if (identities.filter(({ primary }) => !primary).length >= mostIdentities)
        throw limitExceeded(`A user can have at most ${mostIdentities} linked identities.`);
      const attributes = withIdentities(current.attributes, [...identities, identityOf(provider, key, now)]);
      return { ...current, attributes };
    },
    {
      also: async tx => {
        if (await insertLink(tx, link)) return;
        // Somebody linked it at this very moment.
        const other = await findLink(tx, key);
        throw other ? refusalOf(other, user) : alreadyLinked();
      },
    },
  );
  return {};
});

/** Without a password of their own, and not to be given one by mail: whoever has linked identities still signs in with these. */
const withoutPassword = (user: User): User => ({
  ...user,
  password: null,
  passwordSetAt: null,
  status: 'EXTERNAL_PROVIDER',
});

const disableOwn = async (call: PoolCall, { ProviderAttributeName, ProviderAttributeValue: name }: Named) => {
  if (ProviderAttributeName !== subjectAttribute)
    throw invalidParameter('ProviderAttributeName must be Cognito_Subject for a user of the user pool.');
  const user = await lookUpUser(call, call.pool, name);
  if (user === undefined) throw userNotFound();
  await changeUser(call, user.sub, withoutPassword);
};

/** Whether this is the identity that a link stands for. */
const isLinked = (link: LinkedIdentity) => (identity: Identity) =>
  identity.providerName === link.provider && identity.userId === link.value && identity.primary === link.primary;

const unlink = (call: PoolCall, link: LinkedIdentity) =>
  changeUser(
    call,
    link.sub,
    user => {
      const identities = identitiesOf(user.attributes);
      const gone = identities.findIndex(isLinked(link));
      return { ...user, attributes: withIdentities(user.attributes, identities.toSpliced(gone, gone < 0 ? 0 : 1)) };
    },
    {
      also: async tx => {
        // The identity that made the user stays theirs: nobody else is to be made of it while they exist.
        if (link.primary) await disableLink(tx, link, call.clock.now());
        else if (!(await deleteLink(tx, link))) throw userNotFound();
      },
    },
  );

/** From now on nobody signs in to the user with this identity, or, where it is the pool's own, with a password. */
export const adminDisableProviderForUser = inPool<'AdminDisableProviderForUser'>(async (call, input) => {
  const named = required('User', input.User, 'ProviderName', 'ProviderAttributeName', 'ProviderAttributeValue');
  const { ProviderName, ProviderAttributeName: attribute, ProviderAttributeValue: value } = named;
  if (ProviderName === ownDirectory) {
    await disableOwn(call, named);
    return {};
  }
  const { name: provider } = await providerIn(call, ProviderName);
  const link = await findLink(call.db, { poolId: call.pool.id, provider, attribute, value });
  if (link === undefined) throw userNotFound();
  await unlink(call, link);
  return {};
});
