/** From the region of a replica: what a replica that is not active, or not the pool itself, refuses by every operation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWorld } from '../support/world.ts';
import { membersOf, operations, requestFor, send } from './requests.ts';

const RegionName = 'eu-west-1';

/** AWS's developer guide, "Supported API operations in secondary Regions", of those that name a pool and are signed. */
const always = [
  'AdminGetDevice',
  'AdminGetUser',
  'AdminListDevices',
  'AdminListGroupsForUser',
  'AdminListUserAuthEvents',
  'CreateUserPoolDomain',
  'DeleteUserPoolDomain',
  'DescribeIdentityProvider',
  'DescribeManagedLoginBranding',
  'DescribeManagedLoginBrandingByClient',
  'DescribeResourceServer',
  'DescribeRiskConfiguration',
  'DescribeTerms',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'GetGroup',
  'GetLogDeliveryConfiguration',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserPoolMfaConfig',
  'ListGroups',
  'ListIdentityProviders',
  'ListResourceServers',
  'ListTerms',
  'ListUserPoolClientSecrets',
  'ListUserPoolClients',
  'ListUserPoolReplicas',
  'ListUsers',
  'ListUsersInGroup',
  'SetLogDeliveryConfiguration',
  'SetRiskConfiguration',
  'SetUserPoolMfaConfig',
  'UpdateUserPool',
  'UpdateUserPoolDomain',
  'UpdateUserPoolReplica',
];
const whenActive = [
  'AdminInitiateAuth',
  'AdminRespondToAuthChallenge',
  'AdminUpdateAuthEventFeedback',
  'AdminUserGlobalSignOut',
  'GetIdentityProviderByIdentifier',
];

/** The few that do not declare the exception have another one for it. */
const refusalOf = (errors: readonly string[]) =>
  errors.includes('OperationNotEnabledException') ? 'OperationNotEnabledException' : 'InvalidParameterException';

test('the region of a replica is refused what is for the pool’s own', async t => {
  const world = await startWorld();
  t.after(() => world.stop());
  const UserPoolId = await world.createPool({
    KeyConfiguration: {
      KeyType: 'CUSTOMER_MANAGED_KEY',
      KmsKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/mrk-0123456789abcdef0123456789abcdef',
    },
    IssuerConfiguration: { Type: 'UPDATED' },
  });
  await world.aws.createUserPoolReplica({ UserPoolId, RegionName });
  const there = world.awsAs({ region: RegionName, credentials: world.aws.config.credentials });
  const onPool = operations.filter(([name, { auth }]) => auth === 'sigv4' && membersOf(name).includes('UserPoolId'));

  const refused = async () => {
    const names: string[] = [];
    for (const [name, { errors }] of onPool) {
      const thrown = await send(there, name, requestFor(name, { UserPoolId })).catch((error: Error) => error);
      if (!(thrown instanceof Error) || !/ is not available for the replica of user pool /.test(thrown.message))
        continue;
      assert.equal(thrown.name, refusalOf(errors), name);
      names.push(name);
    }
    return names;
  };
  const without = (allowed: string[]) => onPool.map(([name]) => name).filter(name => !allowed.includes(name));
  assert.deepEqual(await refused(), without(always));
  await world.aws.updateUserPoolReplica({ UserPoolId, RegionName, Status: 'ACTIVE' });
  assert.deepEqual(await refused(), without([...always, ...whenActive]));
});
