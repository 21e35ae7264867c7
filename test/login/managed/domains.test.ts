/** Domains of user pools through the AWS SDK: prefix and custom ones, what they must not be, what they hold back. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CreateUserPoolDomainCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../../user-pools/users/refused.ts';

const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/a1b2c3d4-5678-90ab-cdef-111111111111';
const invalid = 'InvalidParameterException';
const taken = 'Domain already associated with another user pool.';
const unknown = 'No such domain or user pool exists.';
const dotted =
  'The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$';
const outputOf = ({ $metadata: _, ...output }: { $metadata: unknown }) => output;

for (const engine of engines) {
  describe(`domains (${engine})`, () => {
    let world: World;
    before(async () => {
      world = await startWorld({ engine });
    });
    after(() => world.stop());

    let count = 0;
    const prefix = () => {
      count += 1;
      return `login-${count}`;
    };
    const create = async (UserPoolId: string, input: Omit<CreateUserPoolDomainCommandInput, 'UserPoolId'>) =>
      outputOf(await world.aws.createUserPoolDomain({ UserPoolId, ...input }));
    const describeDomain = async (Domain: string) =>
      (await world.aws.describeUserPoolDomain({ Domain })).DomainDescription;

    it('a prefix domain is described with what AWS says of one, and by its pool', async () => {
      const pool = await world.createPool();
      const Domain = prefix();
      assert.deepEqual(await create(pool, { Domain }), { ManagedLoginVersion: 1 });
      const { Version, ...description } = (await describeDomain(Domain)) ?? {};
      assert.deepEqual(description, {
        UserPoolId: pool,
        AWSAccountId: '000000000000',
        Domain,
        CloudFrontDistribution: new URL(world.url).hostname,
        Status: 'ACTIVE',
        ManagedLoginVersion: 1,
      });
      assert.equal(Version, new Date(world.clock.now()).toISOString().replace(/\D/g, '').slice(0, Version?.length));
      assert.equal(Version?.length, 14);
      const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
      assert.deepEqual([UserPool?.Domain, UserPool?.CustomDomain], [Domain, undefined]);
    });

    it('a custom domain stands beside the prefix and says where its DNS record points', async () => {
      const pool = await world.createPool();
      const [Domain, custom] = [prefix(), `auth.${prefix()}.example.com`];
      const CustomDomainConfig = { CertificateArn, SecurityPolicy: 'TLS_V1_3_2025' } as const;
      const Routing = { Failover: { SecondaryRegion: 'eu-west-1', PrimaryRoute53HealthCheckId: 'check' } };
      await create(pool, { Domain });
      const made = await create(pool, { Domain: custom, ManagedLoginVersion: 2, CustomDomainConfig, Routing });
      assert.deepEqual(made, { ManagedLoginVersion: 2, CloudFrontDomain: new URL(world.url).hostname, Routing });
      const description = await describeDomain(custom);
      assert.deepEqual(description?.CustomDomainConfig, CustomDomainConfig);
      assert.deepEqual(description?.Routing, Routing);
      const { UserPool } = await world.aws.describeUserPool({ UserPoolId: pool });
      assert.deepEqual([UserPool?.Domain, UserPool?.CustomDomain], [Domain, custom]);
    });

    it('an unknown domain, and that of another account, are described by nothing', async () => {
      const Domain = prefix();
      assert.deepEqual(await describeDomain(Domain), {});
      await create(await world.createPool(), { Domain });
      const { accessKeys } = world.app.foundation;
      const key = await accessKeys.create({ name: 'other', accountId: '111111111111', policy: null });
      const { accessKeyId, secret: secretAccessKey } = key;
      const other = world.awsAs({ credentials: { accessKeyId, secretAccessKey } });
      assert.deepEqual((await other.describeUserPoolDomain({ Domain })).DomainDescription, {});
    });

    it('a name is one pool’s, whoever else asks, even at the same moment', async () => {
      const [one, other] = [await world.createPool(), await world.createPool()];
      const Domain = prefix();
      await create(one, { Domain });
      await refused(create(other, { Domain }), invalid, taken);
      await refused(create(one, { Domain: prefix() }), invalid, 'User pool already has a domain configured.');
      const pools = await Promise.all([1, 2, 3, 4].map(() => world.createPool()));
      const wanted = prefix();
      const results = await Promise.allSettled(pools.map(pool => create(pool, { Domain: wanted })));
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const result of results) if (result.status === 'rejected') assert.equal(result.reason.message, taken);
      const many = await world.createPool();
      const made = await Promise.allSettled([1, 2, 3].map(() => create(many, { Domain: prefix() })));
      assert.equal(made.filter(({ status }) => status === 'fulfilled').length, 1);
    });

    it('what a name must not be', async () => {
      const pool = await world.createPool();
      for (const word of ['aws', 'amazon', 'cognito'])
        await refused(
          create(pool, { Domain: `my-${word}-login` }),
          invalid,
          `Domain cannot contain reserved word: ${word}`,
        );
      // Without a certificate it is a prefix.
      await refused(create(pool, { Domain: 'auth.example.com' }), invalid, dotted);
      for (const Domain of ['Upper', 'under_score', '-dash', 'dash-', 'a'.repeat(64), 'ümlaut'])
        await refused(create(pool, { Domain }), invalid);
      const CustomDomainConfig = { CertificateArn };
      for (const Domain of ['localhost', 'auth..example.com', 'auth.-x.com', 'a.example.c-'])
        await refused(create(pool, { Domain, CustomDomainConfig }), invalid);
      await refused(create('us-east-1_000000000', { Domain: prefix() }), 'ResourceNotFoundException');
    });

    it('what its settings must not be', async () => {
      const pool = await world.createPool();
      const custom = { Domain: `auth.${prefix()}.example.com`, CustomDomainConfig: { CertificateArn } };
      const failover = (SecondaryRegion: string) => ({
        Failover: { SecondaryRegion, PrimaryRoute53HealthCheckId: 'x' },
      });
      for (const input of [
        { Domain: prefix(), ManagedLoginVersion: 0 },
        { Domain: prefix(), ManagedLoginVersion: 3 },
        { Domain: prefix(), Routing: failover('eu-west-1') },
        { ...custom, Routing: failover('us-east-1') },
        {
          ...custom,
          ManagedLoginVersion: 2,
          CustomDomainConfig: { CertificateArn, SecurityPolicy: 'TLS_V1' as const },
        },
        { ...custom, CustomDomainConfig: { CertificateArn: 'not an ARN at all, this' } },
      ])
        await refused(create(pool, input), invalid);
      assert.deepEqual(await create(pool, { ...custom, Routing: {} }), {
        ManagedLoginVersion: 1,
        CloudFrontDomain: new URL(world.url).hostname,
        Routing: {},
      });
    });

    it('an update changes what it names, at once also for what is cached, and dates the version', async () => {
      const pool = await world.createPool();
      const Domain = `auth.${prefix()}.example.com`;
      await create(pool, { Domain, CustomDomainConfig: { CertificateArn, SecurityPolicy: 'TLS_V1' } });
      const before = await describeDomain(Domain);
      world.clock.advance(5000);
      const update = (input: object) => world.aws.updateUserPoolDomain({ UserPoolId: pool, Domain, ...input });
      await refused(update({ ManagedLoginVersion: 2 }), invalid /* TLS_V1 */);
      const CustomDomainConfig = { CertificateArn, SecurityPolicy: 'TLS_V1_2_2021' as const };
      assert.deepEqual(outputOf(await update({ ManagedLoginVersion: 2, CustomDomainConfig })), {
        ManagedLoginVersion: 2,
        CloudFrontDomain: new URL(world.url).hostname,
      });
      await update({});
      const after = await describeDomain(Domain);
      assert.deepEqual(after, { ...before, ManagedLoginVersion: 2, CustomDomainConfig, Version: after?.Version });
      assert.ok(Number(after?.Version) > Number(before?.Version));
      await refused(update({ ManagedLoginVersion: 9 }), invalid);
      await refused(update({ Domain: 'nobodys' }), invalid, unknown);
      await refused(update({ UserPoolId: await world.createPool() }), invalid, unknown);
    });

    it('an update does not make a prefix a custom domain', async () => {
      const pool = await world.createPool();
      const Domain = prefix();
      await create(pool, { Domain });
      const update = world.aws.updateUserPoolDomain({
        UserPoolId: pool,
        Domain,
        CustomDomainConfig: { CertificateArn },
      });
      await refused(update, invalid);
    });

    it('holds back the deletion of its pool, and is free again once deleted', async () => {
      const [UserPoolId, other] = [await world.createPool(), await world.createPool()];
      const Domain = prefix();
      await create(UserPoolId, { Domain });
      const message = 'User pool cannot be deleted. It has a domain configured that should be deleted first.';
      await refused(world.aws.deleteUserPool({ UserPoolId }), invalid, message);
      await refused(world.aws.deleteUserPoolDomain({ UserPoolId: other, Domain }), invalid, unknown);
      assert.deepEqual(outputOf(await world.aws.deleteUserPoolDomain({ UserPoolId, Domain })), {});
      await refused(world.aws.deleteUserPoolDomain({ UserPoolId, Domain }), invalid, unknown);
      assert.deepEqual(await describeDomain(Domain), {});
      const { UserPool } = await world.aws.describeUserPool({ UserPoolId });
      assert.equal(UserPool?.Domain, undefined);
      await create(other, { Domain });
      await world.aws.deleteUserPool({ UserPoolId });
    });
  });
}

describe('domains and feature plans', () => {
  const create = async (world: World) => {
    const pool = await world.createPool({ UserPoolTier: 'LITE' });
    return world.aws.createUserPoolDomain({ UserPoolId: pool, Domain: 'lite', ManagedLoginVersion: 2 });
  };

  it('managed login needs a higher plan than LITE where plans count', async () => {
    const world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
    try {
      await refused(create(world), 'FeatureUnavailableInTierException');
      const UserPoolId = await world.createPool({ UserPoolTier: 'LITE' });
      await world.aws.createUserPoolDomain({ UserPoolId, Domain: 'lite' });
      const update = world.aws.updateUserPoolDomain({ UserPoolId, Domain: 'lite', ManagedLoginVersion: 2 });
      await refused(update, 'FeatureUnavailableInTierException');
    } finally {
      await world.stop();
    }
  });

  it('and nowhere else', async () => {
    const world = await startWorld();
    try {
      assert.equal((await create(world)).ManagedLoginVersion, 2);
    } finally {
      await world.stop();
    }
  });
});
