/** Attributes for access control: GetPrincipalTagAttributeMap, SetPrincipalTagAttributeMap. */
import { identityPoolNotFound } from '../contract/identity-errors.ts';
import { findIdentityPool, type PrincipalTagMap } from '../storage/identity-pools.ts';
import { changePool } from './change.ts';
import { inPool } from './doors.ts';
import { claimsOfTags } from './principal-tags.ts';

const describe = (poolId: string, provider: string, map: PrincipalTagMap) => ({
  IdentityPoolId: poolId,
  IdentityProviderName: provider,
  UseDefaults: map.useDefaults,
  PrincipalTags: claimsOfTags(map),
});

/** The defaults, or a map of one's own; an empty one: no tags. */
export const setPrincipalTagAttributeMap = inPool<'SetPrincipalTagAttributeMap'>(
  async (call, { IdentityProviderName: provider, UseDefaults, PrincipalTags = {} }) => {
    const useDefaults = UseDefaults ?? false;
    const map: PrincipalTagMap = { useDefaults, tags: useDefaults ? {} : PrincipalTags };
    await changePool(call, pool => {
      const { [provider]: _, ...others } = pool.settings.principalTags ?? {};
      const isEmpty = !useDefaults && Object.keys(map.tags).length === 0;
      const principalTags = isEmpty ? others : { ...others, [provider]: map };
      return { ...pool, settings: { ...pool.settings, principalTags } };
    });
    return describe(call.pool.id, provider, map);
  },
);

export const getPrincipalTagAttributeMap = inPool<'GetPrincipalTagAttributeMap'>(
  async ({ db, pool: { id } }, { IdentityProviderName: provider }) => {
    const pool = await findIdentityPool(db, id);
    if (pool === undefined) throw identityPoolNotFound(id);
    const { principalTags = {} } = pool.settings;
    const map = Object.hasOwn(principalTags, provider) ? principalTags[provider] : undefined;
    return describe(id, provider, map ?? { useDefaults: false, tags: {} });
  },
);
