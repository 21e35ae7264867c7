/** What somebody tries who wants an identity or credentials that are not theirs: every attempt is refused, in Cognito's words. */
import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import type { JWTPayload } from 'jose';
import { saveOidcProvider } from '../../src/storage/federated-providers.ts';
import { startWorld, type Tokens, type World } from '../support/world.ts';
import { account, createIdentityPool, createRole, payloadOf, roleArn, setRoles, userPoolName } from './house.ts';
import { type Provider, startProvider } from './provider.ts';

const denied = 'NotAuthorizedException';
const unsupported = 'Token is not from a supported provider of this identity pool.';
const notIdToken = 'Invalid login token. Not a valid OpenId Connect identity token.';
const badSignature = 'Invalid login token. Token signature invalid.';
const wrongIssuer = "Invalid login token. Issuer doesn't match providerName";
const mismatch = "Logins don't match. Please include at least one valid login for this identity or identity pool.";
const developer = 'login.my.app';
const own = 'cognito-identity.amazonaws.com';
const oidc = 'login.example.com/tenant';

let world: World;
let provider: Provider;
/** Identity pools: for all kinds of logins, for users only, with another developer's users, with mappings. */
let pool: string;
let closed: string;
let neighbour: string;
let mapped: string;
let userPool: string;
let issuer: string;
let jane: Tokens;
let others: { client: Tokens; pool: Tokens; poolName: string };
/** Identities: of jane, of joe, of a guest, and one that a guest has left behind. */
let ofJane: string;
let ofJoe: string;
let guest: string;
let disabled: string;
let developerToken: string;
let foreignDeveloperToken: string;
let guestToken: string;
let mappedJane: string;

