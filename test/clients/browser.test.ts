/** The AWS SDK and Amplify as they run in a web page: over `fetch`, with a browser's same-origin policy in between. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { FetchHttpHandler } from '@smithy/fetch-http-handler';
import { fetchAuthSession, fetchUserAttributes, signIn, signOut, signUp } from 'aws-amplify/auth';
import { goodPassword, startWorld, type World } from '../support/world.ts';
import { openPage } from './amplify.ts';
import { browserFetch } from './browser-fetch.ts';

describe('the AWS SDK and Amplify in a web page', () => {
  let world: World;
  let page: CognitoIdentityProvider;
  let pool: string;
  let client: string;
  const network = globalThis.fetch;
  const seen: string[] = [];
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    client = await world.createClient(pool);
    // The handler calls the global function, as it does in a browser.
    globalThis.fetch = browserFetch(network, 'https://app.example.com', line => seen.push(line));
    page = world.awsAs({
      requestHandler: new FetchHttpHandler(),
      credentials: () => Promise.reject(new Error('a web page has no AWS credentials')),
    });
  });
  after(async () => {
    globalThis.fetch = network;
    await world.stop();
  });

  it('signs up and in after a preflight that allows every header of the SDK', async () => {
    await page.signUp({ ClientId: client, Username: 'jane', Password: goodPassword });
    await world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: 'jane' });
    const { AuthenticationResult, $metadata } = await page.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: goodPassword },
    });
    assert.ok(AuthenticationResult?.AccessToken);
    assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/, 'the page may read the id of the request');
    assert.deepEqual([...new Set(seen)], ['OPTIONS 200', 'POST 200']);
  });

  it('reads errors with their names, messages and request ids', async () => {
    const attempt = page.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: 'jane', PASSWORD: 'Wrong-Horse-7' },
    });
    await assert.rejects(attempt, (error: Error & { $metadata: { requestId?: string } }) => {
      assert.equal(error.name, 'NotAuthorizedException');
      assert.equal(error.message, 'Incorrect username or password.');
      assert.match(error.$metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
      return true;
    });
  });

  it('signs requests, for a page of administrators', async () => {
    const profile = readFileSync(world.app.credentialsFile, 'utf8');
    const [, accessKeyId = '', secretAccessKey = ''] = /_key_id=(.+)\n.*_access_key=(.+)/.exec(profile) ?? [];
    const console = world.awsAs({
      requestHandler: new FetchHttpHandler(),
      credentials: { accessKeyId, secretAccessKey },
    });
    const { UserPool } = await console.describeUserPool({ UserPoolId: pool });
    assert.equal(UserPool?.Id, pool);
  });

  it('Amplify: signs up, in and out, and reads errors', async () => {
    seen.length = 0;
    openPage(world, { pool, client });
    await signUp({ username: 'kim', password: goodPassword });
    await world.aws.adminConfirmSignUp({ UserPoolId: pool, Username: 'kim' });
    await assert.rejects(signIn({ username: 'kim', password: 'Wrong-Horse-7' }), {
      name: 'NotAuthorizedException',
      message: 'Incorrect username or password.',
    });
    assert.equal((await signIn({ username: 'kim', password: goodPassword })).isSignedIn, true);
    const { tokens } = await fetchAuthSession({ forceRefresh: true });
    assert.equal((await fetchUserAttributes()).sub, tokens?.accessToken.payload.sub);
    await signOut();
    assert.deepEqual([...new Set(seen)].sort(), ['OPTIONS 200', 'POST 200', 'POST 400']);
  });

  it('reads the published keys', async () => {
    const { keys } = (await (await fetch(`${world.url}/${pool}/.well-known/jwks.json`)).json()) as { keys: unknown[] };
    assert.equal(keys.length, 2);
  });
});
