/** GetClientToken through the AWS SDK: what is in the token, who gets one, and what it is not good for. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type {
  CreateUserPoolClientCommandInput,
  ExplicitAuthFlowsType,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { startWorld, type World } from '../../support/world.ts';
import { claimsOf, headerOf } from '../tokens/decode.ts';
import { refused } from '../users/refused.ts';

// AWS documents this flow; the SDK's types do not have it yet.
const ExplicitAuthFlows = ['ALLOW_CLIENT_TOKEN_AUTH' as ExplicitAuthFlowsType];

describe('GetClientToken', () => {
  let world: World;
  /** The SDK signs this operation, too; whoever may sign, only the client's secret counts. */
  let signing: ReturnType<World['awsAs']>;
  let UserPoolId: string;
  before(async () => {
    world = await startWorld();
    signing = world.awsAs({ credentials: { accessKeyId: 'AKIANOBODY0000000000', secretAccessKey: 'nobody' } });
    UserPoolId = await world.createPool();
    await serve('api', 'read', 'write');
  });
  after(() => world.stop());

  const serve = (Identifier: string, ...names: string[]) =>
    world.aws.createResourceServer({
      ...{ UserPoolId, Identifier, Name: 'API' },
      Scopes: names.map(ScopeName => ({ ScopeName, ScopeDescription: 'x' })),
    });
  const createProgram = async (more: Partial<CreateUserPoolClientCommandInput> = {}) => {
    const { UserPoolClient } = await world.aws.createUserPoolClient({
      ...{ UserPoolId, ClientName: 'program', GenerateSecret: true, ExplicitAuthFlows },
      AllowedOAuthScopes: ['api/read', 'api/write'],
      ...more,
    });
    return { ClientId: UserPoolClient?.ClientId as string, Secret: UserPoolClient?.ClientSecret as string };
  };
  const tokenFor = async (program: { ClientId: string; Secret: string }, Scopes?: string[]) => {
    const { ClientAuthenticationResult } = await signing.getClientToken({ ...program, Scopes });
    return ClientAuthenticationResult as { AccessToken: string; ExpiresIn: number; TokenType: string };
  };

  it('gives an access token of the program itself, with exactly the claims of Cognito', async () => {
    const program = await createProgram({ AccessTokenValidity: 10, TokenValidityUnits: { AccessToken: 'minutes' } });
    const { AccessToken, ...rest } = await tokenFor(program);
    assert.deepEqual(rest, { ExpiresIn: 600, TokenType: 'Bearer' });
    const { jti, iat, ...claims } = claimsOf(AccessToken);
    assert.match(String(jti), /^[0-9a-f-]{36}$/);
    const iss = `${world.url}/${UserPoolId}`;
    assert.deepEqual(claims, {
      ...{ sub: program.ClientId, client_id: program.ClientId, token_use: 'access', version: 2 },
      ...{ scope: 'api/read api/write', iss, auth_time: iat, exp: Number(iat) + 600 },
    });
    assert.deepEqual(Object.keys(headerOf(AccessToken)), ['kid', 'alg']);
    const keys = createRemoteJWKSet(new URL(`${iss}/.well-known/jwks.json`));
    await jwtVerify(AccessToken, keys, { issuer: iss, algorithms: ['RS256'] });
    assert.notEqual(claimsOf((await tokenFor(program)).AccessToken).jti, jti);
  });

  it('needs no signature', async () => {
    const response = await fetch(world.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.GetClientToken',
      },
      body: JSON.stringify(await createProgram()),
    });
    const answer = (await response.json()) as { ClientAuthenticationResult?: { AccessToken: string } };
    assert.equal(claimsOf(answer.ClientAuthenticationResult?.AccessToken ?? '').scope, 'api/read api/write');
  });

  it('grants the scopes that are asked for, if the client may have them', async () => {
    const program = await createProgram({ AllowedOAuthScopes: ['api/read', 'openid'] });
    assert.equal(claimsOf((await tokenFor(program, ['api/read'])).AccessToken).scope, 'api/read');
    assert.equal(claimsOf((await tokenFor(program, [])).AccessToken).scope, 'api/read');
    for (const scope of ['api/write', 'api/none', 'openid', 'aws.cognito.signin.user.admin'])
      await refused(
        tokenFor(program, ['api/read', scope]),
        'InvalidParameterException',
        `Invalid scope requested: ${scope}`,
      );
    const many = Array.from({ length: 51 }, () => 'api/read');
    await refused(tokenFor(program, many), 'InvalidParameterException');
    await refused(tokenFor(program, ['']), 'InvalidParameterException');
  });

  it('leaves out a scope that has been deleted, until it is there again', async () => {
    await serve('moody', 'a', 'b');
    const program = await createProgram({ AllowedOAuthScopes: ['moody/a', 'moody/b'] });
    const update = (...names: string[]) =>
      world.aws.updateResourceServer({
        ...{ UserPoolId, Identifier: 'moody', Name: 'API' },
        Scopes: names.map(ScopeName => ({ ScopeName, ScopeDescription: 'x' })),
      });
    const scopeOf = async (...asked: string[]) =>
      claimsOf((await tokenFor(program, asked.length > 0 ? asked : undefined)).AccessToken).scope;
    await update('b');
    assert.equal(await scopeOf(), 'moody/b');
    assert.equal(await scopeOf('moody/a'), undefined);
    await update('a', 'b');
    assert.equal(await scopeOf(), 'moody/a moody/b');
    await world.aws.deleteResourceServer({ UserPoolId, Identifier: 'moody' });
    assert.equal(await scopeOf('moody/a', 'moody/b'), undefined);
  });

  it('takes the secret, and only of this client', async () => {
    const [program, other] = [await createProgram(), await createProgram()];
    const wrong = (ClientId: string) =>
      ['NotAuthorizedException', `Unable to verify secret for client ${ClientId}`] as const;
    await refused(tokenFor({ ...program, Secret: other.Secret }), ...wrong(program.ClientId));
    await refused(tokenFor({ ...program, Secret: program.Secret.toUpperCase() }), ...wrong(program.ClientId));
    await refused(tokenFor({ ...program, Secret: 'short' }), 'InvalidParameterException');
    await refused(
      tokenFor({ ...program, ClientId: 'nobody' }),
      'ResourceNotFoundException',
      'User pool client nobody does not exist.',
    );
    await tokenFor(program);
  });

  it('is for clients with ALLOW_CLIENT_TOKEN_AUTH alone, which then signs nobody in', async () => {
    const program = await createProgram();
    const { UserPoolClient } = await world.aws.describeUserPoolClient({ UserPoolId, ClientId: program.ClientId });
    assert.deepEqual(UserPoolClient?.ExplicitAuthFlows, ExplicitAuthFlows);
    const signIn = { ClientId: program.ClientId, AuthParameters: { USERNAME: 'jane', PASSWORD: 'x', SRP_A: 'ab' } };
    for (const AuthFlow of ['USER_PASSWORD_AUTH', 'USER_SRP_AUTH', 'REFRESH_TOKEN_AUTH'] as const)
      await refused(world.browser.initiateAuth({ ...signIn, AuthFlow }), 'InvalidParameterException');

    const plain = await createProgram({ ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    const undecided = await createProgram({ ExplicitAuthFlows: undefined });
    for (const client of [plain, undecided])
      await refused(
        tokenFor(client),
        'InvalidParameterException',
        'ALLOW_CLIENT_TOKEN_AUTH is not enabled for the client.',
      );
    const mixed = [...ExplicitAuthFlows, 'ALLOW_USER_SRP_AUTH' as const];
    await refused(createProgram({ ExplicitAuthFlows: mixed }), 'InvalidParameterException');
    await refused(createProgram({ GenerateSecret: false }), 'InvalidParameterException');
    const change = { UserPoolId, ClientId: program.ClientId, ExplicitAuthFlows: mixed };
    await refused(world.aws.updateUserPoolClient(change), 'InvalidParameterException');
    await refused(tokenFor(await createProgram({ AllowedOAuthScopes: undefined })), 'InvalidParameterException');
  });

  it('opens nothing of a user', async () => {
    const { AccessToken } = await tokenFor(await createProgram());
    await refused(
      world.browser.getUser({ AccessToken }),
      'NotAuthorizedException',
      'Access Token does not have required scopes',
    );
  });

  it('goes with the flow client_credentials, which knows no standard scope', async () => {
    const AllowedOAuthFlows = ['client_credentials' as const];
    const oauth = { AllowedOAuthFlowsUserPoolClient: true, AllowedOAuthFlows };
    await tokenFor(await createProgram({ ...oauth, AllowedOAuthScopes: ['api/read'] }));
    await refused(
      createProgram({ ...oauth, AllowedOAuthScopes: ['api/read', 'openid'] }),
      'InvalidOAuthFlowException',
      'openid is not supported with client_credentials flow',
    );
  });
});
