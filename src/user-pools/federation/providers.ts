/** The operations on identity providers. */
import type { IdentityProviderType } from '@aws-sdk/client-cognito-identity-provider';
import {
  AwsError,
  invalidParameter,
  limitExceeded,
  providerNotFound,
  userPoolNotFound,
} from '../../contract/errors.ts';
import {
  deleteProvider,
  findProvider,
  findProviderByIdentifier,
  type IdentityProvider,
  insertProvider,
  listProviderNames,
  listProviders,
  saveProvider,
} from '../../storage/identity-providers.ts';
import { holdPool } from '../../storage/pools.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { inPool } from '../doors/in-pool.ts';
import { attributeMapping, checkAcrMapping, checkIdentifiers, checkName, providerDetails } from './check.ts';
import { providerTypes } from './provider-types.ts';

const mostProviders = 300;
const pageSize = 60;

/** The provider in AWS's shape: client secrets are shown, private keys are not. */
const describeProvider = (provider: IdentityProvider): IdentityProviderType => {
  const { hidden = [] } = providerTypes[provider.type];
  const shown = Object.entries(provider.details).filter(([key]) => !hidden.includes(key));
  return {
    UserPoolId: provider.poolId,
    ProviderName: provider.name,
    ProviderType: provider.type,
    ProviderDetails: Object.fromEntries(shown),
    AttributeMapping: provider.attributeMapping,
    AcrMapping: provider.acrMapping,
    IdpIdentifiers: provider.identifiers,
    CreationDate: new Date(provider.createdAt),
    LastModifiedDate: new Date(provider.modifiedAt),
  };
};

const identifierTaken = (identifier: string) =>
  invalidParameter(`IdpIdentifier ${identifier} is already used by another identity provider of the user pool.`);

export const createIdentityProvider = inPool<'CreateIdentityProvider'>(async (call, input) => {
  const { db, clock } = call;
  const { ProviderName: name, ProviderType: type } = input;
  checkName(name, type);
  const details = providerDetails(type, input.ProviderDetails);
  checkAcrMapping(type, input.AcrMapping);
  checkIdentifiers(input.IdpIdentifiers);
  const now = clock.now();
  const provider = await db.transaction().execute(async tx => {
    // Held: neither the schema changes meanwhile nor the number of providers.
    const pool = await holdPool(tx, call.pool.id);
    if (pool === undefined) throw userPoolNotFound(call.pool.id);
    const created: IdentityProvider = {
      poolId: pool.id,
      name,
      type,
      details,
      attributeMapping: attributeMapping(pool, type, input.AttributeMapping),
      acrMapping: input.AcrMapping,
      identifiers: input.IdpIdentifiers,
      createdAt: now,
      modifiedAt: now,
    };
    const inserted = await insertProvider(tx, call, created);
    if (inserted.outcome === 'name taken')
      throw new AwsError('DuplicateProviderException', `${name} already exists in user pool ${pool.id}`);
    if (inserted.outcome === 'identifier taken') throw identifierTaken(inserted.identifier);
    if ((await listProviderNames(tx, pool.id)).length > mostProviders)
      throw limitExceeded(`A user pool can have at most ${mostProviders} identity providers.`);
    return created;
  });
  return { IdentityProvider: describeProvider(provider) };
});

export const describeIdentityProvider = inPool<'DescribeIdentityProvider'>(async (call, { ProviderName }) => {
  const provider = await findProvider(call.db, call, call.pool.id, ProviderName);
  if (provider === undefined) throw providerNotFound(ProviderName);
  return { IdentityProvider: describeProvider(provider) };
});

export const getIdentityProviderByIdentifier = inPool<'GetIdentityProviderByIdentifier'>(
  async (call, { IdpIdentifier }) => {
    const provider = await findProviderByIdentifier(call.db, call, call.pool.id, IdpIdentifier);
    if (provider === undefined)
      throw new AwsError(
        'ResourceNotFoundException',
        `Identity provider with identifier ${IdpIdentifier} does not exist.`,
      );
    return { IdentityProvider: describeProvider(provider) };
  },
);

/** The pool's own directory goes by this name among the providers of an app client, and cannot be changed or deleted. */
const forbidOwn = (name: string) => {
  if (name === 'COGNITO')
    throw new AwsError('UnsupportedIdentityProviderException', 'Identity provider COGNITO is not supported.');
};

/** A private key is not shown, so whoever sends back what they were shown keeps it. */
const withHidden = (provider: IdentityProvider, given: Record<string, string>) => {
  const { hidden = [] } = providerTypes[provider.type];
  const kept = hidden.flatMap(key => (provider.details[key] === undefined ? [] : [[key, provider.details[key]]]));
  return { ...Object.fromEntries(kept), ...given };
};

/** What is omitted stays as it is. */
export const updateIdentityProvider = inPool<'UpdateIdentityProvider'>(async (call, input) => {
  const { db, clock } = call;
  const { ProviderName: name, ProviderDetails, AttributeMapping, IdpIdentifiers, AcrMapping } = input;
  forbidOwn(name);
  checkIdentifiers(IdpIdentifiers);
  const updated = await db.transaction().execute(async tx => {
    const pool = await holdPool(tx, call.pool.id);
    if (pool === undefined) throw userPoolNotFound(call.pool.id);
    const current = await findProvider(tx, call, pool.id, name);
    if (current === undefined) throw providerNotFound(name);
    checkAcrMapping(current.type, AcrMapping);
    const changed: IdentityProvider = {
      ...current,
      details: ProviderDetails ? providerDetails(current.type, withHidden(current, ProviderDetails)) : current.details,
      attributeMapping: AttributeMapping
        ? attributeMapping(pool, current.type, AttributeMapping)
        : current.attributeMapping,
      acrMapping: AcrMapping ?? current.acrMapping,
      identifiers: IdpIdentifiers ?? current.identifiers,
      modifiedAt: clock.now(),
    };
    const taken = await saveProvider(tx, call, changed);
    if (taken !== undefined) throw identifierTaken(taken);
    return changed;
  });
  return { IdentityProvider: describeProvider(updated) };
});

/** Users who came through the provider stay, and so do their links. An app client may go on naming it until it is updated. */
export const deleteIdentityProvider = inPool<'DeleteIdentityProvider'>(async ({ db, pool }, { ProviderName }) => {
  forbidOwn(ProviderName);
  if (!(await deleteProvider(db, pool.id, ProviderName))) throw providerNotFound(ProviderName);
  return {};
});

export const listIdentityProviders = inPool<'ListIdentityProviders'>(async (call, { MaxResults, NextToken }) => {
  const list = `ListIdentityProviders/${call.pool.id}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  // 0 stands for the default, as in the wire protocol's integers.
  const limit = MaxResults || pageSize;
  const found = await listProviders(call.db, { poolId: call.pool.id, after, limit: limit + 1 });
  const { items, next } = cutPage(call, list, found, limit, ({ name }) => [name]);
  return {
    Providers: items.map(provider => ({
      ProviderName: provider.name,
      ProviderType: provider.type,
      CreationDate: new Date(provider.createdAt),
      LastModifiedDate: new Date(provider.modifiedAt),
    })),
    NextToken: next,
  };
});