before(async () => {
  provider = await startProvider(() => world.clock.now());
  world = await startWorld({ settings: { CENOTE_LOGIN_PROVIDERS: provider.setting } });
  const { db } = world.app.foundation.storage;
  await saveOidcProvider(db, { accountId: account, url: oidc, clientIds: ['app'], createdAt: 0 });
  userPool = await world.createPool();
  const client = await world.createClient(userPool);
  const otherClient = await world.createClient(userPool);
  const otherPool = await world.createPool();
  const clientElsewhere = await world.createClient(otherPool);
  issuer = userPoolName(userPool);
  for (const name of ['jane', 'joe']) await world.createUser(userPool, name);
  await world.createUser(otherPool, 'jane');
  jane = await world.signIn(client, 'jane');
  others = {
    client: await world.signIn(otherClient, 'jane'),
    pool: await world.signIn(clientElsewhere, 'jane'),
    poolName: userPoolName(otherPool),
  };
  const CognitoIdentityProviders = [{ ProviderName: issuer, ClientId: client }];
  pool = await createIdentityPool(world, {
    CognitoIdentityProviders,
    DeveloperProviderName: developer,
    OpenIdConnectProviderARNs: [`arn:aws:iam::${account}:oidc-provider/${oidc}`],
    SupportedLoginProviders: { 'graph.facebook.com': '123' },
  });
  closed = await createIdentityPool(world, {
    CognitoIdentityProviders,
    AllowUnauthenticatedIdentities: false,
    AllowClassicFlow: false,
  });
  neighbour = await createIdentityPool(world, { DeveloperProviderName: developer });
  mapped = await createIdentityPool(world, { CognitoIdentityProviders });
  const Roles = await setRoles(world, pool, 'refusals');
  await createRole(world, pool, 'administrators');
  await world.identity.setIdentityPoolRoles({
    IdentityPoolId: mapped,
    Roles,
    RoleMappings: { [`${issuer}:${client}`]: { Type: 'Token', AmbiguousRoleResolution: 'Deny' } },
  });
  const idOf = async (IdentityPoolId: string, Logins?: Record<string, string>) =>
    (await world.guest.getId({ IdentityPoolId, ...(Logins && { Logins }) })).IdentityId as string;
  const janes = { [issuer]: jane.IdToken };
  ofJane = await idOf(pool, janes);
  ofJoe = await idOf(pool, { [issuer]: (await world.signIn(client, 'joe')).IdToken });
  mappedJane = await idOf(mapped, janes);
  guest = await idOf(pool);
  disabled = await idOf(pool);
  await world.guest.getOpenIdToken({ IdentityId: disabled, Logins: janes });
  guestToken = (await world.guest.getOpenIdToken({ IdentityId: guest })).Token as string;
  const vouch = async (IdentityPoolId: string) => {
    const asked = { IdentityPoolId, Logins: { [developer]: 'somebody' } };
    return (await world.identity.getOpenIdTokenForDeveloperIdentity(asked)).Token as string;
  };
  developerToken = await vouch(pool);
  foreignDeveloperToken = await vouch(neighbour);
});
after(async () => {
  await world.stop();
  provider.close();
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
/** The token with other claims or header, and the signature of before. */
const changed = (token: string, claims: object, header?: object): string => {
  const [head = '', , signature = ''] = token.split('.');
  return `${header === undefined ? head : encode(header)}.${encode({ ...payloadOf(token), ...claims })}.${signature}`;
};
const unsigned = (token: string) => `${encode({ alg: 'none' })}.${encode(payloadOf(token))}.`;
/** Signed with the public key, as if that were a shared secret. */
const confused = (token: string, kid: string, secret: string) => {
  const content = `${encode({ alg: 'HS256', kid })}.${encode(payloadOf(token))}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
};
const headerOf = (token: string): { kid: string } =>
  JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
const publicKeyOf = async (token: string, url: string): Promise<string> => {
  const { keys } = (await (await fetch(url)).json()) as { keys: { kid: string }[] };
  const key = keys.find(({ kid }) => kid === headerOf(token).kid) as object;
  return createPublicKey({ key: key as never, format: 'jwk' }).export({ type: 'spki', format: 'pem' }) as string;
};

const login = (name: string, token: string) => () =>
  world.guest.getId({ IdentityPoolId: pool, Logins: { [name]: token } });
const credentials = (IdentityId: string, Logins?: Record<string, string>, CustomRoleArn?: string) => () =>
  world.guest.getCredentialsForIdentity({
    IdentityId,
    ...(Logins && { Logins }),
    ...(CustomRoleArn && { CustomRoleArn }),
  });

type Attempt = () => Promise<unknown>;
/** Made when it is run: by then the tokens are there. */
type Case = [what: string, attempt: () => Attempt | Promise<Attempt>, message: string | RegExp, name?: string];

const userPoolCases: Case[] = [
  ['no token at all', () => login(issuer, 'x'), notIdToken],
  ['an access token', () => login(issuer, jane.AccessToken), 'Invalid login token. Missing a required claim: aud'],
  ['a refresh token', () => login(issuer, jane.RefreshToken), notIdToken],
  ['the token of another app client', () => login(issuer, others.client.IdToken), unsupported],
  ['the token of another user pool', () => login(issuer, others.pool.IdToken), wrongIssuer],
  ['a user pool that is not configured', () => login(others.poolName, others.pool.IdToken), unsupported],
  ['a user pool that does not exist', () => login(userPoolName('us-east-1_Nobody123'), jane.IdToken), unsupported],
  ['another subject', () => login(issuer, changed(jane.IdToken, { sub: 'joe' })), badSignature],
  [
    'another audience',
    () => login(issuer, changed(others.client.IdToken, { aud: payloadOf(jane.IdToken).aud })),
    badSignature,
  ],
  ['a longer life', () => login(issuer, changed(jane.IdToken, { exp: 9_999_999_999 })), badSignature],
  [
    'an access token as if it were an ID token',
    () => login(issuer, changed(jane.AccessToken, { token_use: 'id', aud: payloadOf(jane.IdToken).aud })),
    badSignature,
  ],
  ['no signature, alg none', () => login(issuer, unsigned(jane.IdToken)), badSignature],
  ['a signature that is cut off', () => login(issuer, jane.IdToken.slice(0, -4)), badSignature],
  [
    'a public key as a shared secret',
    async () => {
      const pem = await publicKeyOf(jane.IdToken, `${world.url}/${userPool}/.well-known/jwks.json`);
      return login(issuer, confused(jane.IdToken, headerOf(jane.IdToken).kid, pem));
    },
    badSignature,
  ],
  [
    'an extension that must be understood',
    () => login(issuer, changed(jane.IdToken, {}, { ...headerOf(jane.IdToken), crit: ['x'] })),
    badSignature,
  ],
];

const oidcToken = (claims: JWTPayload, options?: Parameters<Provider['idToken']>[2]) =>
  provider.idToken(oidc, claims, options);
const oidcCases: Case[] = [
  [
    'an expired token',
    async () => login(oidc, await oidcToken({ exp: 1_600_000_000 })),
    /^Invalid login token. Token expired: \d+ >= 1600000000$/,
  ],
  ['another audience', async () => login(oidc, await oidcToken({ aud: 'other' })), unsupported],
  [
    'several audiences without ours',
    async () => login(oidc, await oidcToken({ aud: ['other', 'another'] })),
    unsupported,
  ],
  ['a foreign issuer', async () => login(oidc, await oidcToken({ iss: 'https://evil.example.com' })), wrongIssuer],
  [
    'an issuer that only begins alike',
    async () => login(oidc, await oidcToken({ iss: `https://${oidc}.evil.example.com` })),
    wrongIssuer,
  ],
  ['no issuer', async () => login(oidc, await oidcToken({ iss: undefined })), wrongIssuer],
  [
    'no audience',
    async () => login(oidc, await oidcToken({ aud: undefined })),
    'Invalid login token. Missing a required claim: aud',
  ],
  [
    'no subject',
    async () => login(oidc, await oidcToken({ sub: undefined })),
    'Invalid login token. Missing a required claim: sub',
  ],
  [
    'no end',
    async () => login(oidc, await oidcToken({ exp: undefined })),
    'Invalid login token. Missing a required claim: exp',
  ],
  ['a token of tomorrow', async () => login(oidc, await oidcToken({ nbf: 9_999_999_999 })), notIdToken],
  ['a stranger’s key', async () => login(oidc, await oidcToken({}, { key: provider.stranger })), badSignature],
  [
    'a key that is not published',
    async () => login(oidc, await oidcToken({}, { kid: 'two', key: provider.stranger })),
    badSignature,
  ],
  ['no signature, alg none', async () => login(oidc, unsigned(await oidcToken({}))), notIdToken],
  [
    'a public key as a shared secret',
    async () => {
      const key = new TextEncoder().encode(await provider.publicPem());
      return login(oidc, await oidcToken({}, { alg: 'HS256', key }));
    },
    notIdToken,
  ],
  ['the token of one provider for another', async () => login('graph.facebook.com', await oidcToken({})), notIdToken],
];

const ownCases: Case[] = [
  ['a guest’s token', () => credentials(guest, { [own]: guestToken }), unsupported],
  ['the token of another identity pool', () => credentials(ofJane, { [own]: foreignDeveloperToken }), unsupported],
  ['a token for somebody else’s identity', () => credentials(ofJane, { [own]: developerToken }), mismatch],
  ['a developer’s user without the developer', () => login(developer, 'somebody'), unsupported],
  [
    'another user of the developer’s',
    () => login(own, changed(developerToken, { amr: ['authenticated', developer, `${developer}:${pool}:root`] })),
    wrongIssuer,
  ],
  ['no signature, alg none', () => login(own, unsigned(developerToken)), wrongIssuer],
  [
    'a public key as a shared secret',
    async () => {
      const pem = await publicKeyOf(developerToken, `${world.url}/cognito-identity/.well-known/jwks_uri`);
      return login(own, confused(developerToken, headerOf(developerToken).kid, pem));
    },
    wrongIssuer,
  ],
  ['a user pool’s token as ours', () => login(own, jane.IdToken), wrongIssuer],
];

const identityCases: Case[] = [
  [
    'a user’s identity without a login',
    () => credentials(ofJane),
    /^Access to Identity 'us-east-1:[\da-f-]+' is forbidden\.$/,
  ],
  ['a user’s identity with somebody else’s login', () => credentials(ofJoe, { [issuer]: jane.IdToken }), mismatch],
  ['a disabled identity', () => credentials(disabled), /is forbidden\.$/],
  [
    'a disabled identity with a login of nobody',
    async () => credentials(disabled, { [oidc]: await oidcToken({ sub: 'nobody' }) }),
    /is forbidden\.$/,
  ],
  [
    'a guest where there are none',
    () => () => world.guest.getId({ IdentityPoolId: closed }),
    'Unauthenticated access is not supported for this identity pool.',
  ],
  [
    'a guest who names the role for users',
    () => credentials(guest, undefined, roleArn('refusals-users')),
    'Access to the requested role is not allowed.',
  ],
  [
    'a user who names a role of the account',
    () => credentials(ofJane, { [issuer]: jane.IdToken }, roleArn('administrators')),
    'Access to the requested role is not allowed.',
  ],
  [
    'a role that is not in cognito:roles',
    () => credentials(mappedJane, { [issuer]: jane.IdToken }, roleArn('administrators')),
    'Access to the requested role is not allowed.',
  ],
  [
    'no role in the token, and ambiguity is denied',
    () => credentials(mappedJane, { [issuer]: jane.IdToken }),
    'Access to the requested role is not allowed.',
  ],
  ['a login that the identity’s pool does not know', () => credentials(mappedJane, { [oidc]: 'x' }), unsupported],
  [
    'unlinking with somebody else’s login',
    () => () =>
      world.guest.unlinkIdentity({ IdentityId: ofJoe, Logins: { [issuer]: jane.IdToken }, LoginsToRemove: [issuer] }),
    mismatch,
  ],
  [
    'unlinking a disabled identity',
    () => () =>
      world.guest.unlinkIdentity({
        IdentityId: disabled,
        Logins: { [issuer]: jane.IdToken },
        LoginsToRemove: [issuer],
      }),
    /is forbidden\.$/,
  ],
  [
    'a token of the classic flow where it is off',
    () => async () => {
      const { IdentityId } = await world.guest.getId({ IdentityPoolId: closed, Logins: { [issuer]: jane.IdToken } });
      await world.guest.getOpenIdToken({ IdentityId, Logins: { [issuer]: jane.IdToken } });
    },
    'Basic (classic) flow is not enabled, please use enhanced flow.',
    'InvalidParameterException',
  ],
];

for (const [kind, cases] of Object.entries({
  'with a user pool’s token': userPoolCases,
  'with another provider’s token': oidcCases,
  'with our own token': ownCases,
  'at an identity or a role': identityCases,
}))
  describe(`an attempt ${kind}`, () => {
    for (const [what, make, message, name = denied] of cases)
      it(`is refused: ${what}`, async () => {
        const attempt = await make();
        await assert.rejects(attempt(), { name, message });
      });
  });

describe('time', () => {
  it('ends every token', async () => {
    world.clock.advance(86_400_000);
    const expired = { name: denied, message: /^Invalid login token. Token expired: (\d+) >= (\d+)$/ };
    await assert.rejects(login(issuer, jane.IdToken)(), expired);
    await assert.rejects(login(own, developerToken)(), expired);
  });
});
