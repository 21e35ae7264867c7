/** AdminLinkProviderForUser and AdminDisableProviderForUser: which identities lead to which user, and where that is shown. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { findProvider } from '../../../src/storage/identity-providers.ts';
import { findPool } from '../../../src/storage/pools.ts';
import {
  addFederatedUser,
  findIdentity,
  type ProvenIdentity,
} from '../../../src/user-pools/federation/federated-user.ts';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { claimsOf } from '../tokens/decode.ts';
import { refused } from '../users/refused.ts';
import { createProvider, metadata } from './providers.ts';

const invalid = 'InvalidParameterException';
const merging = 'Merging is not currently supported, provide a SourceUser that has not been signed up in order to link';

for (const engine of engines) {
  describe(`linking (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
      await createProvider(world, pool, 'Google', 'Google');
      await createProvider(world, pool, 'Okta', 'OIDC', { AttributeMapping: { email: 'email', name: 'name' } });
      await createProvider(world, pool, 'Corp', 'SAML', {
        ProviderDetails: { MetadataFile: metadata },
        AttributeMapping: { email: 'mail' },
      });
    });
    after(() => world.stop());

    const link = (
      destination: string,
      provider: string,
      value: string,
      { attribute = 'Cognito_Subject', destinationProvider = 'Cognito' } = {},
    ) =>
      world.aws.adminLinkProviderForUser({
        UserPoolId: pool,
        DestinationUser: { ProviderName: destinationProvider, ProviderAttributeValue: destination },
        SourceUser: { ProviderName: provider, ProviderAttributeName: attribute, ProviderAttributeValue: value },
      });
    const unlink = (ProviderName: string, ProviderAttributeValue: string, ProviderAttributeName = 'Cognito_Subject') =>
      world.aws.adminDisableProviderForUser({
        UserPoolId: pool,
        User: { ProviderName, ProviderAttributeName, ProviderAttributeValue },
      });

    const attributesOf = async (Username: string) =>
      (await world.aws.adminGetUser({ UserPoolId: pool, Username })).UserAttributes;
    const identitiesOf = async (username: string): Promise<Record<string, unknown>[] | undefined> => {
      const text = (await attributesOf(username))?.find(({ Name }) => Name === 'identities')?.Value;
      return text === undefined ? undefined : JSON.parse(text);
    };

    /** What federation will do with what a provider has proven. */
    const federation = async (provider: string) => {
      const { storage, sealer } = world.app.foundation;
      const { db } = storage;
      const [found, of] = [await findProvider(db, { sealer }, pool, provider), await findPool(db, pool)];
      assert(found && of);
      const call = { db, clock: world.clock, pool: of };
      return {
        arrive: (proven: ProvenIdentity) => addFederatedUser(call, found, proven),
        find: (proven: ProvenIdentity) => findIdentity(call, found, proven),
      };
    };

    it('shows linked identities to administrators, in lists and to the person', async () => {
      const sub = await world.createUser(pool, 'alice');
      const now = world.clock.now();
      await link('alice', 'Google', '1234');
      await link(sub, 'Corp', 'Alice@Example.com', { attribute: 'email' });
      const identities = await identitiesOf('alice');
      const dates = identities?.map(({ dateCreated }) => dateCreated as number) ?? [];
      assert(dates.every(date => date >= now && date <= world.clock.now()));
      assert.deepEqual(identities, [
        {
          userId: '1234',
          providerName: 'Google',
          providerType: 'Google',
          issuer: null,
          primary: false,
          dateCreated: dates[0],
        },
        {
          userId: 'Alice@Example.com',
          providerName: 'Corp',
          providerType: 'SAML',
          issuer: 'http://idp.example.com/saml?a=1&b=2',
          primary: false,
          dateCreated: dates[1],
        },
      ]);
      const text = (list: { Name?: string; Value?: string }[] | undefined) =>
        list?.find(({ Name }) => Name === 'identities')?.Value;
      const { Users } = await world.aws.listUsers({ UserPoolId: pool, Filter: `sub = "${sub}"` });
      assert.equal(text(Users?.[0]?.Attributes), JSON.stringify(identities));

      const { AccessToken, IdToken } = await world.signIn(client, 'alice');
      const { UserAttributes } = await world.browser.getUser({ AccessToken });
      assert.equal(text(UserAttributes), JSON.stringify(identities));
      assert.deepEqual(claimsOf(IdToken).identities, [
        {
          dateCreated: String(dates[0]),
          userId: '1234',
          providerName: 'Google',
          providerType: 'Google',
          issuer: null,
          primary: 'false',
        },
        {
          dateCreated: String(dates[1]),
          userId: 'Alice@Example.com',
          providerName: 'Corp',
          providerType: 'SAML',
          issuer: 'http://idp.example.com/saml?a=1&b=2',
          primary: 'false',
        },
      ]);
      assert.equal(claimsOf(AccessToken).identities, undefined);
    });

    it('shows identities also to a client that may read little, and nothing where there are none', async () => {
      await world.createUser(pool, 'narrow');
      const shy = await world.createClient(pool, { ReadAttributes: ['email'] });
      assert.equal('identities' in claimsOf((await world.signIn(shy, 'narrow')).IdToken), false);
      await link('narrow', 'Google', 'narrow-id');
      assert.equal((claimsOf((await world.signIn(shy, 'narrow')).IdToken).identities as unknown[]).length, 1);
    });

    it('nobody writes identities but by linking', async () => {
      await world.createUser(pool, 'writer');
      await refused(
        world.aws.adminUpdateUserAttributes({
          UserPoolId: pool,
          Username: 'writer',
          UserAttributes: [{ Name: 'identities', Value: '[]' }],
        }),
        invalid,
      );
    });

    it('leads an identity to one user: by its exact letters, through its subject or a linked attribute', async () => {
      const sub = await world.createUser(pool, 'bob');
      await link('bob', 'Okta', 'MDRHj2Asx8');
      await link('bob', 'Okta', 'bob@example.com', { attribute: 'email' });
      const okta = await federation('Okta');
      const found = async (subject: string, email = '') => (await okta.find({ subject, attributes: { email } }))?.sub;
      assert.equal(await found('MDRHj2Asx8'), sub);
      assert.equal(await found('mdrhj2asx8'), undefined);
      assert.equal(await found('another', 'bob@example.com'), sub);
      assert.equal(await found('another', 'carol@example.com'), undefined);
      assert.equal(await found('another'), undefined);

      await world.createUser(pool, 'carol');
      await refused(link('bob', 'Okta', 'MDRHj2Asx8'), invalid, 'SourceUser is already linked to DestinationUser');
      await refused(link('carol', 'Okta', 'MDRHj2Asx8'), 'AliasExistsException');
      assert.equal(await identitiesOf('carol'), undefined);
    });

    it('gives an identity to exactly one of ten users for whom it is claimed at once', async () => {
      const names = Array.from({ length: 10 }, (_, n) => `claimant${n}`);
      await Promise.all(names.map(name => world.createUser(pool, name)));
      const outcomes = await Promise.allSettled(names.map(name => link(name, 'Google', 'contested')));
      const refusals = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
      assert.deepEqual(refusals, Array(9).fill('AliasExistsException'));
      const shown = await Promise.all(names.map(identitiesOf));
      assert.equal(shown.filter(identities => identities !== undefined).length, 1);
    });

    it('links five identities to a user and no sixth, also when all come at once', async () => {
      await world.createUser(pool, 'crowded');
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, n) => link('crowded', 'Google', `crowd-${n}`)),
      );
      const refusals = outcomes.flatMap(outcome => (outcome.status === 'rejected' ? [outcome.reason.name] : []));
      assert.deepEqual(refusals, Array(3).fill('LimitExceededException'));
      assert.equal((await identitiesOf('crowded'))?.length, 5);
    });

    it('links identities of a provider by five attributes and no sixth', async () => {
      const mapped = ['email', 'name', 'nickname', 'locale', 'zoneinfo', 'gender'];
      await createProvider(world, pool, 'Many', 'OIDC', {
        AttributeMapping: Object.fromEntries(mapped.map(name => [name, name])),
      });
      await world.createUser(pool, 'dave');
      await world.createUser(pool, 'dora');
      for (const attribute of mapped.slice(0, 5)) await link('dave', 'Many', 'dave', { attribute });
      await refused(link('dora', 'Many', 'dora', { attribute: 'gender' }), 'LimitExceededException');
      await link('dora', 'Many', 'dora', { attribute: 'email' });
    });

    it('merges no one who has come by themselves, until that profile is gone', async () => {
      await world.createUser(pool, 'erin');
      const okta = await federation('Okta');
      const { sub, username } = await okta.arrive({ subject: 'Erin-1', attributes: { email: 'erin@example.com' } });
      assert.equal(username, 'Okta_Erin-1');
      const { UserStatus } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'Okta_Erin-1' });
      assert.equal(UserStatus, 'EXTERNAL_PROVIDER');
      assert.equal((await identitiesOf('Okta_Erin-1'))?.[0]?.primary, true);

      await refused(link('erin', 'Okta', 'Erin-1'), invalid, merging);
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'Okta_Erin-1' });
      await link('erin', 'Okta', 'Erin-1');
      const found = await okta.find({ subject: 'Erin-1', attributes: {} });
      assert(found && found.sub !== sub && !found.primary);
    });

    it('links to somebody who came from a provider, named by their id there', async () => {
      const okta = await federation('Okta');
      const { sub } = await okta.arrive({ subject: 'frank', attributes: {} });
      await link('frank', 'Google', 'frank-at-google', { destinationProvider: 'Okta' });
      assert.equal((await (await federation('Google')).find({ subject: 'frank-at-google', attributes: {} }))?.sub, sub);
      assert.deepEqual(
        (await identitiesOf('Okta_frank'))?.map(({ providerName, primary }) => [providerName, primary]),
        [
          ['Okta', true],
          ['Google', false],
        ],
      );
      await refused(
        link('nobody', 'Google', 'x', { destinationProvider: 'Okta' }),
        'UserNotFoundException',
        'User does not exist.',
      );
    });

    it('lets somebody who came from a provider have a password of their own', async () => {
      await (await federation('Okta')).arrive({ subject: 'olivia', attributes: {} });
      await refused(world.signIn(client, 'Okta_olivia'), 'NotAuthorizedException', 'Incorrect username or password.');
      await world.aws.adminSetUserPassword({
        UserPoolId: pool,
        Username: 'Okta_olivia',
        Password: goodPassword,
        Permanent: true,
      });
      const { UserStatus } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'Okta_olivia' });
      assert.equal(UserStatus, 'CONFIRMED');
      const { identities } = claimsOf((await world.signIn(client, 'Okta_olivia')).IdToken);
      assert.deepEqual(
        (identities as { primary: string }[]).map(({ primary }) => primary),
        ['true'],
      );
    });

    it('folds the names of federated users where the pool folds names, and never their ids', async () => {
      const folding = await world.createPool({ UsernameConfiguration: { CaseSensitive: false } });
      await createProvider(world, folding, 'LinkedIn', 'OIDC');
      const { storage, sealer } = world.app.foundation;
      const [provider, of] = [
        await findProvider(storage.db, { sealer }, folding, 'LinkedIn'),
        await findPool(storage.db, folding),
      ];
      assert(provider && of);
      const call = { db: storage.db, clock: world.clock, pool: of };
      const user = await addFederatedUser(call, provider, { subject: 'MDRHj2', attributes: {} });
      assert.equal(user.username, 'linkedin_mdrhj2');
      assert.equal(await findIdentity(call, provider, { subject: 'mdrhj2', attributes: {} }), undefined);
      assert.equal((await findIdentity(call, provider, { subject: 'MDRHj2', attributes: {} }))?.sub, user.sub);
    });

    it('unlinks by what was linked, and the identity is free again', async () => {
      await world.createUser(pool, 'grace');
      await world.createUser(pool, 'heidi');
      await link('grace', 'Corp', 'grace@example.com', { attribute: 'email' });
      await link('grace', 'Google', 'grace-id');
      await refused(unlink('Corp', 'grace@example.com'), 'UserNotFoundException');
      await unlink('Corp', 'grace@example.com', 'email');
      assert.deepEqual(
        (await identitiesOf('grace'))?.map(({ providerName }) => providerName),
        ['Google'],
      );
      await unlink('Google', 'grace-id');
      assert.equal(await identitiesOf('grace'), undefined);
      await refused(unlink('Google', 'grace-id'), 'UserNotFoundException');
      await link('heidi', 'Google', 'grace-id');
      assert.equal((await identitiesOf('heidi'))?.length, 1);
    });

    it('shuts out the identity that made a user, whom nobody else takes over', async () => {
      const okta = await federation('Okta');
      const { sub } = await okta.arrive({ subject: 'ivan', attributes: {} });
      await unlink('Okta', 'ivan');
      assert.equal(await identitiesOf('Okta_ivan'), undefined);
      const found = await okta.find({ subject: 'ivan', attributes: {} });
      assert.equal(found?.sub, sub);
      assert(found.disabledAt !== null);
      await world.createUser(pool, 'judy');
      await refused(link('judy', 'Okta', 'ivan'), invalid, merging);
    });

    it('takes the password from a local user, whose linked identities stay', async () => {
      await world.createUser(pool, 'kim', undefined, { email: 'kim@example.com', email_verified: 'true' });
      await link('kim', 'Google', 'kim-id');
      await unlink('Cognito', 'kim');
      await refused(world.signIn(client, 'kim'), 'NotAuthorizedException', 'Incorrect username or password.');
      const { UserStatus } = await world.aws.adminGetUser({ UserPoolId: pool, Username: 'kim' });
      assert.equal(UserStatus, 'EXTERNAL_PROVIDER');
      await refused(
        world.browser.forgotPassword({ ClientId: client, Username: 'kim' }),
        'NotAuthorizedException',
        'User password cannot be reset in the current state.',
      );
      assert.equal((await identitiesOf('kim'))?.length, 1);
      await refused(unlink('Cognito', 'kim', 'email'), invalid);
      await refused(unlink('Cognito', 'nobody'), 'UserNotFoundException');
    });

    it('goes with its user', async () => {
      await world.createUser(pool, 'leaver');
      await link('leaver', 'Google', 'leaver-id');
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'leaver' });
      const google = await federation('Google');
      assert.equal(await google.find({ subject: 'leaver-id', attributes: {} }), undefined);
    });

    it('says what is wrong with a request', async () => {
      await world.createUser(pool, 'mallory');
      await refused(
        link('mallory', 'Cognito', 'alice'),
        invalid,
        'Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a DestinationUser',
      );
      await refused(link('nobody', 'Google', 'x'), 'UserNotFoundException', 'User does not exist.');
      await refused(link('mallory', 'Nowhere', 'x'), 'ResourceNotFoundException');
      await refused(unlink('Nowhere', 'x'), 'ResourceNotFoundException');
      await refused(link('mallory', 'Google', 'x', { attribute: 'email' }), invalid);
      await refused(link('mallory', 'Okta', 'x', { attribute: 'nickname' }), invalid);
      await refused(link('mallory', 'Okta', ''), invalid);
      const named = { ProviderName: 'Google', ProviderAttributeValue: 'x' };
      await refused(
        world.aws.adminLinkProviderForUser({ UserPoolId: pool, DestinationUser: named, SourceUser: named }),
        invalid,
      );
      await refused(
        world.aws.adminLinkProviderForUser({
          UserPoolId: 'us-east-1_nowhere00',
          DestinationUser: named,
          SourceUser: { ...named, ProviderAttributeName: 'Cognito_Subject' },
        }),
        'ResourceNotFoundException',
      );
    });
  });
}
