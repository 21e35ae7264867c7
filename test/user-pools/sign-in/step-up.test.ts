/** Levels of authentication: TARGET_ACR_VALUES, ACCESS_TOKEN and MAX_AGE in USER_AUTH, and the claims `acr` and `amr`. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { Secret, TOTP } from 'otpauth';
import { createAuthenticator } from '../../support/authenticator.ts';
import { goodPassword, startWorld, type Tokens, type World } from '../../support/world.ts';
import { createPasskeyPool, origin } from '../factors/passkey-world.ts';

const loa = (level: number) => `urn:cognito:loa:${level}`;
const invalid = (message: string) => ({ name: 'InvalidParameterException', message });
const denied = (message: string) => ({ name: 'NotAuthorizedException', message });
const minute = 60_000;

let world: World;
before(async () => {
  world = await startWorld();
});
after(() => world.stop());

const withApp = { MfaConfiguration: 'OPTIONAL' as const, SoftwareTokenMfaConfiguration: { Enabled: true } };

/** A pool where passwords and codes by e-mail sign in, with a user who has both. */
const setUp = async (mfa: object = {}, pool: object = {}, client: object = {}) => {
  const id = await world.createPool({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
    ...pool,
  });
  await world.aws.setUserPoolMfaConfig({ UserPoolId: id, MfaConfiguration: 'OFF', ...mfa });
  const flows = ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const;
  const clientId = await world.createClient(id, { ExplicitAuthFlows: [...flows], ...client });
  await world.createUser(id, 'jane', goodPassword, { email: 'jane@step.example' });
  return { pool: id, client: clientId };
};
const begin = (client: string, more: Record<string, string>, USERNAME = 'jane') =>
  world.browser.initiateAuth({
    ClientId: client,
    AuthFlow: 'USER_AUTH',
    AuthParameters: { USERNAME, ...more },
  });
const respond = (
  client: string,
  { Session }: { Session?: string | undefined },
  ChallengeName: ChallengeNameType,
  answers: Record<string, string>,
) =>
  world.browser.respondToAuthChallenge({
    ClientId: client,
    ChallengeName,
    Session,
    ChallengeResponses: { USERNAME: 'jane', ...answers },
  });
const password = { ANSWER: 'PASSWORD', PASSWORD: goodPassword };
const codeOf = (secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now() });

/** Sets an app up. @returns its secret; the code of the next time step is fresh */
const enrol = async ({ AccessToken }: Tokens) => {
  const { SecretCode = '' } = await world.browser.associateSoftwareToken({ AccessToken });
  await world.browser.verifySoftwareToken({ AccessToken, UserCode: codeOf(SecretCode) });
  world.clock.advance(30_000);
  return SecretCode;
};
const mailedCode = async () => /(\d{6,8})/.exec((await world.mailTo('jane@step.example'))[0]?.text ?? '')?.[1] ?? '';

/** Level and methods that both tokens tell. */
const levelIn = (result: { AuthenticationResult?: object | undefined }) => {
  const { AccessToken, IdToken } = result.AuthenticationResult as Tokens;
  const [access, id] = [decodeJwt(AccessToken), decodeJwt(IdToken)];
  assert.deepEqual([access.acr, access.amr], [id.acr, id.amr]);
  return { acr: id.acr, amr: id.amr, authTime: id.auth_time };
};

