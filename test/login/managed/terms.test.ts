/** Terms documents through the AWS SDK: one of each name a client, links for languages, lists. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CreateTermsCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../../user-pools/users/refused.ts';

const invalid = 'InvalidParameterException';
const notFound = 'ResourceNotFoundException';
const Links = { 'cognito:default': 'https://example.com/terms', 'cognito:french': 'https://example.com/fr?a=b#c' };
const fixed = { TermsSource: 'LINK', Enforcement: 'NONE' } as const;
const nobodys = '00000000-0000-4000-8000-000000000000';

for (const engine of engines) {
  describe(`terms documents (${engine})`, () => {
    let world: World;
    let pool: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
    });
    after(() => world.stop());

    const create = async (ClientId: string, input: Partial<CreateTermsCommandInput> = {}) => {
      const { Terms } = await world.aws.createTerms({
        UserPoolId: pool,
        ClientId,
        TermsName: 'terms-of-use',
        ...fixed,
        Links,
        ...input,
      });
      assert(Terms);
      return Terms as typeof Terms & { TermsId: string };
    };

    it('are described by their id and by client and name', async () => {
      const ClientId = await world.createClient(pool);
      const { CreationDate, LastModifiedDate, ...made } = await create(ClientId);
      assert.deepEqual(made, {
        TermsId: made.TermsId,
        UserPoolId: pool,
        ClientId,
        TermsName: 'terms-of-use',
        ...fixed,
        Links,
      });
      assert.match(made.TermsId, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      assert.deepEqual(CreationDate, LastModifiedDate);
      const whole = { ...made, CreationDate, LastModifiedDate };
      const { TermsId } = made;
      assert.deepEqual((await world.aws.describeTerms({ UserPoolId: pool, TermsId })).Terms, whole);
      const byClient = { UserPoolId: pool, ClientId, TermsName: 'terms-of-use' };
      assert.deepEqual((await world.aws.describeTermsByClient(byClient)).Terms, whole);
      await refused(world.aws.describeTermsByClient({ ...byClient, TermsName: 'privacy-policy' }), notFound);
      await refused(world.aws.describeTermsByClient({ ...byClient, ClientId: 'unknown' }), notFound);
      const other = await world.createPool();
      await refused(world.aws.describeTermsByClient({ ...byClient, UserPoolId: other }), notFound);
      await refused(world.aws.describeTerms({ UserPoolId: other, TermsId }), notFound);
    });

    it('one of each name a client, even at the same moment', async () => {
      const ClientId = await world.createClient(pool);
      const results = await Promise.allSettled([1, 2, 3].map(() => create(ClientId)));
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const result of results)
        if (result.status === 'rejected') assert.equal(result.reason.name, 'TermsExistsException');
      await create(ClientId, { TermsName: 'privacy-policy' });
      await refused(create(ClientId, { TermsName: 'privacy-policy' }), 'TermsExistsException');
    });

    it('what they must not say', async () => {
      const ClientId = await world.createClient(pool);
      const link = (address: string) => ({ Links: { 'cognito:default': address } });
      const inputs: Partial<CreateTermsCommandInput>[] = [
        { TermsName: 'imprint' },
        { TermsSource: 'TEXT' as never },
        { Enforcement: 'REQUIRED' as never },
        { Links: undefined },
        { Links: {} },
        { Links: { 'cognito:french': 'https://example.com' } },
        { Links: { ...Links, 'cognito:klingon': 'https://example.com' } },
        link('javascript:alert(1)'),
        link('/terms'),
        link('https://example.com/with space'),
        link(`https://example.com/${'x'.repeat(1024)}`),
      ];
      for (const input of inputs) await refused(create(ClientId, input), invalid);
      const stranger = await world.createClient(await world.createPool());
      for (const unknown of ['unknown', stranger])
        await refused(create(unknown), notFound, `User pool client ${unknown} does not exist.`);
    });

    it('an update keeps what it does not name and replaces the links as a whole', async () => {
      const ClientId = await world.createClient(pool);
      const made = await create(ClientId);
      world.clock.advance(1000);
      const update = async (input: object) =>
        (await world.aws.updateTerms({ UserPoolId: pool, TermsId: made.TermsId, ...input })).Terms;
      const changed = { 'cognito:default': 'https://example.com/new' };
      const updated = await update({ Links: changed });
      assert.deepEqual(updated, { ...made, Links: changed, LastModifiedDate: updated?.LastModifiedDate });
      assert.ok(Number(updated?.LastModifiedDate) > Number(made.LastModifiedDate));
      const renamed = await update({ TermsName: 'privacy-policy', ...fixed });
      assert.deepEqual(
        [renamed?.TermsName, renamed?.TermsId, renamed?.Links],
        ['privacy-policy', made.TermsId, changed],
      );
      await create(ClientId);
      await refused(update({ TermsName: 'terms-of-use' }), 'TermsExistsException');
      const { Terms } = await world.aws.describeTerms({ UserPoolId: pool, TermsId: made.TermsId });
      assert.deepEqual(Terms, renamed);
      await refused(update({ Links: { 'cognito:french': 'https://example.com' } }), invalid);
      await refused(update({ TermsId: nobodys }), notFound);
      await refused(update({ UserPoolId: await world.createPool() }), notFound);
    });

    it('are deleted once, and with their client', async () => {
      const ClientId = await world.createClient(pool);
      const [one, other] = [await create(ClientId), await create(ClientId, { TermsName: 'privacy-policy' })];
      await world.aws.deleteTerms({ UserPoolId: pool, TermsId: one.TermsId });
      await refused(world.aws.deleteTerms({ UserPoolId: pool, TermsId: one.TermsId }), notFound);
      await world.aws.deleteUserPoolClient({ UserPoolId: pool, ClientId });
      await refused(world.aws.describeTerms({ UserPoolId: pool, TermsId: other.TermsId }), notFound);
    });

    it('are listed in pages', async () => {
      const UserPoolId = await world.createPool();
      const made = new Set<string>();
      for (let i = 0; i < 5; i++) {
        const ClientId = await world.createClient(UserPoolId);
        made.add((await create(ClientId, { UserPoolId })).TermsId);
      }
      const seen: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await world.aws.listTerms({ UserPoolId, MaxResults: 2, NextToken });
        seen.push(...(page.Terms ?? []).map(({ TermsId }) => TermsId));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      assert.equal(seen.length, 5);
      assert.deepEqual(new Set(seen), made);
      const all = await world.aws.listTerms({ UserPoolId });
      assert.equal(all.NextToken, undefined);
      assert.deepEqual(Object.keys(all.Terms?.[0] ?? {}).toSorted(), [
        'CreationDate',
        'Enforcement',
        'LastModifiedDate',
        'TermsId',
        'TermsName',
      ]);
      await refused(world.aws.listTerms({ UserPoolId, NextToken: 'forged' }), invalid);
      await refused(world.aws.listTerms({ UserPoolId, MaxResults: 61 }), invalid);
    });
  });
}
