/** The configuration that a request comes to, as pure functions: what is filled in, what is mirrored, what stays. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { UpdateUserPoolRequest } from '@aws-sdk/client-cognito-identity-provider';
import type { PoolConfig } from '../../../src/storage/pools.ts';
import { checkPoolConfig } from '../../../src/user-pools/pools/check.ts';
import { configOfNewPool, configOfUpdatedPool } from '../../../src/user-pools/pools/defaults.ts';

type Request = Omit<UpdateUserPoolRequest, 'UserPoolId' | 'PoolName'>;
const region = 'eu-central-1';
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value));
const made = (request: Request) => plain(configOfNewPool({ PoolName: 'p', ...request }, region));
const updated = (request: Request, current: PoolConfig) => plain(configOfUpdatedPool(request, current, region));
const days = ({ Policies, AdminCreateUserConfig }: PoolConfig) => [
  Policies?.PasswordPolicy?.TemporaryPasswordValidityDays,
  AdminCreateUserConfig?.UnusedAccountValidityDays,
];
const both = (temporary?: number, unused?: number): Request => ({
  Policies: { PasswordPolicy: { TemporaryPasswordValidityDays: temporary } },
  AdminCreateUserConfig: { UnusedAccountValidityDays: unused },
});

describe('defaults of pools', () => {
  it('temporary passwords have one lifetime under two names; nought stands for the default', () => {
    for (const [request, expected] of [
      [{}, 7],
      [both(0, 0), 7],
      [both(3), 3],
      [both(undefined, 4), 4],
      [both(0, 4), 4],
      [both(5, 0), 5],
      [both(6, 6), 6],
    ] as const)
      assert.deepEqual(days(made(request)), [expected, expected], JSON.stringify(request));
    const current = made(both(30));
    assert.deepEqual(days(updated({}, current)), [30, 30]);
    assert.deepEqual(days(updated({ Policies: { PasswordPolicy: {} } }, current)), [7, 7]);
    assert.deepEqual(days(updated({ AdminCreateUserConfig: { UnusedAccountValidityDays: 9 } }, current)), [9, 9]);
  });

  it('the older names of messages and the template fill each other in', () => {
    const [older, newer] = ['older {####}', 'newer {####}'];
    for (const [request, expected] of [
      [{ EmailVerificationMessage: older }, [older, older]],
      [{ VerificationMessageTemplate: { EmailMessage: newer } }, [newer, newer]],
      [{ EmailVerificationMessage: older, VerificationMessageTemplate: { EmailMessage: newer } }, [older, newer]],
    ] as const) {
      const { EmailVerificationMessage, VerificationMessageTemplate } = made(request);
      assert.deepEqual([EmailVerificationMessage, VerificationMessageTemplate?.EmailMessage], expected);
      assert.equal(VerificationMessageTemplate?.DefaultEmailOption, 'CONFIRM_WITH_CODE');
    }
  });

  it('the older name of the pre-token trigger and the newer one are the same function', () => {
    const LambdaArn = 'arn:aws:lambda:eu-central-1:123456789012:function:f';
    const V1_0 = {
      PreTokenGeneration: LambdaArn,
      PreTokenGenerationConfig: { LambdaVersion: 'V1_0' as const, LambdaArn },
    };
    assert.deepEqual(made({ LambdaConfig: { PreTokenGeneration: LambdaArn } }).LambdaConfig, V1_0);
    const { PreTokenGenerationConfig } = V1_0;
    assert.deepEqual(made({ LambdaConfig: { PreTokenGenerationConfig } }).LambdaConfig, V1_0);
  });

  it('structures that are given in part are completed', () => {
    const config = made({
      DeviceConfiguration: {},
      DcrConfiguration: { AllowedScopes: ['x'] },
      IssuerConfiguration: {},
      KeyConfiguration: { KmsKeyArn: 'arn' },
      AcrConfiguration: { Level2: { AcrValue: 'urn:two' } },
      SmsConfiguration: { SnsCallerArn: 'arn' },
      EmailConfiguration: { From: 'a@b' },
    });
    const off = { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false };
    assert.deepEqual(config.DeviceConfiguration, off);
    assert.deepEqual(config.DcrConfiguration, { EnableStatus: 'Enabled', OpenDcrEnabled: false, AllowedScopes: ['x'] });
    assert.deepEqual(config.IssuerConfiguration, { Type: 'ORIGINAL' });
    assert.deepEqual(config.KeyConfiguration, { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: 'arn' });
    assert.deepEqual(config.AcrConfiguration?.Level1, { AcrValue: 'urn:cognito:loa:1' });
    assert.deepEqual(config.AcrConfiguration?.Level2, { AcrValue: 'urn:two' });
    assert.deepEqual(config.SmsConfiguration, { SnsCallerArn: 'arn', SnsRegion: region });
    assert.deepEqual(config.EmailConfiguration, { EmailSendingAccount: 'COGNITO_DEFAULT', From: 'a@b' });
  });

  it('empty lists of names to sign in with mean none, so that one of the two may be empty', () => {
    const config = configOfNewPool({ PoolName: 'p', AliasAttributes: [], UsernameAttributes: ['email'] }, region);
    assert.equal(config.AliasAttributes, undefined);
    checkPoolConfig(config, region);
  });

  it('an update replaces client registration as a whole, or leaves it as a whole', () => {
    const current = made({ DcrConfiguration: { OpenDcrEnabled: true, AllowedScopes: ['x'] } });
    assert.deepEqual(updated({}, current).DcrConfiguration, current.DcrConfiguration);
    const replaced = updated({ DcrConfiguration: { EnableStatus: 'Disabled' } }, current);
    assert.deepEqual(replaced.DcrConfiguration, { EnableStatus: 'Disabled', OpenDcrEnabled: false });
  });

  it('what it makes of nothing, and of an update with nothing, is accepted', () => {
    const current = made({});
    checkPoolConfig(current, region);
    const next = updated({}, current);
    checkPoolConfig(next, region, { config: current, settings: {} });
    assert.deepEqual(next, current);
  });
});