describe('a sign-in towards a level', () => {
  it('asks for password and app at level 4, and the refresh keeps what the tokens tell', async () => {
    const { client } = await setUp(withApp);
    const secret = await enrol(await world.signIn(client, 'jane'));
    const asked = await begin(client, { TARGET_ACR_VALUES: loa(4), PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE');
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
    const next = await respond(client, asked, 'SELECT_CHALLENGE', password);
    assert.equal(next.ChallengeName, 'SOFTWARE_TOKEN_MFA');
    const done = await respond(client, next, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: codeOf(secret) });
    const told = levelIn(done);
    assert.deepEqual([told.acr, told.amr], [loa(4), ['pwd', 'otp', 'mfa']]);
    world.clock.advance(minute);
    const refreshed = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'REFRESH_TOKEN_AUTH',
      AuthParameters: { REFRESH_TOKEN: done.AuthenticationResult?.RefreshToken ?? '' },
    });
    assert.deepEqual(levelIn(refreshed), told);
  });

  it('falls back through the list, ignores what it does not know, and takes the names of the pool', async () => {
    const AcrConfiguration = { Level1: { AcrValue: 'urn:bronze' }, Level3: { AcrValue: 'https://acr.example/silver' } };
    const { client } = await setUp({}, { AcrConfiguration });
    const wanted = { TARGET_ACR_VALUES: `gold ${loa(4)} https://acr.example/silver urn:bronze` };
    const first = await begin(client, { ...wanted, PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword });
    assert.equal(first.ChallengeName, 'EMAIL_OTP');
    const done = await respond(client, first, 'EMAIL_OTP', { EMAIL_OTP_CODE: await mailedCode() });
    const { acr, amr } = levelIn(done);
    assert.deepEqual([acr, amr], ['https://acr.example/silver', ['pwd', 'email_otp', 'mfa']]);
    // A pool with names of its own tells the level of every sign-in.
    const plain = levelIn({ AuthenticationResult: await world.signIn(client, 'jane') });
    assert.deepEqual([plain.acr, plain.amr], ['urn:bronze', ['pwd']]);
    await assert.rejects(begin(client, { TARGET_ACR_VALUES: loa(1) }), { name: 'InvalidParameterException' });
  });

  it('is content with one code at level 2, and with a code where level 1 is asked for', async () => {
    const { client } = await setUp();
    for (const level of [2, 1]) {
      const asked = await begin(client, { TARGET_ACR_VALUES: loa(level), PREFERRED_CHALLENGE: 'EMAIL_OTP' });
      assert.equal(asked.ChallengeName, 'EMAIL_OTP');
      const { acr, amr } = levelIn(await respond(client, asked, 'EMAIL_OTP', { EMAIL_OTP_CODE: await mailedCode() }));
      assert.deepEqual([acr, amr], [loa(2), ['email_otp']]);
    }
  });

  it('tells no level where nobody asks for one', async () => {
    const { client } = await setUp();
    const done = await begin(client, { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword });
    const { acr, amr } = levelIn(done);
    assert.deepEqual([acr, amr], [undefined, undefined]);
  });

  it('never leaves a required second factor out, whatever the level', async () => {
    const { client } = await setUp(withApp);
    const secret = await enrol(await world.signIn(client, 'jane'));
    const wanted = { TARGET_ACR_VALUES: loa(1), PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword };
    const asked = await begin(client, wanted);
    assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA');
    const done = await respond(client, asked, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: codeOf(secret) });
    assert.equal(levelIn(done).acr, loa(4));
  });

  it('is refused where the person lacks the factors, and sets none up', async () => {
    const { client } = await setUp({ ...withApp, MfaConfiguration: 'ON' }, { Policies: undefined });
    for (const level of [4, 3, 2])
      await assert.rejects(
        begin(client, { TARGET_ACR_VALUES: loa(level) }),
        invalid('The user has no factors configured for any of the requested ACR levels.'),
      );
    const asked = { PREFERRED_CHALLENGE: 'PASSWORD', PASSWORD: goodPassword };
    await assert.rejects(begin(client, { TARGET_ACR_VALUES: loa(1), ...asked }), {
      name: 'InvalidParameterException',
    });
    assert.equal((await begin(client, asked)).ChallengeName, 'MFA_SETUP');
  });

  it('does not tell who exists where the client hides users', async () => {
    const { client } = await setUp({}, {}, { PreventUserExistenceErrors: 'ENABLED' });
    const shapeOf = async (USERNAME: string, level: number) => {
      const asked = begin(client, { TARGET_ACR_VALUES: loa(level) }, USERNAME);
      const {
        $metadata: _,
        Session: __,
        ...shape
      } = await asked.catch(({ name, message }) => ({ name, message }) as never);
      return shape;
    };
    for (const level of [1, 2, 3, 4]) assert.deepEqual(await shapeOf('nobody', level), await shapeOf('jane', level));
  });
});

