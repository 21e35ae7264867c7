/** What CreateIdentityProvider and UpdateIdentityProvider refuse. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { CreateIdentityProviderCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';
import { createProvider, details } from './providers.ts';

type Input = Partial<CreateIdentityProviderCommandInput>;

const oidc = (more: Record<string, string>): Input => ({ ProviderDetails: { ...details.OIDC, ...more } });
const saml = (ProviderDetails: Record<string, string>): Input => ({
  ProviderType: 'SAML',
  ProviderDetails: { MetadataURL: 'https://idp.example.com/metadata', ...ProviderDetails },
});
const social = (type: 'Google' | 'Facebook' | 'LoginWithAmazon', without: string): Input => ({
  ProviderName: type,
  ProviderType: type,
  ProviderDetails: { ...details[type], [without]: '' },
});
const needsThree = 'client_id, client_secret and authorize_scopes are all required idp details.';

const refusals: [what: string, input: Input, message: string][] = [
  ['Google by another name', { ProviderType: 'Google' }, 'Provider Mine cannot be of type Google.'],
  ['OIDC by the name of Google', { ProviderName: 'Google' }, 'Provider Google cannot be of type OIDC.'],
  [
    'a provider by the name of the pool itself',
    { ProviderName: 'COGNITO' },
    'Provider COGNITO cannot be of type OIDC.',
  ],
  ['Google without an id', social('Google', 'client_id'), needsThree],
  ['Facebook without a secret', social('Facebook', 'client_secret'), needsThree],
  ['Login with Amazon without scopes', social('LoginWithAmazon', 'authorize_scopes'), needsThree],
  [
    'Apple without its key',
    {
      ProviderName: 'SignInWithApple',
      ProviderType: 'SignInWithApple',
      ProviderDetails: { ...details.SignInWithApple, private_key: '' },
    },
    'client_id, team_id, key_id, private_key and authorize_scopes are all required idp details.',
  ],
  [
    'OIDC without an issuer',
    oidc({ oidc_issuer: '' }),
    'client_id, client_secret, authorize_scopes, oidc_issuer and attributes_request_method are all required idp details.',
  ],
  ['an issuer that is no URL', oidc({ oidc_issuer: 'auth' }), 'oidc_issuer must be a valid https URL, not auth.'],
  [
    'an issuer without TLS',
    oidc({ oidc_issuer: 'http://auth.example.com' }),
    'oidc_issuer must be a valid https URL, not http://auth.example.com.',
  ],
  [
    'keys without TLS',
    oidc({ jwks_uri: 'http://localhost.example.com/keys' }),
    'jwks_uri must be a valid https URL, not http://localhost.example.com/keys.',
  ],
  [
    'an unknown request method',
    oidc({ attributes_request_method: 'PUT' }),
    'attributes_request_method must be GET or POST, not PUT.',
  ],
  [
    'SAML without metadata',
    { ProviderType: 'SAML', ProviderDetails: { IDPSignout: 'true' } },
    'Either MetadataURL or MetadataFile is a required idp detail.',
  ],
  [
    'metadata of something else',
    saml({ MetadataFile: '<html lang="en"></html>' }),
    'MetadataFile is not the SAML metadata of an identity provider.',
  ],
  ['a flag that is neither', saml({ IDPSignout: 'yes' }), 'IDPSignout must be true or false, not yes.'],
  [
    'a weak signature',
    saml({ RequestSigningAlgorithm: 'rsa-sha1' }),
    'RequestSigningAlgorithm must be rsa-sha256, not rsa-sha1.',
  ],
  [
    'mappings to attributes that the pool does not have',
    { AttributeMapping: { email: 'mail', 'custom:nope': 'x', nick: 'y' } },
    'AttributeMapping contains invalid mapping: [custom:nope, nick]',
  ],
  [
    'a mapping to what only the service sets',
    { AttributeMapping: { sub: 'sub' } },
    'AttributeMapping contains invalid mapping: [sub]',
  ],
  ['an unknown level', { AcrMapping: { Level5: 'x' } }, 'AcrMapping contains invalid level: Level5'],
  [
    'levels of a SAML provider',
    { ...saml({}), AcrMapping: { Level1: 'x' } },
    'AcrMapping is only supported for OIDC identity providers.',
  ],
  ['an identifier twice', { IdpIdentifiers: ['a', 'b', 'a'] }, 'IdpIdentifiers contains a more than once.'],
];

describe('identity providers that are refused', () => {
  let world: World;
  let pool: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
  });
  after(() => world.stop());

  for (const [what, input, message] of refusals) {
    it(what, async () => {
      const { ProviderName = 'Mine', ProviderType = 'OIDC' } = input;
      await refused(
        createProvider(world, pool, ProviderName, ProviderType, input),
        'InvalidParameterException',
        message,
      );
    });
  }

  it('leave nothing behind', async () => {
    const { Providers } = await world.aws.listIdentityProviders({ UserPoolId: pool });
    assert.deepEqual(Providers, []);
  });

  it('a name that is taken, by its exact letters', async () => {
    await createProvider(world, pool, 'Mine');
    await refused(
      createProvider(world, pool, 'Mine', 'SAML'),
      'DuplicateProviderException',
      `Mine already exists in user pool ${pool}`,
    );
    await createProvider(world, pool, 'mine');
  });

  it('an update that would lose what the type needs', async () => {
    await refused(
      world.aws.updateIdentityProvider({ UserPoolId: pool, ProviderName: 'Mine', ProviderDetails: { client_id: 'x' } }),
      'InvalidParameterException',
    );
    const { IdentityProvider } = await world.aws.describeIdentityProvider({ UserPoolId: pool, ProviderName: 'Mine' });
    assert.equal(IdentityProvider?.ProviderDetails?.client_id, details.OIDC.client_id);
  });

  it('this machine may be named without TLS', async () => {
    const provider = await createProvider(world, pool, 'Local', 'OIDC', oidc({ oidc_issuer: 'http://localhost:8080' }));
    assert.equal(provider?.ProviderDetails?.oidc_issuer, 'http://localhost:8080');
  });
});
