/** Which roles an identity pool gives: GetIdentityPoolRoles, SetIdentityPoolRoles. */
import type { RoleMapping } from '@aws-sdk/client-cognito-identity';
import { invalidParameter } from '../contract/errors.ts';
import { identityPoolNotFound } from '../contract/identity-errors.ts';
import { authorize } from '../iam/authorize.ts';
import { parseRoleArn } from '../iam/role-record.ts';
import { findIdentityPool } from '../storage/identity-pools.ts';
import type { IdentityPoolCall, Input } from './call.ts';
import { changePool } from './change.ts';
import { inPool } from './doors.ts';

const mostRules = 25;

type Roles = Pick<Input<'SetIdentityPoolRoles'>, 'Roles' | 'RoleMappings'>;

/** Every role that the pool could give. */
const rolesIn = ({ Roles, RoleMappings = {} }: Roles): string[] => [
  ...Object.values(Roles),
  ...Object.values(RoleMappings).flatMap(({ RulesConfiguration }) =>
    (RulesConfiguration?.Rules ?? []).map(({ RoleARN }) => RoleARN),
  ),
];

const checkMapping = (provider: string, mapping: RoleMapping) => {
  const { Type, AmbiguousRoleResolution, RulesConfiguration } = mapping;
  if (AmbiguousRoleResolution === undefined)
    throw invalidParameter(`AmbiguousRoleResolution is required for the role mapping of ${provider}.`);
  if (Type === 'Rules' && RulesConfiguration === undefined)
    throw invalidParameter(`RulesConfiguration is required for the role mapping of ${provider}.`);
  if (Type === 'Token' && RulesConfiguration !== undefined)
    throw invalidParameter(`RulesConfiguration is not allowed for the role mapping of ${provider}.`);
  if ((RulesConfiguration?.Rules?.length ?? 0) > mostRules)
    throw invalidParameter(`A role mapping can have at most ${mostRules} rules.`);
};

/**
 * Whoever sets roles hands on what they permit, and must be allowed to (`iam:PassRole`).
 * @throws InvalidParameterException, AccessDeniedException
 */
const checkRoles = ({ principal }: IdentityPoolCall, roles: Roles) => {
  for (const [provider, mapping] of Object.entries(roles.RoleMappings ?? {})) checkMapping(provider, mapping);
  for (const arn of new Set(rolesIn(roles))) {
    if (parseRoleArn(arn) === undefined) throw invalidParameter(`Invalid role ARN ${arn}.`);
    if (principal !== null) authorize(principal, 'iam:PassRole', arn);
  }
};

/** Everything is replaced: without mappings there are none any more. */
export const setIdentityPoolRoles = inPool<'SetIdentityPoolRoles'>(async (call, { Roles, RoleMappings }) => {
  checkRoles(call, { Roles, ...(RoleMappings && { RoleMappings }) });
  await changePool(call, pool => ({
    ...pool,
    settings: { ...pool.settings, roles: Roles, roleMappings: RoleMappings ?? {} },
  }));
  return {};
});

export const getIdentityPoolRoles = inPool<'GetIdentityPoolRoles'>(async ({ db, pool: { id } }) => {
  const pool = await findIdentityPool(db, id);
  if (pool === undefined) throw identityPoolNotFound(id);
  const { roles = {}, roleMappings = {} } = pool.settings;
  return {
    IdentityPoolId: id,
    Roles: roles,
    ...(Object.keys(roleMappings).length > 0 && { RoleMappings: roleMappings }),
  };
});