describe('step-up with an access token', () => {
  it('asks for what the token lacks only, and gives new tokens beside the old ones', async () => {
    const { pool, client } = await setUp(withApp);
    const old = await world.signIn(client, 'jane');
    const secret = await enrol(old);
    const asked = await begin(client, { TARGET_ACR_VALUES: loa(4), ACCESS_TOKEN: old.AccessToken });
    assert.equal(asked.ChallengeName, 'SOFTWARE_TOKEN_MFA');
    assert.deepEqual(asked.AvailableChallenges, ['SOFTWARE_TOKEN_MFA']);
    const done = await respond(client, asked, 'SOFTWARE_TOKEN_MFA', { SOFTWARE_TOKEN_MFA_CODE: codeOf(secret) });
    const told = levelIn(done);
    assert.deepEqual([told.acr, told.amr], [loa(4), ['pwd', 'otp', 'mfa']]);
    assert.ok((told.authTime as number) > (decodeJwt(old.IdToken).auth_time as number));
    assert.ok(done.AuthenticationResult?.RefreshToken);
    const AccessToken = done.AuthenticationResult?.AccessToken ?? '';
    assert.notEqual(decodeJwt(AccessToken).origin_jti, decodeJwt(old.AccessToken).origin_jti);
    await world.browser.getUser({ AccessToken: old.AccessToken });
    await assert.rejects(
      begin(client, { TARGET_ACR_VALUES: loa(4), ACCESS_TOKEN: AccessToken }),
      invalid('The access token already meets the requested ACR level.'),
    );
    await assert.rejects(begin(client, { TARGET_ACR_VALUES: `x ${loa(1)}`, ACCESS_TOKEN: AccessToken }), {
      name: 'InvalidParameterException',
    });
    // The administrators' form is the same.
    world.clock.advance(30_000);
    const admin = await world.aws.adminInitiateAuth({
      UserPoolId: pool,
      ClientId: client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'jane', TARGET_ACR_VALUES: loa(4), ACCESS_TOKEN: old.AccessToken },
    });
    assert.equal(admin.ChallengeName, 'SOFTWARE_TOKEN_MFA');
  });

  it('adds the password to a code, and gives nothing when it is wrong', async () => {
    const { client } = await setUp();
    const first = await begin(client, { PREFERRED_CHALLENGE: 'EMAIL_OTP' });
    const byCode = await respond(client, first, 'EMAIL_OTP', { EMAIL_OTP_CODE: await mailedCode() });
    const ACCESS_TOKEN = byCode.AuthenticationResult?.AccessToken ?? '';
    const asked = await begin(client, { TARGET_ACR_VALUES: loa(3), ACCESS_TOKEN });
    assert.equal(asked.ChallengeName, 'SELECT_CHALLENGE');
    assert.deepEqual(asked.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
    await assert.rejects(respond(client, asked, 'SELECT_CHALLENGE', { ...password, PASSWORD: 'Wrong-Horse-7' }), {
      name: 'NotAuthorizedException',
    });
    await assert.rejects(respond(client, asked, 'SELECT_CHALLENGE', { ANSWER: 'EMAIL_OTP' }), {
      name: 'InvalidParameterException',
    });
    const { acr, amr } = levelIn(await respond(client, asked, 'SELECT_CHALLENGE', password));
    assert.deepEqual([acr, amr], [loa(3), ['email_otp', 'pwd', 'mfa']]);
  });

  it('begins anew where the sign-in is older than MAX_AGE', async () => {
    const { client } = await setUp();
    const old = await world.signIn(client, 'jane');
    world.clock.advance(10 * minute);
    const wanted = { TARGET_ACR_VALUES: loa(1), ACCESS_TOKEN: old.AccessToken };
    const fresh = await begin(client, { ...wanted, MAX_AGE: '599', PREFERRED_CHALLENGE: 'PASSWORD' });
    assert.equal(fresh.ChallengeName, 'PASSWORD');
    assert.equal(levelIn(await respond(client, fresh, 'PASSWORD', { PASSWORD: goodPassword })).acr, loa(1));
    await assert.rejects(begin(client, { ...wanted, MAX_AGE: '601' }), {
      message: 'The access token already meets the requested ACR level.',
    });
    for (const MAX_AGE of ['-1', '1.5', 'soon', ''])
      await assert.rejects(begin(client, { ...wanted, MAX_AGE }), invalid('MAX_AGE must be a non-negative integer.'));
  });

  it('refuses tokens of others, of other clients and of ended sessions', async () => {
    const { pool, client } = await setUp();
    await world.createUser(pool, 'joe', goodPassword, { email: 'joe@step.example' });
    const other = await world.createClient(pool, {
      ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH'],
    });
    const own = await world.signIn(client, 'jane');
    const TARGET_ACR_VALUES = loa(3);
    await assert.rejects(
      begin(client, { ACCESS_TOKEN: own.AccessToken }),
      invalid('ACCESS_TOKEN requires TARGET_ACR_VALUES.'),
    );
    await assert.rejects(
      begin(client, { TARGET_ACR_VALUES: 'gold', ACCESS_TOKEN: own.AccessToken }),
      invalid('None of the requested ACR values is valid.'),
    );
    const foreign = denied('Access Token was not issued for this user and client.');
    await assert.rejects(begin(client, { TARGET_ACR_VALUES, ACCESS_TOKEN: own.AccessToken }, 'joe'), foreign);
    await assert.rejects(begin(other, { TARGET_ACR_VALUES, ACCESS_TOKEN: own.AccessToken }), foreign);
    await assert.rejects(begin(client, { TARGET_ACR_VALUES, ACCESS_TOKEN: 'x.y.z' }), {
      name: 'NotAuthorizedException',
    });

    const asked = await begin(client, { TARGET_ACR_VALUES, ACCESS_TOKEN: own.AccessToken });
    assert.equal(asked.ChallengeName, 'EMAIL_OTP');
    const EMAIL_OTP_CODE = await mailedCode();
    await world.browser.revokeToken({ ClientId: client, Token: own.RefreshToken });
    await assert.rejects(
      respond(client, asked, 'EMAIL_OTP', { EMAIL_OTP_CODE }),
      denied('Invalid session for the user.'),
    );
    await assert.rejects(
      begin(client, { TARGET_ACR_VALUES, ACCESS_TOKEN: own.AccessToken }),
      denied('Access Token has been revoked'),
    );
  });
});

