/** Passkeys in a real browser: a page registers one with the API and signs in with it, with nothing but what browsers have. */
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { addAuthenticator, browserSuite, launchChromium, servePage } from '../support/chromium.ts';
import { startWorld, type World } from '../support/world.ts';
import { createPasskeyPool, type PasskeyPool } from '../user-pools/factors/passkey-world.ts';

/** The application: it calls the API at another origin, as single-page applications do. */
const html = `<!doctype html>
<meta charset="utf-8">
<title>Passkeys</title>
<script>
  const call = async (operation, input) => {
    const answer = await fetch(api, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.' + operation,
      },
      body: JSON.stringify(input),
    });
    const output = await answer.json();
    if (!answer.ok) throw new Error(output.__type + ': ' + output.message);
    return output;
  };

  const register = async AccessToken => {
    const { CredentialCreationOptions } = await call('StartWebAuthnRegistration', { AccessToken });
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(CredentialCreationOptions);
    const credential = await navigator.credentials.create({ publicKey });
    await call('CompleteWebAuthnRegistration', { AccessToken, Credential: credential.toJSON() });
    return credential.id;
  };

  const signIn = async (ClientId, USERNAME) => {
    const asked = await call('InitiateAuth', {
      ClientId,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
    });
    const options = JSON.parse(asked.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials.get({ publicKey });
    const answer = await call('RespondToAuthChallenge', {
      ClientId,
      ChallengeName: 'WEB_AUTHN',
      Session: asked.Session,
      ChallengeResponses: { USERNAME, CREDENTIAL: JSON.stringify(credential.toJSON()) },
    });
    return answer.AuthenticationResult.AccessToken;
  };
</script>`;

browserSuite('passkeys in Chromium', () => {
  let world: World;
  let passkeys: PasskeyPool;
  let site: Awaited<ReturnType<typeof servePage>>;
  let browser: Browser;
  before(async () => {
    world = await startWorld();
    site = await servePage(html);
    browser = await launchChromium();
    // No setting at all: the relying party of a server on the developer's machine is localhost.
    passkeys = await createPasskeyPool(world, null);
  });
  after(async () => {
    await browser?.close();
    await site?.close();
    await world?.stop();
  });

  const open = async (): Promise<Page> => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.addInitScript(`globalThis.api = ${JSON.stringify(world.url)};`);
    await page.goto(site.url);
    return page;
  };
  const register = (page: Page, token: string): Promise<string> => page.evaluate(`register(${JSON.stringify(token)})`);
  const signIn = (page: Page, username: string): Promise<string> =>
    page.evaluate(`signIn(${JSON.stringify(passkeys.client)}, ${JSON.stringify(username)})`);

  it('registers one on the platform and signs in with it, again and again', async () => {
    const page = await open();
    await addAuthenticator(page);
    const token = await passkeys.arrive('ann');
    const id = await register(page, token);
    const [listed, ...more] = (await passkeys.list(token)) ?? [];
    assert.deepEqual(more, []);
    assert.equal(listed?.CredentialId, id);
    assert.equal(listed?.RelyingPartyId, 'localhost');
    assert.equal(listed?.AuthenticatorAttachment, 'platform');
    assert.deepEqual(listed?.AuthenticatorTransports, ['internal']);
    for (let count = 0; count < 3; count++) {
      const AccessToken = await signIn(page, 'ann');
      assert.equal((await world.browser.getUser({ AccessToken })).Username, 'ann');
    }
    await page.context().close();
  });

  it('is told by the options which authenticators have one already', async () => {
    const page = await open();
    await addAuthenticator(page);
    const token = await passkeys.arrive('ben');
    await register(page, token);
    await assert.rejects(register(page, token), /InvalidStateError/);
    assert.equal((await passkeys.list(token))?.length, 1);
    await page.context().close();
  });

  it('takes a security key, and knows it from a passkey of the platform', async () => {
    const page = await open();
    await addAuthenticator(page, { transport: 'usb' });
    const token = await passkeys.arrive('cat');
    await register(page, token);
    const [listed] = (await passkeys.list(token)) ?? [];
    assert.equal(listed?.FriendlyCredentialName, 'Roaming passkey');
    assert.deepEqual(listed?.AuthenticatorTransports, ['usb']);
    assert.ok(await signIn(page, 'cat'));
    await page.context().close();
  });

  it('refuses a copy of an authenticator that has stayed behind', async () => {
    const page = await open();
    const { cdp, authenticatorId } = await addAuthenticator(page);
    await register(page, await passkeys.arrive('dan'));
    const { credentials } = await cdp.send('WebAuthn.getCredentials', { authenticatorId });
    const [copy] = credentials;
    assert.ok(copy);
    assert.ok(await signIn(page, 'dan'));
    assert.ok(await signIn(page, 'dan'));
    await cdp.send('WebAuthn.removeCredential', { authenticatorId, credentialId: copy.credentialId });
    await cdp.send('WebAuthn.addCredential', { authenticatorId, credential: copy });
    await assert.rejects(signIn(page, 'dan'), /NotAuthorizedException/);
    await page.context().close();
  });
});
