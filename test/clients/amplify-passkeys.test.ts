/** Amplify: passkeys, with an authenticator of the tests' own in place of the browser's. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  associateWebAuthnCredential,
  confirmSignIn,
  deleteWebAuthnCredential,
  getCurrentUser,
  listWebAuthnCredentials,
  signIn,
  signOut,
} from 'aws-amplify/auth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { createPasskeyPool, origin } from '../user-pools/factors/passkey-world.ts';
import { openPage } from './amplify.ts';
import { pretendBrowser } from './browser-credentials.ts';

describe('Amplify with passkeys', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  it('registers one, signs in with it, and deletes it', async context => {
    const app = await createPasskeyPool(world);
    await world.createUser(app.pool, 'jane');
    openPage(world, app);
    context.after(pretendBrowser(origin));
    const options = { authFlowType: 'USER_AUTH', preferredChallenge: 'WEB_AUTHN' } as const;
    const choice = await signIn({ username: 'jane', options });
    assert.deepEqual(choice.nextStep, {
      signInStep: 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION',
      availableChallenges: ['PASSWORD_SRP', 'PASSWORD'],
    });
    await confirmSignIn({ challengeResponse: 'PASSWORD' });
    await confirmSignIn({ challengeResponse: goodPassword });
    await associateWebAuthnCredential();
    const { credentials } = await listWebAuthnCredentials();
    const [credential, ...others] = credentials;
    assert.deepEqual(others, []);
    assert.equal(credential?.relyingPartyId, 'example.com');
    assert.equal(credential?.authenticatorAttachment, 'platform');
    assert.ok(credential?.createdAt instanceof Date);
    await signOut();

    assert.deepEqual(await signIn({ username: 'jane', options }), {
      isSignedIn: true,
      nextStep: { signInStep: 'DONE' },
    });
    assert.equal((await getCurrentUser()).username, 'jane');
    await signOut();
    const chosen = await signIn({ username: 'jane', options: { authFlowType: 'USER_AUTH' } });
    assert.equal(chosen.nextStep.signInStep, 'CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION');
    assert.equal((await confirmSignIn({ challengeResponse: 'WEB_AUTHN' })).isSignedIn, true);

    await deleteWebAuthnCredential({ credentialId: credential?.credentialId as string });
    assert.deepEqual((await listWebAuthnCredentials()).credentials, []);
  });
});
