/** The operations on identity providers, through the SDK. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { IdentityProviderTypeType } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';
import { createProvider, details, metadata } from './providers.ts';

const notFound = 'ResourceNotFoundException';

/** What Cognito adds to the details of each type. */
const added: Record<Exclude<IdentityProviderTypeType, 'SAML'>, Record<string, string>> = {
  Google: {
    attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
    attributes_url_add_attributes: 'true',
    authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
    oidc_issuer: 'https://accounts.google.com',
    token_request_method: 'POST',
    token_url: 'https://www.googleapis.com/oauth2/v4/token',
  },
  Facebook: {
    api_version: 'v17.0',
    attributes_url: 'https://graph.facebook.com/v17.0/me?fields=',
    attributes_url_add_attributes: 'true',
    authorize_url: 'https://www.facebook.com/v17.0/dialog/oauth',
    token_request_method: 'GET',
    token_url: 'https://graph.facebook.com/v17.0/oauth/access_token',
  },
  LoginWithAmazon: {
    attributes_url: 'https://api.amazon.com/user/profile',
    attributes_url_add_attributes: 'false',
    authorize_url: 'https://www.amazon.com/ap/oa',
    token_request_method: 'POST',
    token_url: 'https://api.amazon.com/auth/o2/token',
  },
  SignInWithApple: {
    attributes_url_add_attributes: 'false',
    authorize_url: 'https://appleid.apple.com/auth/authorize',
    oidc_issuer: 'https://appleid.apple.com',
    token_request_method: 'POST',
    token_url: 'https://appleid.apple.com/auth/token',
  },
  OIDC: { attributes_url_add_attributes: 'false' },
};
const subjects = { Google: 'sub', Facebook: 'id', LoginWithAmazon: 'user_id', SignInWithApple: 'sub', OIDC: 'sub' };

