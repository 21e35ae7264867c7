/** What the tests of identity pools begin with: a pool with its roles, and credentials put to use. */
import assert from 'node:assert/strict';
import type { CreateIdentityPoolCommandInput, Credentials } from '@aws-sdk/client-cognito-identity';
import { identityPoolTrust } from '../../src/iam/identity-pool-trust.ts';
import type { World } from '../support/world.ts';

export const account = '000000000000';
export const roleArn = (name: string) => `arn:aws:iam::${account}:role/${name}`;

const allows = (...actions: string[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });

/** A role that trusts the identity pool. @returns its ARN */
export const createRole = async (
  { app }: World,
  identityPool: string,
  name: string,
  {
    amr = 'authenticated',
    actions = ['cognito-idp:*'],
  }: { amr?: 'authenticated' | 'unauthenticated'; actions?: string[] } = {},
): Promise<string> => {
  const trustPolicy = identityPoolTrust(identityPool, amr);
  const policies = { permissions: allows(...actions) };
  const role = await app.foundation.roles.create({ accountId: account, name, trustPolicy, policies });
  assert(role, `a role ${name} is there already`);
  return role.arn;
};

/** An identity pool for guests, and for users of the user pool through the client. @returns its id */
export const createIdentityPool = async (
  { identity }: World,
  options: Partial<CreateIdentityPoolCommandInput> = {},
): Promise<string> => {
  const { IdentityPoolId } = await identity.createIdentityPool({
    IdentityPoolName: 'test',
    AllowUnauthenticatedIdentities: true,
    AllowClassicFlow: true,
    ...options,
  });
  return IdentityPoolId as string;
};

export const userPoolName = (pool: string) => `cognito-idp.us-east-1.amazonaws.com/${pool}`;

/** Roles for guests and for everybody else, set. */
export const setRoles = async (world: World, identityPool: string, prefix: string): Promise<Record<string, string>> => {
  const Roles = {
    authenticated: await createRole(world, identityPool, `${prefix}-users`),
    unauthenticated: await createRole(world, identityPool, `${prefix}-guests`, { amr: 'unauthenticated' }),
  };
  await world.identity.setIdentityPoolRoles({ IdentityPoolId: identityPool, Roles });
  return Roles;
};

/** A client of the user pools API that signs with temporary credentials. */
export const clientWith = (world: World, given: Credentials | undefined) =>
  world.awsAs({
    credentials: {
      accessKeyId: given?.AccessKeyId as string,
      secretAccessKey: given?.SecretKey as string,
      sessionToken: given?.SessionToken as string,
    },
  });

export const payloadOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] as string, 'base64url').toString());
