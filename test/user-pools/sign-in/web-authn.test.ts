/** Sign-in with a passkey: what is asked, what is judged, and that an answer is good for one sign-in only. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createAuthenticator } from '../../support/authenticator.ts';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { createPasskeyPool, origin, type PasskeyPool, relyingPartyId } from '../factors/passkey-world.ts';
import { refused } from '../users/refused.ts';

const denied = 'NotAuthorizedException';

describe('WEB_AUTHN', () => {
  let world: World;
  let passkeys: PasskeyPool;
  before(async () => {
    world = await startWorld();
    passkeys = await createPasskeyPool(world);
  });
  after(() => world.stop());

  const person = async (username: string, options: Partial<Parameters<typeof createAuthenticator>[0]> = {}) => {
    const token = await passkeys.arrive(username);
    const authenticator = createAuthenticator({ origin, ...options });
    const { id } = await passkeys.register(token, authenticator);
    return { token, authenticator, id };
  };

  it('asks for the passkeys of the person, and gives tokens for a right answer', async () => {
    const { authenticator, id, token } = await person('ann');
    const { options, Session } = await passkeys.ask('ann');
    assert.match(options.challenge, /^[\w-]{43}$/);
    assert.deepEqual(options, {
      challenge: options.challenge,
      timeout: 180_000,
      rpId: relyingPartyId,
      allowCredentials: [{ type: 'public-key', id, transports: ['internal', 'hybrid'] }],
      userVerification: 'preferred',
    });
    const { AuthenticationResult, ChallengeParameters } = await passkeys.answer(
      'ann',
      Session,
      authenticator.get(options),
    );
    assert.deepEqual(ChallengeParameters, {});
    const { AccessToken } = AuthenticationResult ?? {};
    const user = await world.browser.getUser({ AccessToken });
    assert.equal(user.Username, 'ann');
    const factors = await world.browser.getUserAuthFactors({ AccessToken: token });
    assert.deepEqual(factors.ConfiguredUserAuthFactors, ['PASSWORD', 'WEB_AUTHN']);
  });

  it('signs in with an RSA key, with one of several authenticators, and without a user handle', async () => {
    const { token, authenticator } = await person('ben', { counts: false });
    const second = createAuthenticator({ origin, attachment: 'cross-platform', transports: null });
    await passkeys.register(token, second, { algorithm: 'RS256' });
    const { options } = await passkeys.ask('ben');
    assert.equal(options.allowCredentials.length, 2);
    assert.equal(options.allowCredentials[1]?.transports, undefined);
    for (const each of [second, authenticator, second, authenticator])
      assert((await passkeys.signIn('ben', each, { userHandle: undefined })).AuthenticationResult);
  });

  it('is offered to who has one, chosen or preferred', async () => {
    await person('cat');
    await passkeys.arrive('carl');
    const begin = (USERNAME: string, more: Record<string, string> = {}) =>
      world.browser.initiateAuth({
        ClientId: passkeys.client,
        AuthFlow: 'USER_AUTH',
        AuthParameters: { USERNAME, ...more },
      });
    const choice = await begin('cat');
    assert.equal(choice.ChallengeName, 'SELECT_CHALLENGE');
    assert.deepEqual(choice.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'WEB_AUTHN']);
    const chosen = await world.browser.respondToAuthChallenge({
      ClientId: passkeys.client,
      ChallengeName: 'SELECT_CHALLENGE',
      Session: choice.Session,
      ChallengeResponses: { USERNAME: 'cat', ANSWER: 'WEB_AUTHN' },
    });
    assert.equal(chosen.ChallengeName, 'WEB_AUTHN');
    assert(chosen.ChallengeParameters?.CREDENTIAL_REQUEST_OPTIONS);
    const preferred = await begin('cat', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    assert.deepEqual(preferred.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD', 'WEB_AUTHN']);

    const without = await begin('carl', { PREFERRED_CHALLENGE: 'WEB_AUTHN' });
    assert.equal(without.ChallengeName, 'SELECT_CHALLENGE');
    assert.deepEqual(without.AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
  });

  it('refuses whatever does not fit', async () => {
    const { authenticator } = await person('dan');
    const { options, Session } = await passkeys.ask('dan');
    const wrong = [
      { challenge: 'AAAA' },
      { origin: 'https://evil.example' },
      { origin: 'http://app.example.com' },
      { crossOrigin: true },
      { relyingPartyId: 'evil.example' },
      { userPresent: false },
      { userHandle: Buffer.from('somebody else').toString('base64url') },
      { userHandle: '' as string, signature: (bytes: Buffer) => bytes.subarray(1) },
      { signature: (bytes: Buffer) => Buffer.from(bytes.map((byte, n) => (n === 20 ? byte ^ 1 : byte))) },
      { signature: () => Buffer.from('nonsense') },
      { more: { id: 'AAAA', rawId: 'AAAA' } },
    ];
    for (const quirks of wrong)
      await refused(passkeys.answer('dan', Session, authenticator.get(options, quirks)), denied);
    const malformed = [
      '{}',
      'nonsense',
      'null',
      '[]',
      authenticator.get(options, { type: 'webauthn.create' }),
      authenticator.get(options, { more: { response: {} } }),
      authenticator.get(options, { more: { rawId: 'AAAA' } }),
    ];
    for (const each of malformed) await refused(passkeys.answer('dan', Session, each), 'InvalidParameterException');
    await refused(
      passkeys.answer('dan', Session, ''),
      'InvalidParameterException',
      'Missing required parameter CREDENTIAL',
    );
    // None of this has spent the session.
    assert((await passkeys.answer('dan', Session, authenticator.get(options))).AuthenticationResult);
  });

  it('knows no passkey of somebody else', async () => {
    const [eve, fay] = [await person('eve'), await person('fay')];
    const { options, Session } = await passkeys.ask('eve');
    const others = { ...options, allowCredentials: [{ type: 'public-key', id: fay.id }] };
    await refused(passkeys.answer('eve', Session, fay.authenticator.get(others)), denied);
    const handle = { userHandle: undefined };
    await refused(passkeys.answer('eve', Session, fay.authenticator.get(others, handle)), denied);
    assert((await passkeys.answer('eve', Session, eve.authenticator.get(options))).AuthenticationResult);
  });

  it('gives tokens once for an answer, also where the authenticator does not count', async () => {
    const { authenticator } = await person('gus', { counts: false });
    const { options, Session } = await passkeys.ask('gus');
    const answer = authenticator.get(options);
    assert((await passkeys.answer('gus', Session, answer)).AuthenticationResult);
    await refused(passkeys.answer('gus', Session, answer), denied);
    const again = await passkeys.ask('gus');
    await refused(passkeys.answer('gus', again.Session, answer), denied);
  });

  it('refuses a counter that has not risen', async () => {
    const { authenticator } = await person('hal');
    assert((await passkeys.signIn('hal', authenticator, { signCount: 7 })).AuthenticationResult);
    for (const signCount of [7, 6, 1, 0]) await refused(passkeys.signIn('hal', authenticator, { signCount }), denied);
    assert((await passkeys.signIn('hal', authenticator, { signCount: 8 })).AuthenticationResult);
    assert((await passkeys.signIn('hal', authenticator, { signCount: 2 ** 32 - 1 })).AuthenticationResult);
  });

  it('ends with the session, with the deletion of the passkey, and for people who may not sign in', async () => {
    const { token, authenticator, id } = await person('ida');
    const late = await passkeys.ask('ida');
    world.clock.advance(3 * 60_000);
    await refused(
      passkeys.answer('ida', late.Session, authenticator.get(late.options)),
      denied,
      'Invalid session for the user, session is expired.',
    );
    const asked = await passkeys.ask('ida');
    await world.aws.adminDisableUser({ UserPoolId: passkeys.pool, Username: 'ida' });
    await refused(passkeys.answer('ida', asked.Session, authenticator.get(asked.options)), denied);
    await refused(passkeys.signIn('ida', authenticator), denied, 'User is disabled.');
    await world.aws.adminEnableUser({ UserPoolId: passkeys.pool, Username: 'ida' });
    const before = await passkeys.ask('ida');
    const { AuthenticationResult } = await passkeys.signIn('ida', authenticator);
    await world.browser.deleteWebAuthnCredential({
      AccessToken: AuthenticationResult?.AccessToken ?? token,
      CredentialId: id,
    });
    await refused(passkeys.answer('ida', before.Session, authenticator.get(before.options)), denied);
  });

  it('leaves no passkey behind when the relying party changes', async () => {
    const moving = await createPasskeyPool(world);
    const token = await moving.arrive('kim');
    const { authenticator } = await moving.register(token);
    assert((await moving.signIn('kim', authenticator)).AuthenticationResult);
    await moving.configure({ RelyingPartyId: 'example.org' });
    const { AvailableChallenges } = await world.browser.initiateAuth({
      ClientId: moving.client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME: 'kim', PREFERRED_CHALLENGE: 'WEB_AUTHN' },
    });
    assert.deepEqual(AvailableChallenges, ['PASSWORD_SRP', 'PASSWORD']);
    const other = createAuthenticator({ origin: 'https://example.org' });
    await moving.register(token, other);
    const { options } = await moving.ask('kim');
    assert.equal(options.allowCredentials.length, 1);
    assert((await moving.signIn('kim', other)).AuthenticationResult);
    // Who goes back finds the old ones again.
    await moving.configure({ RelyingPartyId: relyingPartyId });
    assert((await moving.signIn('kim', authenticator)).AuthenticationResult);
  });

  it('demands user verification where the pool does', async () => {
    const strict = await createPasskeyPool(world, { RelyingPartyId: relyingPartyId, UserVerification: 'required' });
    const { authenticator } = await strict.register(await strict.arrive('leo'));
    assert.equal((await strict.ask('leo')).options.userVerification, 'required');
    await refused(strict.signIn('leo', authenticator, { userVerified: false }), denied);
    assert((await strict.signIn('leo', authenticator)).AuthenticationResult);
  });

  it('stands for the second factor where the pool says so, and only with user verification', async () => {
    const multi = await createPasskeyPool(world);
    const { authenticator } = await multi.register(await multi.arrive('mia'));
    const unverified = await multi.signIn('mia', authenticator, { userVerified: false });
    assert(unverified.AuthenticationResult, 'one factor is enough before');
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: multi.pool,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
      WebAuthnConfiguration: {
        RelyingPartyId: relyingPartyId,
        FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
      },
    });
    const { options } = await multi.ask('mia');
    assert.equal(options.userVerification, 'required');
    await refused(multi.signIn('mia', authenticator, { userVerified: false }), denied);
    assert((await multi.signIn('mia', authenticator)).AuthenticationResult);
  });

  it('is one factor only when it was asked for as one, though the pool demands two by now', async () => {
    const changing = await createPasskeyPool(world);
    const { authenticator } = await changing.register(await changing.arrive('noa'));
    const { options, Session } = await changing.ask('noa');
    assert.equal(options.userVerification, 'preferred');
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: changing.pool,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
      WebAuthnConfiguration: {
        RelyingPartyId: relyingPartyId,
        FactorConfiguration: 'MULTI_FACTOR_WITH_USER_VERIFICATION',
      },
    });
    const answer = await changing.answer('noa', Session, authenticator.get(options, { userVerified: false }));
    assert.equal(answer.AuthenticationResult, undefined);
    assert.equal(answer.ChallengeName, 'MFA_SETUP');
  });
});

for (const engine of engines) {
  describe(`WEB_AUTHN at once (${engine})`, () => {
    it('lets one of two uses of a count through', async () => {
      const world = await startWorld({ engine });
      try {
        const passkeys = await createPasskeyPool(world);
        const { authenticator } = await passkeys.register(await passkeys.arrive('ann'));
        const asked = await Promise.all([1, 2, 3, 4].map(() => passkeys.ask('ann')));
        const outcomes = await Promise.allSettled(
          asked.map(({ options, Session }) =>
            passkeys.answer('ann', Session, authenticator.get(options, { signCount: 5 })),
          ),
        );
        assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
        for (const outcome of outcomes) if (outcome.status === 'rejected') assert.equal(outcome.reason.name, denied);

        const { options, Session } = await passkeys.ask('ann');
        const answer = authenticator.get(options, { signCount: 6 });
        const replays = await Promise.allSettled([1, 2, 3].map(() => passkeys.answer('ann', Session, answer)));
        assert.equal(replays.filter(({ status }) => status === 'fulfilled').length, 1);
      } finally {
        await world.stop();
      }
    });
  });
}