describe('a passkey', () => {
  for (const [attachment, method] of [
    ['platform', 'swk'],
    ['cross-platform', 'hwk'],
  ] as const)
    it(`(${attachment}) reaches level 3 alone, and on top of a password`, async () => {
      const passkeys = await createPasskeyPool(world);
      const token = await passkeys.arrive('jane');
      const { authenticator } = await passkeys.register(token, createAuthenticator({ origin, attachment }));
      const answer = ({ Session, ChallengeParameters = {} }: Awaited<ReturnType<typeof begin>>) => {
        const options = JSON.parse(ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS ?? '');
        return passkeys.answer('jane', Session, authenticator.get(options));
      };
      const alone = await begin(passkeys.client, { TARGET_ACR_VALUES: loa(3), PREFERRED_CHALLENGE: 'WEB_AUTHN' });
      assert.deepEqual(alone.AvailableChallenges, ['WEB_AUTHN']);
      const first = levelIn(await answer(alone));
      assert.deepEqual([first.acr, first.amr], [loa(3), [method]]);
      const onTop = await begin(passkeys.client, { TARGET_ACR_VALUES: `${loa(4)} ${loa(3)}`, ACCESS_TOKEN: token });
      assert.equal(onTop.ChallengeName, 'WEB_AUTHN');
      const second = levelIn(await answer(onTop));
      assert.deepEqual([second.acr, second.amr], [loa(3), ['pwd', method, 'mfa']]);
    });
});

it('step-up needs a plan that has it, where plans withhold anything', async () => {
  const strict = await startWorld({ settings: { CENOTE_TIERS: 'aws' } });
  try {
    const pool = await strict.createPool();
    const client = await strict.createClient(pool, { ExplicitAuthFlows: ['ALLOW_USER_AUTH'] });
    await strict.createUser(pool, 'jane');
    await strict.aws.updateUserPool({ UserPoolId: pool, UserPoolTier: 'LITE' });
    const AuthParameters = { USERNAME: 'jane', TARGET_ACR_VALUES: loa(1) };
    await assert.rejects(strict.browser.initiateAuth({ ClientId: client, AuthFlow: 'USER_AUTH', AuthParameters }), {
      name: 'FeatureUnavailableInTierException',
    });
    const admin = { UserPoolId: pool, ClientId: client, AuthFlow: 'USER_AUTH' as const, AuthParameters };
    await assert.rejects(strict.aws.adminInitiateAuth(admin), { name: 'FeatureUnavailableInTierException' });
  } finally {
    await strict.stop();
  }
});
