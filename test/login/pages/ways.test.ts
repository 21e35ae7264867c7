/** How people begin to sign in on the pages, by the settings of pool and client. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AuthFactorType, ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider';
import { allowsSignUp, otherProviders, takesOwnUsers, type Way, wayOf } from '../../../src/login/pages/ways.ts';
import type { AppClient } from '../../../src/storage/clients.ts';
import type { UserPool } from '../../../src/storage/pools.ts';

const LambdaConfig = { DefineAuthChallenge: 'a', CreateAuthChallenge: 'b', VerifyAuthChallengeResponse: 'c' };
const poolOf = (factors?: AuthFactorType[], functions = false) =>
  ({
    config: {
      ...(factors && { Policies: { SignInPolicy: { AllowedFirstAuthFactors: factors } } }),
      ...(functions && { LambdaConfig }),
    },
  }) as UserPool;
const clientOf = (config: AppClient['config']) => ({ config }) as AppClient;

const cases: [what: string, flows: ExplicitAuthFlowsType[] | undefined, pool: UserPool, way: Way][] = [
  ['a client without flows', undefined, poolOf(), 'password'],
  ['a client for SRP only', ['ALLOW_USER_SRP_AUTH'], poolOf(['PASSWORD', 'EMAIL_OTP']), 'password'],
  ['a client for administrators only', ['ALLOW_ADMIN_USER_PASSWORD_AUTH'], poolOf(), 'password'],
  ['choice, where there are passwords only', ['ALLOW_USER_AUTH'], poolOf(), 'password'],
  ['choice', ['ALLOW_USER_AUTH'], poolOf(['PASSWORD', 'EMAIL_OTP']), 'choice'],
  [
    'choice besides others',
    ['ALLOW_USER_AUTH', 'ALLOW_CUSTOM_AUTH'],
    poolOf(['WEB_AUTHN', 'PASSWORD'], true),
    'choice',
  ],
  ['custom authentication alone', ['ALLOW_CUSTOM_AUTH'], poolOf(undefined, true), 'custom'],
  ['the same in older words', ['CUSTOM_AUTH_FLOW_ONLY'], poolOf(undefined, true), 'custom'],
  ['the same without functions', ['ALLOW_CUSTOM_AUTH'], poolOf(), 'password'],
  [
    'custom authentication besides passwords',
    ['ALLOW_CUSTOM_AUTH', 'ALLOW_USER_SRP_AUTH'],
    poolOf(undefined, true),
    'password',
  ],
  ['the defaults, in a pool with functions', undefined, poolOf(undefined, true), 'password'],
];

describe('people begin', () => {
  for (const [what, ExplicitAuthFlows, pool, way] of cases)
    it(`with ${what}: ${way}`, () => assert.equal(wayOf({ pool, client: clientOf({ ExplicitAuthFlows }) }), way));

  it('here or elsewhere, as the client says', () => {
    const providers = (SupportedIdentityProviders?: string[]) => clientOf({ SupportedIdentityProviders });
    assert.equal(takesOwnUsers(providers()), true);
    assert.equal(takesOwnUsers(providers([])), true);
    assert.equal(takesOwnUsers(providers(['COGNITO', 'Corp'])), true);
    assert.equal(takesOwnUsers(providers(['Corp'])), false);
    assert.deepEqual(otherProviders(providers(['COGNITO', 'Corp'])), ['Corp']);
    assert.deepEqual(otherProviders(providers()), []);
  });

  it('with an account of their own making, unless the pool forbids it', () => {
    const pool = (AdminCreateUserConfig?: UserPool['config']['AdminCreateUserConfig']) =>
      ({ config: { AdminCreateUserConfig } }) as UserPool;
    assert.equal(allowsSignUp(pool()), true);
    assert.equal(allowsSignUp(pool({ AllowAdminCreateUserOnly: false })), true);
    assert.equal(allowsSignUp(pool({ AllowAdminCreateUserOnly: true })), false);
  });
});
