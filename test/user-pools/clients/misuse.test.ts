/** What CreateUserPoolClient and UpdateUserPoolClient refuse, in Cognito's words, and the borders of what they take. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  CreateUserPoolClientCommandInput,
  TimeUnitsType,
  UpdateUserPoolClientCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { startWorld, type World } from '../../support/world.ts';

type Input = Partial<CreateUserPoolClientCommandInput>;
type Refusal = [what: string, input: Input, name: string, message: string];

const invalid = 'InvalidParameterException';
const oauth = (rest: Input): Input => ({
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid'],
  CallbackURLs: ['https://example.com'],
  ...rest,
});
const flowsAndScopes =
  'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.';
const analytics =
  'Invalid analytics configuration given, either <application arn> or <application id, role arn, external id> are valid';
const RoleArn = 'arn:aws:iam::123456789012:role/analytics';
const ApplicationArn = 'arn:aws:mobiletargeting:us-east-1:123456789012:apps/d70b2ba36a8c4dc5a04a0451a31a1e12';

const refusals: Refusal[] = [
  ...['http://example.com/cb', 'http://localhost.example.com', 'HTTP://EXAMPLE.COM', 'http://127.0.0.2/'].flatMap(
    (url): Refusal[] =>
      (['CallbackURLs', 'LogoutURLs'] as const).map(member => [
        `${member} with ${url}`,
        { [member]: [url] },
        invalid,
        `${url} cannot use the HTTP protocol.`,
      ]),
  ),
  [
    'a callback with a fragment',
    { CallbackURLs: ['https://example.com/#/home'] },
    invalid,
    'https://example.com/#/home cannot use fragment',
  ],
  ['a relative callback', { CallbackURLs: ['example.com/cb'] }, invalid, 'example.com/cb is not a valid URL.'],
  [
    'a default callback that is none',
    { CallbackURLs: ['https://example.com'], DefaultRedirectURI: 'https://example.com/' },
    invalid,
    'The default redirect URI https://example.com/ is not in the callback URIs list.',
  ],
  ['OAuth without flows', oauth({ AllowedOAuthFlows: undefined }), invalid, flowsAndScopes],
  ['OAuth without scopes', oauth({ AllowedOAuthScopes: [] }), invalid, flowsAndScopes],
  ...(['code', 'implicit'] as const).map(
    (flow): Refusal => [
      `the ${flow} flow without callback`,
      oauth({ AllowedOAuthFlows: [flow], CallbackURLs: undefined }),
      'InvalidOAuthFlowException',
      'CallbackUrls can not be empty when code flow or implicit flow is selected',
    ],
  ),
  [
    'client credentials of a client without any',
    oauth({ AllowedOAuthFlows: ['client_credentials'] }),
    'InvalidOAuthFlowException',
    'client_credentials flow can not be selected if client does not have a client secret.',
  ],
  [
    'client credentials beside a person’s flow',
    oauth({ AllowedOAuthFlows: ['client_credentials', 'code'] }),
    'InvalidOAuthFlowException',
    'client_credentials flow can not be selected along with code flow or implicit flow.',
  ],
  [
    'a scope that nobody has made',
    oauth({ AllowedOAuthScopes: ['openid', 'api/read'] }),
    'ScopeDoesNotExistException',
    'Invalid scope requested: api/read',
  ],
  [
    'old and new names of flows',
    { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'USER_PASSWORD_AUTH'] },
    invalid,
    "Auth flow name with prefix 'ALLOW' cannot be used with legacy auth flow names.",
  ],
  [
    'rotation beside the flow that does not rotate',
    { ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'], RefreshTokenRotation: { Feature: 'ENABLED' } },
    invalid,
    'ALLOW_REFRESH_TOKEN_AUTH is not a permitted ExplicitAuthFlow when refresh token rotation is enabled.',
  ],
  [
    'a long grace period',
    { RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 61 } },
    invalid,
    "1 validation error detected: Value '61' at 'refreshTokenRotation.retryGracePeriodSeconds' failed to satisfy constraint: Member must have value less than or equal to 60",
  ],
  [
    'context data of a client without secret',
    { EnablePropagateAdditionalUserContextData: true },
    invalid,
    'Client Secret is required to set EnablePropagateAdditionalUserContextData as true',
  ],
  ['half of the analytics', { AnalyticsConfiguration: { ApplicationId: 'd70b', RoleArn } }, invalid, analytics],
  ['both kinds of analytics', { AnalyticsConfiguration: { ApplicationArn, RoleArn } }, invalid, analytics],
];

const attributes: [what: string, input: Input, kind: 'read' | 'write'][] = [
  ['an attribute that is not there', { ReadAttributes: ['custom:no'] }, 'read'],
  ['an attribute that is not there', { WriteAttributes: ['email', 'custom:no'] }, 'write'],
  ['a custom attribute without its prefix', { WriteAttributes: ['email', 'plan'] }, 'write'],
  ...['sub', 'identities', 'email_verified', 'phone_number_verified', 'dev:custom:rank'].map(
    (name): [string, Input, 'write'] => [name, { WriteAttributes: ['email', name] }, 'write'],
  ),
  ['everything but what is required', { WriteAttributes: ['name'] }, 'write'],
];

type Validity = [value: number, unit: TimeUnitsType | undefined];
const accessOf = ([AccessTokenValidity, AccessToken]: Validity): Input => ({
  AccessTokenValidity,
  TokenValidityUnits: { AccessToken },
});
const idOf = ([IdTokenValidity, IdToken]: Validity): Input => ({ IdTokenValidity, TokenValidityUnits: { IdToken } });
const refreshOf = ([RefreshTokenValidity, RefreshToken]: Validity): Input => ({
  RefreshTokenValidity,
  TokenValidityUnits: { RefreshToken },
});
// Five minutes to a day; an hour to ten years.
const shortLived = {
  good: [
    [1, undefined],
    [24, undefined],
    [300, 'seconds'],
    [86_400, 'seconds'],
    [5, 'minutes'],
    [1, 'days'],
  ],
  bad: [
    [25, undefined],
    [299, 'seconds'],
    [4, 'minutes'],
    [1441, 'minutes'],
    [2, 'days'],
    [86_400, 'days'],
  ],
} satisfies Record<string, Validity[]>;
const longLived = {
  good: [
    [1, undefined],
    [3650, undefined],
    [3600, 'seconds'],
    [60, 'minutes'],
    [1, 'hours'],
    [315_360_000, 'seconds'],
  ],
  bad: [
    [3651, undefined],
    [3599, 'seconds'],
    [59, 'minutes'],
    [87_601, 'hours'],
    [315_360_000, 'minutes'],
  ],
} satisfies Record<string, Validity[]>;

describe('misuse of app clients', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
    pool = await world.createPool({
      Schema: [
        { Name: 'email', Required: true, Mutable: true },
        { Name: 'plan', AttributeDataType: 'String', Mutable: true },
        { Name: 'rank', AttributeDataType: 'Number', Mutable: true, DeveloperOnlyAttribute: true },
      ],
    });
    client = await world.createClient(pool);
  });
  after(() => world.stop());

  const create = (input: Input) => world.aws.createUserPoolClient({ UserPoolId: pool, ClientName: 'c', ...input });
  const update = (input: Input) =>
    world.aws.updateUserPoolClient({
      UserPoolId: pool,
      ClientId: client,
      ...input,
    } as UpdateUserPoolClientCommandInput);

  for (const [what, input, name, message] of refusals)
    it(`refuses ${what}`, async () => {
      await assert.rejects(create(input), { name, message });
      await assert.rejects(update(input), { name, message });
    });

  for (const [what, input, kind] of attributes)
    it(`refuses to let a client ${kind} ${what}`, async () => {
      const message = (doing: string) => `Invalid ${kind} attributes specified while ${doing} a client`;
      await assert.rejects(create(input), { name: invalid, message: message('creating') });
      await assert.rejects(update(input), { name: invalid, message: message('updating') });
    });

  it('refuses a provider that the pool does not have', async () => {
    const SupportedIdentityProviders = ['COGNITO', 'Google'];
    const message = `The provider Google does not exist for User Pool ${pool}`;
    await assert.rejects(create({ SupportedIdentityProviders }), { name: invalid, message });
    await assert.rejects(update({ SupportedIdentityProviders }), { name: invalid, message });
  });

  it('refuses a secret of the caller’s where one is to be generated', () =>
    assert.rejects(create({ GenerateSecret: true, ClientSecret: 'x'.repeat(24) }), { name: invalid }));

  for (const [kind, input, { good, bad }] of [
    ['access', accessOf, shortLived],
    ['ID', idOf, shortLived],
    ['refresh', refreshOf, longLived],
  ] as const) {
    it(`takes ${kind} tokens that live as long as they may`, async () => {
      for (const validity of good) await create(input(validity as Validity));
    });
    it(`refuses ${kind} tokens that live shorter or longer`, async () => {
      const message = 'Invalid range for token validity.';
      for (const validity of bad) {
        await assert.rejects(create(input(validity as Validity)), { name: invalid, message });
        await assert.rejects(update(input(validity as Validity)), { name: invalid, message });
      }
    });
  }

  it('refuses refresh tokens that end before the others', async () => {
    const message =
      'Access and Id Token expiration times must be less than or equal to refresh token expiration times.';
    const refresh = { RefreshTokenValidity: 2, TokenValidityUnits: { RefreshToken: 'hours' as const } };
    await assert.rejects(create({ ...refresh, AccessTokenValidity: 3 }), { name: invalid, message });
    await assert.rejects(create({ ...refresh, IdTokenValidity: 3 }), { name: invalid, message });
    await create({ ...refresh, AccessTokenValidity: 2, IdTokenValidity: 2 });
  });

  it('takes thirty days for refresh tokens where nothing or nought is said, in whatever unit', async () => {
    for (const [RefreshToken, days30] of [
      ['seconds', 2_592_000],
      ['minutes', 43_200],
      ['hours', 720],
      ['days', 30],
    ] as const)
      for (const RefreshTokenValidity of [undefined, 0]) {
        const { UserPoolClient } = await create({ RefreshTokenValidity, TokenValidityUnits: { RefreshToken } });
        assert.equal(UserPoolClient?.RefreshTokenValidity, days30);
      }
  });

  it('takes old names of flows among themselves, and rotation without a grace period', async () => {
    const { UserPoolClient } = await create({
      ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH', 'USER_PASSWORD_AUTH', 'CUSTOM_AUTH_FLOW_ONLY'],
      RefreshTokenRotation: { Feature: 'ENABLED' },
      AnalyticsConfiguration: { ApplicationArn },
    });
    assert.deepEqual(UserPoolClient?.RefreshTokenRotation, { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 });
    assert.deepEqual(UserPoolClient?.AnalyticsConfiguration, { ApplicationArn, UserDataShared: false });
  });

  it('offers no choice of factors on the LITE plan', async () => {
    const UserPoolId = await world.createPool({ UserPoolTier: 'LITE' });
    const input = { UserPoolId, ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const] };
    await assert.rejects(create(input), { name: 'FeatureUnavailableInTierException' });
    const { UserPoolClient } = await create({ ...input, ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    const later = { ...input, ClientId: UserPoolClient?.ClientId };
    await assert.rejects(update(later), { name: 'FeatureUnavailableInTierException' });
  });

  it('a refused update leaves the client as it was', async () => {
    const before = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: client });
    await assert.rejects(update({ ClientName: 'new', CallbackURLs: ['nowhere'] }), { name: invalid });
    const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId: pool, ClientId: client });
    assert.deepEqual(UserPoolClient, before.UserPoolClient);
  });
});