for (const engine of engines) {
  describe(`identity providers (${engine})`, () => {
    let world: World;
    let pool: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool({
        Schema: [{ Name: 'dept', AttributeDataType: 'String', Mutable: true }],
      });
    });
    after(() => world.stop());

    const describeProvider = async (name: string, of = pool) =>
      (await world.aws.describeIdentityProvider({ UserPoolId: of, ProviderName: name })).IdentityProvider;

    for (const type of Object.keys(added) as (keyof typeof added)[]) {
      it(`${type}: what was given, what Cognito adds, and no private key`, async () => {
        const created = await createProvider(world, pool, type, type, {
          AttributeMapping: { email: 'mail', 'custom:dept': 'department' },
        });
        const { private_key: _, ...shown } = details[type];
        assert.deepEqual(created?.ProviderDetails, { ...added[type], ...shown });
        assert.deepEqual(created?.AttributeMapping, {
          email: 'mail',
          'custom:dept': 'department',
          username: subjects[type],
        });
        assert.equal(created?.ProviderType, type);
        assert.equal(created?.UserPoolId, pool);
        assert.equal(created?.IdpIdentifiers, undefined);
        assert.deepEqual(created?.CreationDate, created?.LastModifiedDate);
        assert.deepEqual(await describeProvider(type), created);
      });
    }

    it('SAML: the addresses of its metadata, no mapping of its own', async () => {
      const provider = await createProvider(world, pool, 'Corp', 'SAML', {
        ProviderDetails: { MetadataFile: metadata, IDPSignout: 'true', RequestSigningAlgorithm: 'rsa-sha256' },
      });
      assert.deepEqual(provider?.ProviderDetails, {
        MetadataFile: metadata,
        IDPSignout: 'true',
        RequestSigningAlgorithm: 'rsa-sha256',
        SSORedirectBindingURI: 'https://idp.example.com/sso?x=1&y=2',
        SLORedirectBindingURI: 'https://idp.example.com/slo',
      });
      assert.deepEqual(provider?.AttributeMapping, {});
      const byUrl = await createProvider(world, pool, 'ByUrl', 'SAML', {
        ProviderDetails: { MetadataURL: 'https://idp.example.com/metadata' },
      });
      assert.deepEqual(byUrl?.ProviderDetails, { MetadataURL: 'https://idp.example.com/metadata' });
    });

    it('keeps no secret in plain text', async () => {
      await createProvider(world, pool, 'Sealed', 'OIDC', {
        ProviderDetails: { ...details.OIDC, client_secret: 'never-in-plain-text' },
      });
      const rows = await world.app.foundation.storage.db.selectFrom('identity_providers').selectAll().execute();
      assert(rows.some(({ name }) => name === 'Sealed'));
      assert(!JSON.stringify(rows).includes('never-in-plain-text'));
      assert(!JSON.stringify(rows).includes('a-private-key'));
      assert.equal((await describeProvider('Sealed'))?.ProviderDetails?.client_secret, 'never-in-plain-text');
    });

    it('replaces what an update says and leaves the rest', async () => {
      await createProvider(world, pool, 'Changing', 'OIDC', {
        AttributeMapping: { email: 'mail' },
        IdpIdentifiers: ['old.example.com', 'kept.example.com'],
        AcrMapping: { Level1: 'basic' },
      });
      world.clock.advance(5000);
      const { IdentityProvider: mapped } = await world.aws.updateIdentityProvider({
        UserPoolId: pool,
        ProviderName: 'Changing',
        AttributeMapping: { name: 'full_name' },
      });
      assert.deepEqual(mapped?.AttributeMapping, { name: 'full_name', username: 'sub' });
      assert.deepEqual(mapped?.IdpIdentifiers, ['old.example.com', 'kept.example.com']);
      assert.deepEqual(mapped?.AcrMapping, { Level1: 'basic' });
      assert.deepEqual(mapped?.ProviderDetails, { ...details.OIDC, attributes_url_add_attributes: 'false' });
      assert((mapped?.LastModifiedDate?.getTime() ?? 0) - (mapped?.CreationDate?.getTime() ?? 0) >= 5000);

      const { IdentityProvider: moved } = await world.aws.updateIdentityProvider({
        UserPoolId: pool,
        ProviderName: 'Changing',
        ProviderDetails: { ...details.OIDC, oidc_issuer: 'https://other.example.com' },
        IdpIdentifiers: ['new.example.com', 'kept.example.com'],
        AcrMapping: { Level4: 'strong' },
      });
      assert.equal(moved?.ProviderDetails?.oidc_issuer, 'https://other.example.com');
      assert.deepEqual(moved?.IdpIdentifiers, ['new.example.com', 'kept.example.com']);
      assert.deepEqual(await describeProvider('Changing'), moved);
      await refused(
        world.aws.getIdentityProviderByIdentifier({ UserPoolId: pool, IdpIdentifier: 'old.example.com' }),
        notFound,
      );
    });

    it('keeps the private key when what was described is sent back', async () => {
      const apple = await createProvider(world, await world.createPool(), 'SignInWithApple', 'SignInWithApple');
      const { IdentityProvider } = await world.aws.updateIdentityProvider({
        UserPoolId: apple?.UserPoolId,
        ProviderName: 'SignInWithApple',
        ProviderDetails: apple?.ProviderDetails,
      });
      assert.deepEqual(IdentityProvider?.ProviderDetails, apple?.ProviderDetails);
    });

    it('finds a provider by any of its identifiers', async () => {
      const provider = await createProvider(world, pool, 'Found', 'OIDC', { IdpIdentifiers: ['a.example.com', 'b'] });
      for (const IdpIdentifier of ['a.example.com', 'b']) {
        const { IdentityProvider } = await world.aws.getIdentityProviderByIdentifier({
          UserPoolId: pool,
          IdpIdentifier,
        });
        assert.deepEqual(IdentityProvider, provider);
      }
      await refused(world.aws.getIdentityProviderByIdentifier({ UserPoolId: pool, IdpIdentifier: 'Found' }), notFound);
    });

    it('gives an identifier to exactly one of ten who ask at once', async () => {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 10 }, (_, n) =>
          createProvider(world, pool, `Racer${n}`, 'OIDC', { IdpIdentifiers: [`own${n}`, 'contested'] }),
        ),
      );
      const refusals = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason] : []));
      assert.equal(refusals.length, 9);
      for (const { name, message } of refusals) {
        assert.equal(name, 'InvalidParameterException');
        assert.match(message, /^IdpIdentifier contested is already used/);
      }
      const { IdentityProvider } = await world.aws.getIdentityProviderByIdentifier({
        UserPoolId: pool,
        IdpIdentifier: 'contested',
      });
      await refused(
        world.aws.updateIdentityProvider({
          UserPoolId: pool,
          ProviderName: 'Changing',
          IdpIdentifiers: ['contested'],
        }),
        'InvalidParameterException',
      );
      assert.deepEqual((await describeProvider('Changing'))?.IdpIdentifiers, ['new.example.com', 'kept.example.com']);
      // Gone with its provider, the identifier is free again.
      await world.aws.deleteIdentityProvider({ UserPoolId: pool, ProviderName: IdentityProvider?.ProviderName });
      await createProvider(world, pool, 'Heir', 'OIDC', { IdpIdentifiers: ['contested'] });
    });

    it('lists names and dates in pages', async () => {
      const listed = await world.createPool();
      for (const name of ['One', 'Two', 'Three']) await createProvider(world, listed, name);
      const names: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await world.aws.listIdentityProviders({ UserPoolId: listed, MaxResults: 2, NextToken });
        for (const provider of page.Providers ?? []) {
          assert.deepEqual(Object.keys(provider).sort(), [
            'CreationDate',
            'LastModifiedDate',
            'ProviderName',
            'ProviderType',
          ]);
          names.push(provider.ProviderName ?? '');
        }
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      assert.deepEqual(names, ['One', 'Three', 'Two']);
      const all = await world.aws.listIdentityProviders({ UserPoolId: listed, MaxResults: 0 });
      assert.equal(all.Providers?.length, 3);
      assert.equal(all.NextToken, undefined);
      await refused(
        world.aws.listIdentityProviders({ UserPoolId: listed, NextToken: 'forged' }),
        'InvalidParameterException',
        'Invalid pagination token.',
      );
    });

    it('holds at most 300 in a pool', async () => {
      const full = await world.createPool();
      const { db } = world.app.foundation.storage;
      const row = { pool_id: full, type: 'OIDC', config: '{}', details: '', created_at: 1, modified_at: 1 };
      await db
        .insertInto('identity_providers')
        .values(Array.from({ length: 299 }, (_, n) => ({ ...row, name: `P${n}` })))
        .execute();
      await createProvider(world, full, 'Last');
      await refused(createProvider(world, full, 'OneMore'), 'LimitExceededException');
    });

    it('lets app clients name the providers there are, and no others', async () => {
      const client = await world.createClient(pool, { SupportedIdentityProviders: ['COGNITO', 'Google', 'Corp'] });
      const supported = async () =>
        (await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: client })).UserPoolClient
          ?.SupportedIdentityProviders;
      assert.deepEqual(await supported(), ['COGNITO', 'Google', 'Corp']);
      const missing = `The provider Nowhere does not exist for User Pool ${pool}`;
      await refused(
        world.createClient(pool, { SupportedIdentityProviders: ['Nowhere'] }),
        'InvalidParameterException',
        missing,
      );
      // A client goes on naming a deleted provider until somebody updates it.
      await world.aws.deleteIdentityProvider({ UserPoolId: pool, ProviderName: 'Corp' });
      assert.deepEqual(await supported(), ['COGNITO', 'Google', 'Corp']);
      await refused(
        world.aws.updateUserPoolClient({
          UserPoolId: pool,
          ClientId: client,
          SupportedIdentityProviders: ['COGNITO', 'Corp'],
        }),
        'InvalidParameterException',
        `The provider Corp does not exist for User Pool ${pool}`,
      );
    });

    it('says of a provider that is not there that it is not there', async () => {
      const nobody = { UserPoolId: pool, ProviderName: 'Nobody' };
      const message = 'Identity provider Nobody does not exist.';
      await refused(world.aws.describeIdentityProvider(nobody), notFound, message);
      await refused(world.aws.updateIdentityProvider(nobody), notFound, message);
      await refused(world.aws.deleteIdentityProvider(nobody), notFound, message);
      const nowhere = { UserPoolId: 'us-east-1_nowhere00', ProviderName: 'Google' };
      await refused(world.aws.describeIdentityProvider(nowhere), notFound);
      await refused(world.aws.listIdentityProviders({ UserPoolId: nowhere.UserPoolId }), notFound);
      const own = { UserPoolId: pool, ProviderName: 'COGNITO' };
      await refused(world.aws.updateIdentityProvider(own), 'UnsupportedIdentityProviderException');
      await refused(world.aws.deleteIdentityProvider(own), 'UnsupportedIdentityProviderException');
    });

    it('goes with its pool', async () => {
      const doomed = await world.createPool();
      await createProvider(world, doomed, 'Gone', 'OIDC', { IdpIdentifiers: ['gone'] });
      await world.aws.deleteUserPool({ UserPoolId: doomed });
      await refused(world.aws.describeIdentityProvider({ UserPoolId: doomed, ProviderName: 'Gone' }), notFound);
    });
  });
}
