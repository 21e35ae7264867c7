/** Amplify: the life of an account, from sign-up to its deletion. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  confirmResetPassword,
  confirmSignIn,
  confirmSignUp,
  confirmUserAttribute,
  deleteUser,
  deleteUserAttributes,
  fetchAuthSession,
  fetchUserAttributes,
  getCurrentUser,
  resendSignUpCode,
  resetPassword,
  sendUserAttributeVerificationCode,
  signIn,
  signOut,
  signUp,
  updatePassword,
  updateUserAttribute,
  updateUserAttributes,
} from 'aws-amplify/auth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { openPage } from './amplify.ts';

describe('Amplify', () => {
  let world: World;
  const app = { pool: '', client: '' };
  before(async () => {
    world = await startWorld();
    app.pool = await world.createPool({
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    });
    app.client = await world.createClient(app.pool, { PreventUserExistenceErrors: 'ENABLED' });
  });
  after(() => world.stop());
  const passwordFlow = { authFlowType: 'USER_PASSWORD_AUTH' } as const;
  const withPassword = (username: string, password = goodPassword) =>
    signIn({ username, password, options: passwordFlow });
  const codeTo = (name: string) => world.codeTo(`${name}@example.com`);
  const done = { isSignedIn: true, nextStep: { signInStep: 'DONE' } };
  const accessToken = async () => (await fetchAuthSession()).tokens?.accessToken;

  it('signs up, confirms, signs in with SRP and signs out', async () => {
    openPage(world, app);
    const email = 'jane@example.com';
    const signedUp = await signUp({
      username: 'jane',
      password: goodPassword,
      options: { userAttributes: { email, name: 'Jané Ünï 😀' } },
    });
    assert.deepEqual(signedUp.nextStep, {
      signUpStep: 'CONFIRM_SIGN_UP',
      codeDeliveryDetails: { destination: 'j***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' },
    });
    await assert.rejects(signUp({ username: 'jane', password: goodPassword, options: { userAttributes: { email } } }), {
      name: 'UsernameExistsException',
      message: 'User already exists',
    });
    await assert.rejects(confirmSignUp({ username: 'jane', confirmationCode: '000' }), {
      name: 'CodeMismatchException',
    });
    const resent = await resendSignUpCode({ username: 'jane' });
    assert.equal(resent.destination, 'j***@e***');
    assert.deepEqual((await signIn({ username: 'jane', password: goodPassword })).nextStep, {
      signInStep: 'CONFIRM_SIGN_UP',
    });
    assert.deepEqual(await confirmSignUp({ username: 'jane', confirmationCode: await codeTo('jane') }), {
      isSignUpComplete: true,
      nextStep: { signUpStep: 'DONE' },
    });

    await assert.rejects(signIn({ username: 'jane', password: 'Wrong-Horse-7' }), {
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    assert.deepEqual(await signIn({ username: 'jane', password: goodPassword }), done);
    assert.deepEqual(await getCurrentUser(), {
      username: 'jane',
      userId: signedUp.userId,
      signInDetails: { loginId: 'jane', authFlowType: 'USER_SRP_AUTH' },
    });
    assert.deepEqual(await fetchUserAttributes(), {
      sub: signedUp.userId,
      email,
      email_verified: 'true',
      name: 'Jané Ünï 😀',
    });
    await assert.rejects(signIn({ username: 'jane', password: goodPassword }), {
      name: 'UserAlreadyAuthenticatedException',
    });
    await signOut();
    await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
  });

  it('changes attributes, and an address only with its code', async () => {
    await world.createUser(app.pool, 'kim', goodPassword, { email: 'kim@example.com', email_verified: 'true' });
    openPage(world, app);
    await withPassword('kim');
    const changed = await updateUserAttributes({ userAttributes: { email: 'kim2@example.com', nickname: 'K' } });
    assert.deepEqual(changed.nickname, { isUpdated: true, nextStep: { updateAttributeStep: 'DONE' } });
    assert.deepEqual(changed.email, {
      isUpdated: false,
      nextStep: {
        updateAttributeStep: 'CONFIRM_ATTRIBUTE_WITH_CODE',
        codeDeliveryDetails: { destination: 'k***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' },
      },
    });
    assert.equal((await fetchUserAttributes()).email, 'kim@example.com');
    await assert.rejects(confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: '000' }), {
      name: 'CodeMismatchException',
    });
    await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: await codeTo('kim2') });
    const { email, email_verified } = await fetchUserAttributes();
    assert.deepEqual({ email, email_verified }, { email: 'kim2@example.com', email_verified: 'true' });

    assert.equal((await sendUserAttributeVerificationCode({ userAttributeKey: 'email' })).destination, 'k***@e***');
    const one = await updateUserAttribute({ userAttribute: { attributeKey: 'nickname', value: 'Kay' } });
    assert.equal(one.isUpdated, true);
    await deleteUserAttributes({ userAttributeKeys: ['nickname'] });
    assert.equal((await fetchUserAttributes()).nickname, undefined);
    await assert.rejects(updateUserAttributes({ userAttributes: { sub: 'other' } }), {
      name: 'InvalidParameterException',
    });
  });

  it('changes a password, recovers a forgotten one, and deletes the account', async () => {
    await world.createUser(app.pool, 'joe', goodPassword, { email: 'joe@example.com', email_verified: 'true' });
    openPage(world, app);
    await withPassword('joe');
    const newPassword = 'Pässwörd-ひみつ-7😀';
    await assert.rejects(updatePassword({ oldPassword: 'Wrong-Horse-7', newPassword }), {
      name: 'NotAuthorizedException',
    });
    await assert.rejects(updatePassword({ oldPassword: goodPassword, newPassword: 'short' }), {
      name: 'InvalidPasswordException',
    });
    await updatePassword({ oldPassword: goodPassword, newPassword });
    await signOut();
    await assert.rejects(withPassword('joe'), { name: 'NotAuthorizedException' });
    // SRP agrees on a password beyond ASCII.
    assert.deepEqual(await signIn({ username: 'joe', password: newPassword }), done);
    await signOut();

    const { nextStep } = await resetPassword({ username: 'joe' });
    assert.deepEqual(nextStep, {
      resetPasswordStep: 'CONFIRM_RESET_PASSWORD_WITH_CODE',
      codeDeliveryDetails: { destination: 'j***@e***', deliveryMedium: 'EMAIL', attributeName: 'email' },
    });
    const recovered = { username: 'joe', newPassword: 'Новый-Пароль-٣-Aa1' };
    await assert.rejects(confirmResetPassword({ ...recovered, confirmationCode: '000000' }), {
      name: 'CodeMismatchException',
    });
    await confirmResetPassword({ ...recovered, confirmationCode: await codeTo('joe') });
    assert.deepEqual(await withPassword('joe', recovered.newPassword), done);
    await deleteUser();
    await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
    await assert.rejects(withPassword('joe', recovered.newPassword), { name: 'NotAuthorizedException' });
  });

  it('is led to a new password where an administrator has reset it', async () => {
    await world.createUser(app.pool, 'ray', goodPassword, { email: 'ray@example.com', email_verified: 'true' });
    await world.aws.adminResetUserPassword({ UserPoolId: app.pool, Username: 'ray' });
    const open = await world.createClient(app.pool);
    openPage(world, { ...app, client: open });
    for (const options of [undefined, passwordFlow]) {
      const { nextStep } = await signIn({ username: 'ray', password: goodPassword, options });
      assert.deepEqual(nextStep, { signInStep: 'RESET_PASSWORD' });
    }
  });

  it('completes the challenge of a temporary password, with an attribute that is missing', async () => {
    const pool = await world.createPool({ Schema: [{ Name: 'family_name', Required: true, Mutable: true }] });
    const client = await world.createClient(pool);
    await world.aws.adminCreateUser({ UserPoolId: pool, Username: 'ann', TemporaryPassword: 'Temporary-7' });
    openPage(world, { pool, client });
    const asked = await signIn({ username: 'ann', password: 'Temporary-7' });
    assert.deepEqual(asked.nextStep, {
      signInStep: 'CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED',
      missingAttributes: ['family_name'],
    });
    const options = { userAttributes: { family_name: 'Ålund' } };
    await assert.rejects(confirmSignIn({ challengeResponse: 'short', options }), { name: 'InvalidPasswordException' });
    assert.deepEqual(await confirmSignIn({ challengeResponse: 'Lasting-Horse-7', options }), done);
    assert.equal((await fetchUserAttributes()).family_name, 'Ålund');
    await signOut();
    assert.deepEqual(await withPassword('ann', 'Lasting-Horse-7'), done);
  });

  it('renews its tokens', async () => {
    await world.createUser(app.pool, 'ron');
    openPage(world, app);
    await withPassword('ron');
    const first = await accessToken();
    assert.equal(String(await accessToken()), String(first), 'kept while they are good');
    world.clock.advance(1_000);
    const renewed = (await fetchAuthSession({ forceRefresh: true })).tokens;
    assert.notEqual(String(renewed?.accessToken), String(first));
    assert.equal(renewed?.accessToken.payload.origin_jti, first?.payload.origin_jti);
    assert.equal(renewed?.idToken?.payload['cognito:username'], 'ron');

    const client = await world.createClient(app.pool, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
    });
    openPage(world, { ...app, client });
    await withPassword('ron');
    for (const round of [1, 2, 3]) {
      const { tokens } = await fetchAuthSession({ forceRefresh: true });
      assert.ok(tokens, `rotation ${round}`);
    }
  });

  it('signs out here, and everywhere', async () => {
    await world.createUser(app.pool, 'sue');
    const [here, there] = [openPage(world, app), openPage(world, app)];
    await withPassword('sue');
    openPage(world, app, here);
    await withPassword('sue');
    const tokenHere = String(await accessToken());
    await signOut();
    await assert.rejects(world.browser.getUser({ AccessToken: tokenHere }), {
      name: 'NotAuthorizedException',
      message: 'Access Token has been revoked',
    });

    openPage(world, app, there);
    assert.equal((await fetchUserAttributes()).sub, (await getCurrentUser()).userId, 'the other device stays');
    openPage(world, app, here);
    await withPassword('sue');
    await signOut({ global: true });
    openPage(world, app, there);
    await assert.rejects(fetchUserAttributes(), { name: 'NotAuthorizedException' });
    const { tokens } = await fetchAuthSession({ forceRefresh: true });
    assert.equal(tokens, undefined);
    await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
  });
});
