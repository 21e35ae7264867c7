/** What the tests of passkeys share: a pool that allows them, people in it, and both ceremonies through the SDK. */
import assert from 'node:assert/strict';
import type { RespondToAuthChallengeCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import {
  type Authenticator,
  type CreationOptions,
  createAuthenticator,
  type Quirks,
  type RequestOptions,
} from '../../support/authenticator.ts';
import type { World } from '../../support/world.ts';

export const relyingPartyId = 'example.com';
export const origin = 'https://app.example.com';

export type PasskeyPool = Awaited<ReturnType<typeof createPasskeyPool>>;

/** A pool that allows passkeys, for the relying party `example.com` unless said otherwise. */
export const createPasskeyPool = async (world: World, webAuthn: object | null = { RelyingPartyId: relyingPartyId }) => {
  const pool = await world.createPool({
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  });
  const client = await world.createClient(pool, {
    ExplicitAuthFlows: ['ALLOW_USER_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  const configure = (WebAuthnConfiguration: object) =>
    world.aws.setUserPoolMfaConfig({ UserPoolId: pool, MfaConfiguration: 'OFF', WebAuthnConfiguration });
  if (webAuthn !== null) await configure(webAuthn);

  /** A user with a password. @returns an access token */
  const arrive = async (username: string, throughClient = client): Promise<string> => {
    await world.createUser(pool, username);
    return (await world.signIn(throughClient, username)).AccessToken;
  };
  const start = async (AccessToken: string): Promise<CreationOptions> => {
    const { CredentialCreationOptions } = await world.browser.startWebAuthnRegistration({ AccessToken });
    return CredentialCreationOptions as unknown as CreationOptions;
  };
  const complete = (AccessToken: string, Credential: object) =>
    world.browser.completeWebAuthnRegistration({ AccessToken, Credential: Credential as never });
  const register = async (
    AccessToken: string,
    authenticator: Authenticator = createAuthenticator({ origin }),
    quirks: Parameters<Authenticator['create']>[1] = {},
  ) => {
    const credential = authenticator.create(await start(AccessToken), quirks);
    await complete(AccessToken, credential);
    return { authenticator, id: credential.id };
  };
  const list = async (AccessToken: string) =>
    (await world.browser.listWebAuthnCredentials({ AccessToken })).Credentials;

  /** InitiateAuth up to the options for the browser. */
  const ask = async (USERNAME: string): Promise<{ options: RequestOptions; Session: string | undefined }> => {
    const { ChallengeName, ChallengeParameters, Session } = await world.browser.initiateAuth({
      ClientId: client,
      AuthFlow: 'USER_AUTH',
      AuthParameters: { USERNAME, PREFERRED_CHALLENGE: 'WEB_AUTHN' },
    });
    assert.equal(ChallengeName, 'WEB_AUTHN');
    return { options: JSON.parse(ChallengeParameters?.CREDENTIAL_REQUEST_OPTIONS ?? ''), Session };
  };
  const answer = (
    USERNAME: string,
    Session: string | undefined,
    CREDENTIAL: string,
  ): Promise<RespondToAuthChallengeCommandOutput> =>
    world.browser.respondToAuthChallenge({
      ClientId: client,
      ChallengeName: 'WEB_AUTHN',
      Session,
      ChallengeResponses: { USERNAME, CREDENTIAL },
    });
  const signIn = async (username: string, authenticator: Authenticator, quirks: Quirks = {}) => {
    const { options, Session } = await ask(username);
    return answer(username, Session, authenticator.get(options, quirks));
  };
  return { pool, client, configure, arrive, start, complete, register, list, ask, answer, signIn };
};
