/** Registration, list and deletion of passkeys, with every exception that can be provoked. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { createAuthenticator } from '../../support/authenticator.ts';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';
import { createPasskeyPool, origin, type PasskeyPool, relyingPartyId } from './passkey-world.ts';

const notFound = 'WebAuthnChallengeNotFoundException';

describe('registration of passkeys', () => {
  let world: World;
  let passkeys: PasskeyPool;
  before(async () => {
    world = await startWorld();
    passkeys = await createPasskeyPool(world);
  });
  after(() => world.stop());

  it('gives options as Cognito gives them', async () => {
    const token = await passkeys.arrive('ann');
    const options = await passkeys.start(token);
    const sub = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub;
    assert.match(options.challenge, /^[\w-]{43}$/);
    assert.deepEqual(options, {
      authenticatorSelection: { requireResidentKey: true, residentKey: 'required', userVerification: 'preferred' },
      challenge: options.challenge,
      excludeCredentials: [],
      pubKeyCredParams: [
        { alg: -7, type: 'public-key' },
        { alg: -257, type: 'public-key' },
      ],
      rp: { id: 'example.com', name: 'example.com' },
      timeout: 60_000,
      user: { displayName: 'ann', id: Buffer.from(sub).toString('base64url'), name: 'ann' },
    });
    assert.notEqual((await passkeys.start(token)).challenge, options.challenge);
  });

  it('shows a person the name they know, not an opaque user name', async () => {
    const pool = await world.createPool({
      UsernameAttributes: ['email'],
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
    });
    const client = await world.createClient(pool);
    await world.createUser(pool, 'ann@example.com');
    const { AccessToken } = await world.signIn(client, 'ann@example.com');
    // The relying party of a pool without any setting is the developer's own machine.
    const options = await passkeys.start(AccessToken);
    assert.equal(options.user.name, 'ann@example.com');
    assert.equal(options.rp.id, 'localhost');
  });

  it('registers keys of both algorithms, and lists and excludes them', async () => {
    const token = await passkeys.arrive('ben');
    assert.deepEqual(await passkeys.list(token), []);
    const phone = await passkeys.register(token);
    world.clock.advance(1000);
    const roaming = createAuthenticator({ origin, attachment: 'cross-platform', transports: ['usb', 'nfc'] });
    const key = await passkeys.register(token, roaming, { algorithm: 'RS256' });
    world.clock.advance(1000);
    const silent = createAuthenticator({ origin, attachment: null, transports: null });
    const other = await passkeys.register(token, silent);

    const listed = await passkeys.list(token);
    const dates = listed?.map(({ CreatedAt }) => CreatedAt) ?? [];
    for (const date of dates) assert.ok(Math.abs((date?.getTime() ?? 0) - world.clock.now()) < 60_000);
    const [first, second, third] = dates;
    const RelyingPartyId = relyingPartyId;
    assert.deepEqual(listed, [
      {
        CredentialId: phone.id,
        FriendlyCredentialName: 'Platform passkey',
        RelyingPartyId,
        AuthenticatorAttachment: 'platform',
        AuthenticatorTransports: ['internal', 'hybrid'],
        CreatedAt: first,
      },
      {
        CredentialId: key.id,
        FriendlyCredentialName: 'Roaming passkey',
        RelyingPartyId,
        AuthenticatorAttachment: 'cross-platform',
        AuthenticatorTransports: ['usb', 'nfc'],
        CreatedAt: second,
      },
      { CredentialId: other.id, FriendlyCredentialName: 'Passkey', RelyingPartyId, CreatedAt: third },
    ]);
    const { excludeCredentials } = await passkeys.start(token);
    assert.deepEqual(
      excludeCredentials,
      [phone.id, key.id, other.id].map(id => ({ id, type: 'public-key' })),
    );
  });

  it('pages the list', async () => {
    const token = await passkeys.arrive('pia');
    for (let count = 0; count < 3; count++) await passkeys.register(token);
    const whole = (await passkeys.list(token))?.map(({ CredentialId }) => CredentialId);
    const page = (NextToken?: string) =>
      world.browser.listWebAuthnCredentials({ AccessToken: token, MaxResults: 2, NextToken });
    const first = await page();
    const second = await page(first.NextToken);
    assert.equal(second.NextToken, undefined);
    assert.deepEqual([first.Credentials?.length, second.Credentials?.length], [2, 1]);
    const paged = [...(first.Credentials ?? []), ...(second.Credentials ?? [])];
    assert.deepEqual(
      paged.map(({ CredentialId }) => CredentialId),
      whole,
    );
    // 0 is allowed, and means nothing.
    const all = await world.browser.listWebAuthnCredentials({ AccessToken: token, MaxResults: 0 });
    assert.equal(all.Credentials?.length, 3);
    const other = await passkeys.arrive('pete');
    await refused(
      world.browser.listWebAuthnCredentials({ AccessToken: other, NextToken: first.NextToken }),
      'InvalidParameterException',
    );
  });

  it('deletes the own ones only', async () => {
    const [token, other] = [await passkeys.arrive('cat'), await passkeys.arrive('carl')];
    const { id } = await passkeys.register(token);
    const remove = (AccessToken: string, CredentialId = id) =>
      world.browser.deleteWebAuthnCredential({ AccessToken, CredentialId });
    await refused(remove(other), 'ResourceNotFoundException');
    await refused(remove(token, 'AAAA'), 'ResourceNotFoundException');
    assert.equal((await passkeys.list(token))?.length, 1);
    await remove(token);
    assert.deepEqual(await passkeys.list(token), []);
    await refused(remove(token), 'ResourceNotFoundException');
  });

  it('uses a challenge once, within three minutes, and only the last one', async () => {
    const token = await passkeys.arrive('dan');
    const authenticator = createAuthenticator({ origin });
    const options = await passkeys.start(token);
    await passkeys.complete(token, authenticator.create(options));
    await refused(passkeys.complete(token, authenticator.create(options)), notFound);

    const older = await passkeys.start(token);
    const newer = await passkeys.start(token);
    await refused(passkeys.complete(token, authenticator.create(older)), notFound);
    await passkeys.complete(token, authenticator.create(newer));

    const late = await passkeys.start(token);
    world.clock.advance(3 * 60_000);
    await refused(passkeys.complete(token, authenticator.create(late)), notFound);
    const fresh = await passkeys.start(token);
    await refused(passkeys.complete(token, authenticator.create(fresh, { challenge: 'AAAA' })), notFound);
    const stranger = await passkeys.arrive('dora');
    await refused(passkeys.complete(stranger, authenticator.create(fresh)), notFound);
    assert.equal((await passkeys.list(token))?.length, 2);
  });

  it('ends a registration through the app client that began it, and no other', async () => {
    const token = await passkeys.arrive('eve');
    const other = await world.signIn(await world.createClient(passkeys.pool), 'eve');
    const credential = createAuthenticator({ origin }).create(await passkeys.start(token));
    await refused(passkeys.complete(other.AccessToken, credential), 'WebAuthnClientMismatchException');
    await passkeys.complete(token, credential);
  });

  it('refuses what is for another relying party or from another origin', async () => {
    const token = await passkeys.arrive('fay');
    const attempt = async (quirks: object, on = origin) =>
      passkeys.complete(token, createAuthenticator({ origin: on }).create(await passkeys.start(token), quirks));
    await refused(attempt({ relyingPartyId: 'evil.example' }), 'WebAuthnRelyingPartyMismatchException');
    await refused(attempt({}, 'https://evil.example'), 'WebAuthnOriginNotAllowedException');
    await refused(attempt({}, 'https://notexample.com'), 'WebAuthnOriginNotAllowedException');
    await refused(attempt({}, 'http://app.example.com'), 'WebAuthnOriginNotAllowedException');
    await refused(attempt({ crossOrigin: true }), 'WebAuthnOriginNotAllowedException');
    assert.deepEqual(await passkeys.list(token), []);
    await attempt({}, 'https://example.com:8443');
  });

  it('refuses authenticators that cannot do what the pool needs', async () => {
    const token = await passkeys.arrive('gus');
    const attempt = async (quirks: object) =>
      passkeys.complete(token, createAuthenticator({ origin }).create(await passkeys.start(token), quirks));
    const unsupported = 'WebAuthnCredentialNotSupportedException';
    await refused(attempt({ algorithm: 'EdDSA' }), unsupported);
    await refused(attempt({ userPresent: false }), unsupported);
    await refused(attempt({ more: { id: 'AAAA', rawId: 'AAAA' } }), unsupported);
    const garbage = Buffer.from('garbage').toString('base64url');
    const credential = createAuthenticator({ origin }).create(await passkeys.start(token));
    const response = { ...credential.response, attestationObject: garbage };
    await refused(passkeys.complete(token, { ...credential, response }), unsupported);
    // Preferred is not required.
    await attempt({ userVerified: false });

    const strict = await createPasskeyPool(world, { RelyingPartyId: relyingPartyId, UserVerification: 'required' });
    const careful = await strict.arrive('gus');
    const options = await strict.start(careful);
    assert.equal(options.authenticatorSelection.userVerification, 'required');
    await refused(
      strict.complete(careful, createAuthenticator({ origin }).create(options, { userVerified: false })),
      unsupported,
    );
    await strict.register(careful);
  });

  it('refuses what is no answer of a browser, and spends no challenge on it', async () => {
    const token = await passkeys.arrive('hal');
    const credential = createAuthenticator({ origin }).create(await passkeys.start(token));
    const { response } = credential;
    const dataOf = (data: unknown) => Buffer.from(JSON.stringify(data)).toString('base64url');
    const wrong: object[] = [
      {},
      [credential],
      { ...credential, type: 'password' },
      { ...credential, id: undefined },
      { ...credential, rawId: 'AAAA' },
      { ...credential, id: 'a'.repeat(1365), rawId: 'a'.repeat(1365) },
      { ...credential, response: 'text' },
      { ...credential, response: { ...response, clientDataJSON: '{}' } },
      { ...credential, response: { ...response, clientDataJSON: dataOf(null) } },
      { ...credential, response: { ...response, clientDataJSON: dataOf({ type: 'webauthn.create', challenge: 1 }) } },
      { ...credential, response: { ...response, attestationObject: undefined } },
      { ...credential, response: { ...response, attestationObject: 'a'.repeat(70_000) } },
      createAuthenticator({ origin }).create(await passkeys.start(token), { type: 'webauthn.get' }),
    ];
    for (const each of wrong) await refused(passkeys.complete(token, each), 'InvalidParameterException');
    await passkeys.complete(token, createAuthenticator({ origin }).create(await passkeys.start(token)));
  });

  it('keeps nothing from a browser that it could not give back', async () => {
    const token = await passkeys.arrive('ida');
    const transports = ['internal', 'internal', 'USB', 7, '<b>', ...Array.from({ length: 20 }, (_, n) => `t${n}`)];
    const odd = createAuthenticator({ origin, attachment: 'elsewhere', transports });
    await passkeys.register(token, odd);
    const [listed] = (await passkeys.list(token)) ?? [];
    assert.equal(listed?.AuthenticatorAttachment, undefined);
    assert.deepEqual(listed?.AuthenticatorTransports, ['internal']);
  });

  it('is off where the pool does not allow passkeys, and without a relying party', async () => {
    const pool = await world.createPool();
    const client = await world.createClient(pool);
    await world.createUser(pool, 'jim');
    const { AccessToken } = await world.signIn(client, 'jim');
    await refused(world.browser.startWebAuthnRegistration({ AccessToken }), 'WebAuthnNotEnabledException');
    await refused(passkeys.complete(AccessToken, {}), 'WebAuthnNotEnabledException');
    assert.deepEqual(await passkeys.list(AccessToken), []);
  });

  it('ends with a change of the relying party', async () => {
    const moving = await createPasskeyPool(world);
    const token = await moving.arrive('kim');
    const credential = createAuthenticator({ origin }).create(await moving.start(token));
    await moving.configure({ RelyingPartyId: 'example.org' });
    await refused(moving.complete(token, credential), 'WebAuthnRelyingPartyMismatchException');
  });

  it('is for people who are signed in and whose password stands', async () => {
    const token = await passkeys.arrive('leo');
    const calls = [
      (AccessToken: string) => world.browser.startWebAuthnRegistration({ AccessToken }),
      (AccessToken: string) => passkeys.complete(AccessToken, {}),
      (AccessToken: string) => world.browser.listWebAuthnCredentials({ AccessToken }),
      (AccessToken: string) => world.browser.deleteWebAuthnCredential({ AccessToken, CredentialId: 'AAAA' }),
    ];
    for (const call of calls) await refused(call('not.a.token'), 'NotAuthorizedException');
    await world.aws.adminUpdateUserAttributes({
      UserPoolId: passkeys.pool,
      Username: 'leo',
      UserAttributes: [
        { Name: 'email', Value: 'leo@example.com' },
        { Name: 'email_verified', Value: 'true' },
      ],
    });
    await world.aws.adminResetUserPassword({ UserPoolId: passkeys.pool, Username: 'leo' });
    for (const call of calls) await refused(call(token), 'PasswordResetRequiredException');
    await world.aws.adminDeleteUser({ UserPoolId: passkeys.pool, Username: 'leo' });
    for (const call of calls) await refused(call(token), 'NotAuthorizedException');
  });
});

describe('the relying party of a pool that configures none', () => {
  let world: World;
  let aws: CognitoIdentityProvider;
  before(async () => {
    const port = await freePort();
    world = await startWorld({ settings: { CENOTE_PORT: `${port}`, CENOTE_PUBLIC_URL: 'https://id.example.net' } });
    const { credentials } = world.aws.config;
    aws = world.awsAs({ endpoint: `http://127.0.0.1:${port}`, credentials });
  });
  after(() => world.stop());

  it('is the custom domain, else the prefix domain, else nothing', async () => {
    const AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] = ['PASSWORD', 'WEB_AUTHN'];
    const { UserPool } = await aws.createUserPool({
      PoolName: 'p',
      Policies: { SignInPolicy: { AllowedFirstAuthFactors } },
    });
    const UserPoolId = UserPool?.Id;
    const ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'] = ['ALLOW_USER_PASSWORD_AUTH'];
    const { UserPoolClient } = await aws.createUserPoolClient({ UserPoolId, ClientName: 'c', ExplicitAuthFlows });
    const [Username, Password] = ['ann', goodPassword];
    await aws.adminCreateUser({ UserPoolId, Username, MessageAction: 'SUPPRESS' });
    await aws.adminSetUserPassword({ UserPoolId, Username, Password, Permanent: true });
    const { AuthenticationResult } = await aws.initiateAuth({
      ClientId: UserPoolClient?.ClientId,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: Password },
    });
    const AccessToken = AuthenticationResult?.AccessToken;
    const start = () => aws.startWebAuthnRegistration({ AccessToken });
    const rp = async () =>
      ((await start()).CredentialCreationOptions as { rp?: { id: string; name: string } } | undefined)?.rp;

    await refused(start(), 'WebAuthnConfigurationMissingException');
    await aws.createUserPoolDomain({ UserPoolId, Domain: 'shop' });
    assert.deepEqual(await rp(), { id: 'shop.auth.id.example.net', name: 'shop.auth.id.example.net' });
    const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/1';
    await aws.createUserPoolDomain({
      UserPoolId,
      Domain: 'login.example.com',
      CustomDomainConfig: { CertificateArn },
    });
    assert.deepEqual(await rp(), { id: 'login.example.com', name: 'login.example.com' });
  });
});

/** A port that was free a moment ago: a server whose public URL is elsewhere does not tell where it listens. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

for (const engine of engines) {
  describe(`passkeys at once (${engine})`, () => {
    let world: World;
    let passkeys: PasskeyPool;
    before(async () => {
      world = await startWorld({ engine });
      passkeys = await createPasskeyPool(world);
    });
    after(() => world.stop());

    it('lets one of racing answers through', async () => {
      const token = await passkeys.arrive('ann');
      const credential = createAuthenticator({ origin }).create(await passkeys.start(token));
      const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => passkeys.complete(token, credential)));
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes) if (outcome.status === 'rejected') assert.equal(outcome.reason.name, notFound);
    });

    it('gives an id of a passkey to one person', async () => {
      const [ben, cat] = [await passkeys.arrive('ben'), await passkeys.arrive('cat')];
      const { id } = await passkeys.register(ben);
      const same = { id: Buffer.from(id, 'base64url') };
      await refused(passkeys.register(cat, undefined, same), 'InvalidParameterException');
      await refused(passkeys.register(ben, undefined, same), 'InvalidParameterException');
      assert.deepEqual(await passkeys.list(cat), []);
    });

    it('keeps twenty of a person', async () => {
      const token = await passkeys.arrive('dan');
      for (let count = 0; count < 19; count++) await passkeys.register(token);
      const last = await passkeys.start(token);
      await passkeys.complete(token, createAuthenticator({ origin }).create(last));
      await refused(passkeys.start(token), 'LimitExceededException');
      const [first] = (await passkeys.list(token)) ?? [];
      await world.browser.deleteWebAuthnCredential({ AccessToken: token, CredentialId: first?.CredentialId });
      assert.equal((await passkeys.list(token))?.length, 19);
      await passkeys.register(token);
    });
  });
}
