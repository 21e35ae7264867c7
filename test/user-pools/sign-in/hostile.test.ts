/** Whatever text a stranger sends: an error of the contract, never one of ours, and never tokens. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { AuthFlowType } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { type StringShape, userPoolsContract } from '../../../src/contract/service.ts';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type Tokens, type World } from '../../support/world.ts';
import { forge } from '../tokens/decode.ts';
import { closeSrp, srpProof, srpStart } from './srp.ts';

const contract = userPoolsContract();
const numRuns = 40;

const text = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), maxLength: 800 }),
  fc.base64String({ maxLength: 400 }),
  fc.stringMatching(/^[A-Za-z0-9_-]{1,4}\.[A-Za-z0-9_-]{0,40}\.[A-Za-z0-9_-]{0,40}$/),
  fc.json({ maxDepth: 2 }).map(json => Buffer.from(json).toString('base64url')),
  fc.constantFrom('', '0', 'null', '__proto__', 'constructor', 'Tue Sep 5 07:01:09 UTC 2026'),
);

after(closeSrp);

for (const engine of engines) {
  describe(`hostile text (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    let tokens: Tokens;
    let proof: Record<string, string>;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool, { PreventUserExistenceErrors: 'ENABLED' });
      await world.createUser(pool, 'jane');
      tokens = await world.signIn(client, 'jane');
      const way = { aws: world.browser, client, pool, clock: world.clock, username: 'jane' };
      proof = await srpProof(await srpStart(way), way);
    });
    // Fails also when an operation threw what its contract does not declare.
    after(() => world.stop());

    /** Posted as it is: the SDK would refuse some of it before it travels. */
    const post = async (operation: string, input: unknown) => {
      const response = await fetch(world.url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
        },
        body: JSON.stringify(input),
      });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    };
    const refused = async (operation: string, input: unknown) => {
      const { status, body } = await post(operation, input);
      assert.equal(status, 400, JSON.stringify(body));
      const declared = [...(contract.operations[operation]?.errors ?? []), 'SerializationException'];
      assert(declared.includes(String(body.__type)), `${operation}: ${body.__type}`);
      assert.notEqual(body.__type, 'InternalErrorException');
    };
    const property = (operation: string, input: (value: string) => unknown) =>
      fc.assert(
        fc.asyncProperty(text, value => refused(operation, input(value))),
        { numRuns },
      );

    it('as name, SRP_A or password', async () => {
      const initiate = (AuthFlow: AuthFlowType, AuthParameters: unknown) => ({
        ClientId: client,
        AuthFlow,
        AuthParameters,
      });
      await property('InitiateAuth', USERNAME => initiate('USER_PASSWORD_AUTH', { USERNAME, PASSWORD: goodPassword }));
      await property('InitiateAuth', PASSWORD => initiate('USER_PASSWORD_AUTH', { USERNAME: 'jane', PASSWORD }));
      await property('InitiateAuth', REFRESH_TOKEN => initiate('REFRESH_TOKEN_AUTH', { REFRESH_TOKEN }));
      await property('InitiateAuth', SECRET_HASH =>
        initiate('USER_PASSWORD_AUTH', { USERNAME: 'jane', PASSWORD: goodPassword, SECRET_HASH }),
      );
    });

    it('as SRP_A: an error, or a challenge that helps nobody', async () => {
      await fc.assert(
        fc.asyncProperty(text, async SRP_A => {
          const AuthParameters = { USERNAME: 'jane', SRP_A };
          const { status, body } = await post('InitiateAuth', {
            ClientId: client,
            AuthFlow: 'USER_SRP_AUTH',
            AuthParameters,
          });
          if (status === 200) assert.equal(body.ChallengeName, 'PASSWORD_VERIFIER');
          else assert(['InvalidParameterException', 'SerializationException'].includes(String(body.__type)));
          assert.equal(body.AuthenticationResult, undefined);
        }),
        { numRuns },
      );
    });

    it('as any part of a proof', async () => {
      for (const name of Object.keys(proof))
        await property('RespondToAuthChallenge', value => ({
          ClientId: client,
          ChallengeName: 'PASSWORD_VERIFIER',
          ChallengeResponses: { ...proof, [name]: value },
        }));
    });

    it('as session, for every challenge there is', async () => {
      const { enum: names } = contract.shapes.ChallengeNameType as StringShape;
      await fc.assert(
        fc.asyncProperty(text, fc.constantFrom(...(names ?? [])), async (Session, ChallengeName) => {
          const ChallengeResponses = {
            USERNAME: 'jane',
            NEW_PASSWORD: goodPassword,
            PASSWORD: goodPassword,
            ANSWER: 'x',
          };
          await refused('RespondToAuthChallenge', { ClientId: client, ChallengeName, Session, ChallengeResponses });
        }),
        { numRuns: 2 * numRuns },
      );
    });

    it('as token of any kind', async () => {
      await property('GetUser', AccessToken => ({ AccessToken }));
      await property('GlobalSignOut', AccessToken => ({ AccessToken }));
      await property('GetTokensFromRefreshToken', RefreshToken => ({ ClientId: client, RefreshToken }));
    });

    it('in the claims or the header of a token', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('iss', 'client_id', 'sub', 'exp', 'scope', 'token_use', 'origin_jti'),
          fc.jsonValue({ maxDepth: 1 }),
          (name, value) =>
            refused('GetUser', { AccessToken: forge(tokens.AccessToken, { claims: { [name]: value } }) }),
        ),
        { numRuns: 2 * numRuns },
      );
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom('kid', 'alg', 'crit', 'b64', 'typ'),
          fc.jsonValue({ maxDepth: 1 }),
          (name, value) =>
            refused('GetUser', { AccessToken: forge(tokens.AccessToken, { header: { [name]: value } }) }),
        ),
        { numRuns: 2 * numRuns },
      );
    });

    it('leaves everything as it was', async () => {
      assert.equal((await world.browser.getUser({ AccessToken: tokens.AccessToken })).Username, 'jane');
    });
  });
}
