/** `amazon-cognito-identity-js`, unmodified: the library under Amplify until its version 5, with an SRP of its own. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CognitoUser,
  CognitoUserAttribute,
  CognitoUserPool,
  type CognitoUserSession,
} from 'amazon-cognito-identity-js';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { authenticate, memoryStorage, promised, signIn } from './identity-js.ts';

describe('amazon-cognito-identity-js', () => {
  let world: World;
  let poolId: string;
  let pool: CognitoUserPool;
  before(async () => {
    world = await startWorld();
    poolId = await world.createPool({ AutoVerifiedAttributes: ['email'] });
    const ClientId = await world.createClient(poolId, {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    pool = new CognitoUserPool({ UserPoolId: poolId, ClientId, endpoint: world.url, Storage: memoryStorage() });
  });
  after(() => world.stop());
  const userOf = (Username: string) => new CognitoUser({ Username, Pool: pool, Storage: memoryStorage() });
  const codeTo = (name: string) => world.codeTo(`${name}@example.com`);

  it('signs up, confirms, signs in with SRP, refreshes, reads and changes the account, and is gone', async () => {
    const email = new CognitoUserAttribute({ Name: 'email', Value: 'jane@example.com' });
    const signedUp = await promised<{ userConfirmed: boolean; userSub: string }>(done =>
      pool.signUp('jane', goodPassword, [email], [], done),
    );
    assert.equal(signedUp.userConfirmed, false);
    const jane = userOf('jane');
    await assert.rejects(signIn(jane, goodPassword), { name: 'UserNotConfirmedException' });
    await promised(done => jane.resendConfirmationCode(done));
    await assert.rejects(
      promised(done => jane.confirmRegistration('000', true, done)),
      { name: 'CodeMismatchException' },
    );
    assert.equal(await promised(async done => jane.confirmRegistration(await codeTo('jane'), true, done)), 'SUCCESS');

    await assert.rejects(signIn(jane, 'Wrong-Horse-7'), {
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    const session = await signIn(jane, goodPassword);
    assert.equal(session.getIdToken().payload.sub, signedUp.userSub);
    assert.equal(session.getAccessToken().payload.username, 'jane');

    const kept = await promised<CognitoUserSession>(done => jane.getSession(done));
    assert.equal(kept.isValid(), true);
    assert.equal(kept.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
    const refreshed = await promised<CognitoUserSession>(done => jane.refreshSession(session.getRefreshToken(), done));
    assert.notEqual(refreshed.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());
    assert.equal(refreshed.getRefreshToken().getToken(), session.getRefreshToken().getToken());

    const name = new CognitoUserAttribute({ Name: 'name', Value: 'Jané Ünï 😀' });
    assert.equal(await promised(done => jane.updateAttributes([name], done)), 'SUCCESS');
    const attributes = await promised<CognitoUserAttribute[]>(done => jane.getUserAttributes(done));
    const values = Object.fromEntries(attributes.map(each => [each.getName(), each.getValue()]));
    assert.deepEqual(values, {
      sub: signedUp.userSub,
      email: 'jane@example.com',
      email_verified: 'true',
      name: 'Jané Ünï 😀',
    });
    assert.equal(await promised(done => jane.deleteAttributes(['name'], done)), 'SUCCESS');
    const data = await promised<{ Username: string; UserAttributes: { Name: string }[] }>(done =>
      jane.getUserData((error, result) => done(error, result as never), { bypassCache: true }),
    );
    assert.deepEqual([data.Username, data.UserAttributes.some(({ Name }) => Name === 'name')], ['jane', false]);

    assert.equal(await promised(done => jane.deleteUser(done)), 'SUCCESS');
    await assert.rejects(signIn(userOf('jane'), goodPassword), { name: 'NotAuthorizedException' });
  });

  it('changes a password and recovers a forgotten one, both beyond ASCII', async () => {
    await world.createUser(poolId, 'joe', goodPassword, { email: 'joe@example.com', email_verified: 'true' });
    const joe = userOf('joe');
    await signIn(joe, goodPassword);
    const changed = 'Pässwörd-ひみつ-7😀';
    await assert.rejects(
      promised(done => joe.changePassword('Wrong-Horse-7', changed, done)),
      { name: 'NotAuthorizedException' },
    );
    assert.equal(await promised(done => joe.changePassword(goodPassword, changed, done)), 'SUCCESS');
    await assert.rejects(signIn(userOf('joe'), goodPassword), { name: 'NotAuthorizedException' });
    await signIn(userOf('joe'), changed);

    const forgetful = userOf('joe');
    const delivery = await new Promise<{ CodeDeliveryDetails: unknown }>((resolve, reject) =>
      forgetful.forgotPassword({ onSuccess: resolve, onFailure: reject }),
    );
    assert.deepEqual(delivery.CodeDeliveryDetails, {
      AttributeName: 'email',
      DeliveryMedium: 'EMAIL',
      Destination: 'j***@e***',
    });
    const recovered = 'Новый-Пароль-٣-Aa1';
    const code = await codeTo('joe');
    await new Promise<string>((onSuccess, onFailure) =>
      forgetful.confirmPassword(code, recovered, { onSuccess, onFailure }),
    );
    await signIn(userOf('joe'), recovered);
  });

  it('completes the challenge of a temporary password', async () => {
    const UserAttributes = [{ Name: 'email', Value: 'ann@example.com' }];
    await world.aws.adminCreateUser({
      UserPoolId: poolId,
      Username: 'ann',
      TemporaryPassword: 'Temporary-7',
      UserAttributes,
    });
    const ann = userOf('ann');
    const challenge = await authenticate(ann, 'ann', 'Temporary-7');
    assert.ok(challenge.step === 'newPasswordRequired');
    assert.equal(challenge.attributes.email, 'ann@example.com');
    const session = await new Promise<CognitoUserSession>((onSuccess, onFailure) =>
      ann.completeNewPasswordChallenge('Lasting-Horse-7', { name: 'Ann' }, { onSuccess, onFailure }),
    );
    assert.equal(session.getIdToken().payload.name, 'Ann');
    await signIn(userOf('ann'), 'Lasting-Horse-7');
  });

  it('signs out: here, by revoking the token, and everywhere', async () => {
    await world.createUser(poolId, 'sue');
    const [here, there, everywhere] = [userOf('sue'), userOf('sue'), userOf('sue')];
    const [first, second] = [await signIn(here, goodPassword), await signIn(there, goodPassword)];
    await signIn(everywhere, goodPassword);
    await promised(done => here.signOut(done as () => void));
    // Asked by another client: this library asks for five seconds before it believes that a token is refused.
    const refresh = (session: CognitoUserSession) =>
      world.browser.initiateAuth({
        ClientId: pool.getClientId(),
        AuthFlow: 'REFRESH_TOKEN_AUTH',
        AuthParameters: { REFRESH_TOKEN: session.getRefreshToken().getToken() },
      });
    await assert.rejects(refresh(first), { name: 'NotAuthorizedException' });
    await refresh(second);
    const message = await new Promise<string>((onSuccess, onFailure) =>
      everywhere.globalSignOut({ onSuccess, onFailure }),
    );
    assert.equal(message, 'SUCCESS');
    await assert.rejects(refresh(second), { name: 'NotAuthorizedException' });
  });
});
