/** `cenote roles …`: IAM roles, whom they trust and what they allow. */
import type { Config } from '../config.ts';
import { identityPoolTrust } from '../iam/identity-pool-trust.ts';
import type { RoleDescription, Roles } from '../iam/roles.ts';
import { checkedAccount, readPolicy } from './account.ts';
import { table } from './table.ts';
import { print, withFoundation } from './with-foundation.ts';

type OfAccount = { account?: string };
type CreateOptions = OfAccount & {
  trust?: string;
  forIdentityPool?: string;
  guests?: boolean;
  policy?: string;
  path?: string;
  description?: string;
  maxSession?: string;
  tag?: string[];
};

const withRoles = (
  config: Config,
  { account }: OfAccount,
  work: (roles: Roles, accountId: string) => Promise<void>,
): Promise<void> => {
  const accountId = checkedAccount(account ?? config.accountId);
  return withFoundation(config, ({ roles }) => work(roles, accountId));
};

const noSuchRole = (name: string) => new Error(`there is no role ${name} ("cenote roles list" shows those there are)`);

const trustOf = async ({ trust, forIdentityPool, guests = false }: CreateOptions): Promise<string> => {
  if ((trust === undefined) === (forIdentityPool === undefined))
    throw new Error('say whom the role trusts: either --trust <file> or --for-identity-pool <id>');
  if (forIdentityPool !== undefined)
    return identityPoolTrust(forIdentityPool, guests ? 'unauthenticated' : 'authenticated');
  if (guests) throw new Error('--guests goes with --for-identity-pool');
  return readPolicy(trust!);
};

const tagsOf = (tags: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    tags.map(tag => {
      const equals = tag.indexOf('=');
      if (equals < 1) throw new Error(`--tag: expected key=value, got "${tag}"`);
      return [tag.slice(0, equals), tag.slice(equals + 1)];
    }),
  );

const secondsOf = (text: string): number => {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new Error(`--max-session: expected seconds, got "${text}"`);
};

export const createRole = (config: Config, name: string, options: CreateOptions): Promise<void> =>
  withRoles(config, options, async (roles, accountId) => {
    const { policy, path, description, maxSession, tag = [] } = options;
    const trustPolicy = await trustOf(options);
    const role = await roles.create({
      accountId,
      name,
      trustPolicy,
      path,
      description,
      policies: policy === undefined ? {} : { permissions: await readPolicy(policy) },
      maxSessionSeconds: maxSession === undefined ? undefined : secondsOf(maxSession),
      tags: tagsOf(tag),
    });
    if (role === undefined) throw new Error(`there is a role ${name} already; names differ by more than their case`);
    print(role.arn);
  });

export const listRoles = (config: Config, options: OfAccount): Promise<void> =>
  withRoles(config, options, async (roles, accountId) => {
    const rows = (await roles.list(accountId)).map(role => [
      role.name,
      role.arn,
      Object.keys(role.policies).join(', ') || '(none)',
      new Date(role.createdAt).toISOString(),
    ]);
    print(table(['NAME', 'ARN', 'POLICIES', 'CREATED'], rows));
  });

const parsed = (document: string): unknown => JSON.parse(document);

/** As JSON, with the documents as they are in a file. */
const forPeople = ({ trustPolicy, policies, createdAt, ...rest }: RoleDescription): string =>
  JSON.stringify(
    {
      ...rest,
      createdAt: new Date(createdAt).toISOString(),
      trustPolicy: parsed(trustPolicy),
      policies: Object.fromEntries(Object.entries(policies).map(([name, document]) => [name, parsed(document)])),
    },
    null,
    2,
  );

export const showRole = (config: Config, name: string, options: OfAccount): Promise<void> =>
  withRoles(config, options, async (roles, accountId) => {
    const role = await roles.describe({ accountId, name });
    if (role === undefined) throw noSuchRole(name);
    print(forPeople(role));
  });

export const setTrust = (config: Config, name: string, file: string, options: OfAccount): Promise<void> =>
  withRoles(config, options, async (roles, accountId) => {
    if (!(await roles.setTrustPolicy({ accountId, name }, await readPolicy(file)))) throw noSuchRole(name);
    print(`${name}: trust policy replaced`);
  });

export const putPolicy = (
  config: Config,
  name: string,
  policyName: string,
  file: string,
  options: OfAccount,
): Promise<void> =>
  withRoles(config, options, async (roles, accountId) => {
    if (!(await roles.putPolicy({ accountId, name }, policyName, await readPolicy(file)))) throw noSuchRole(name);
    print(`${name}: policy ${policyName} written`);
  });

export const removePolicy = (config: Config, name: string, policyName: string, options: OfAccount): Promise<void> =>
  withRoles(config, options, async (roles, accountId) => {
    if (!(await roles.removePolicy({ accountId, name }, policyName)))
      throw new Error(`there is no policy ${policyName} of a role ${name} ("cenote roles list" shows those there are)`);
    print(`${name}: policy ${policyName} removed`);
  });

export const deleteRole = (config: Config, name: string, options: OfAccount): Promise<void> =>
  withRoles(config, options, async (roles, accountId) => {
    if (!(await roles.remove({ accountId, name }))) throw noSuchRole(name);
    print(`${name}: deleted; what was issued for it is of no use any more`);
  });
