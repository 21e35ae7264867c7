/** The operations on a pool's domains. */
import type { DomainDescriptionType } from '@aws-sdk/client-cognito-identity-provider';
import { domainNotFound, invalidParameter } from '../../contract/errors.ts';
import {
  deleteDomain,
  findDomain,
  findDomainsOf,
  insertDomain,
  type PoolDomain,
  saveDomain,
} from '../../storage/domains.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { Call, Operation } from '../../user-pools/call/call.ts';
import { inPool } from '../../user-pools/doors/in-pool.ts';
import { withPool } from '../../user-pools/pools/change.ts';
import { requirePlan } from '../../user-pools/pools/feature-plan.ts';
import { checkDomain } from './domain-rules.ts';
import { timestampVersion } from './timestamp-version.ts';

/** Where the DNS record of a custom domain has to point: at Cognito a CloudFront distribution, here this server. */
const servedBy = (call: Call): string => new URL(call.publicUrl()).hostname;

const describeDomain = (call: Call, domain: PoolDomain): DomainDescriptionType => ({
  UserPoolId: domain.poolId,
  AWSAccountId: domain.accountId,
  Domain: domain.name,
  CloudFrontDistribution: servedBy(call),
  Version: timestampVersion(domain.modifiedAt),
  Status: 'ACTIVE',
  ...domain.config,
});

const outcome = (call: Call, { kind, config }: PoolDomain) => ({
  ManagedLoginVersion: config.ManagedLoginVersion,
  CloudFrontDomain: kind === 'custom' ? servedBy(call) : undefined,
  Routing: config.Routing,
});

const check = (call: Call, domain: PoolDomain, pool: UserPool) => {
  checkDomain({ ...domain, pool });
  if (domain.config.ManagedLoginVersion === 2) requirePlan(call, pool.config, 'ESSENTIALS', 'Managed Login');
};

/** The pool is held: it is not deleted meanwhile, and domains of one pool are made one after the other. */
export const createUserPoolDomain = inPool<'CreateUserPoolDomain'>(async (call, input) => {
  const { Domain, ManagedLoginVersion = 1, CustomDomainConfig, Routing } = input;
  const now = call.clock.now();
  const domain: PoolDomain = {
    poolId: call.pool.id,
    accountId: call.pool.accountId,
    kind: CustomDomainConfig === undefined ? 'prefix' : 'custom',
    name: Domain,
    config: { ManagedLoginVersion, CustomDomainConfig, Routing },
    createdAt: now,
    modifiedAt: now,
  };
  await withPool(call, async (tx, pool) => {
    check(call, domain, pool);
    const others = await findDomainsOf(tx, pool.id);
    if (others.some(({ kind }) => kind === domain.kind))
      throw invalidParameter('User pool already has a domain configured.');
    if (!(await insertDomain(tx, domain))) throw invalidParameter('Domain already associated with another user pool.');
  });
  call.directory.forgetDomain(Domain);
  return outcome(call, domain);
});

/** An unknown domain, or one of another account, is described by nothing at all, as Cognito does. */
export const describeUserPoolDomain: Operation<'DescribeUserPoolDomain'> = async (call, { Domain }) => {
  const domain = await findDomain(call.db, Domain);
  const own = domain?.accountId === call.principal?.accountId ? domain : undefined;
  return { DomainDescription: own === undefined ? {} : describeDomain(call, own) };
};

/** What the request does not name stays as it is. */
export const updateUserPoolDomain = inPool<'UpdateUserPoolDomain'>(async (call, input) => {
  const { Domain, ManagedLoginVersion, CustomDomainConfig, Routing } = input;
  const updated = await withPool(call, async (tx, pool) => {
    const current = (await findDomainsOf(tx, pool.id)).find(({ name }) => name === Domain);
    if (current === undefined) throw domainNotFound();
    const config = {
      ManagedLoginVersion: ManagedLoginVersion ?? current.config.ManagedLoginVersion,
      CustomDomainConfig: CustomDomainConfig ?? current.config.CustomDomainConfig,
      Routing: Routing ?? current.config.Routing,
    };
    const changed = { ...current, config, modifiedAt: call.clock.now() };
    check(call, changed, pool);
    if (!(await saveDomain(tx, changed))) throw domainNotFound();
    return changed;
  });
  call.directory.forgetDomain(Domain);
  return outcome(call, updated);
});

export const deleteUserPoolDomain = inPool<'DeleteUserPoolDomain'>(async ({ db, pool, directory }, { Domain }) => {
  const deleted = await deleteDomain(db, pool.id, Domain);
  directory.forgetDomain(Domain);
  if (!deleted) throw domainNotFound();
  return {};
});
