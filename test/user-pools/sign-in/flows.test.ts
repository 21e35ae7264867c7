/** Which settings of an app client allow which flow, on which side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthFlowType, ExplicitAuthFlowsType } from '@aws-sdk/client-cognito-identity-provider';
import type { AppClient } from '../../../src/storage/clients.ts';
import { type Flow, flows, isAllowed } from '../../../src/user-pools/sign-in/flows.ts';

const withFlows = (enabled: ExplicitAuthFlowsType[] | undefined) =>
  ({ config: enabled === undefined ? {} : { ExplicitAuthFlows: enabled } }) as AppClient;

const names: AuthFlowType[] = [
  'USER_SRP_AUTH',
  'USER_PASSWORD_AUTH',
  'ADMIN_USER_PASSWORD_AUTH',
  'ADMIN_NO_SRP_AUTH',
  'CUSTOM_AUTH',
  'REFRESH_TOKEN_AUTH',
  'REFRESH_TOKEN',
];
const refresh: AuthFlowType[] = ['REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN'];
const defaults: AuthFlowType[] = ['USER_SRP_AUTH', 'CUSTOM_AUTH', ...refresh];
const admin: AuthFlowType[] = ['ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'];

const allowed: [enabled: ExplicitAuthFlowsType[] | undefined, flows: AuthFlowType[]][] = [
  [undefined, defaults],
  [[], defaults],
  [['ALLOW_USER_SRP_AUTH'], ['USER_SRP_AUTH']],
  [['ALLOW_USER_PASSWORD_AUTH'], ['USER_PASSWORD_AUTH']],
  [['ALLOW_ADMIN_USER_PASSWORD_AUTH'], admin],
  [['ALLOW_CUSTOM_AUTH'], ['CUSTOM_AUTH']],
  [['ALLOW_REFRESH_TOKEN_AUTH'], refresh],
  [['ALLOW_USER_AUTH'], []],
  // The older names add to the defaults …
  [['ADMIN_NO_SRP_AUTH'], [...admin, ...defaults]],
  [['USER_PASSWORD_AUTH'], ['USER_PASSWORD_AUTH', ...defaults]],
  // … except for the one that says "only".
  [['CUSTOM_AUTH_FLOW_ONLY'], ['CUSTOM_AUTH']],
];

for (const [enabled, expected] of allowed) {
  test(`ExplicitAuthFlows ${JSON.stringify(enabled)} allow ${expected.join(', ') || 'nothing of these'}`, () => {
    const client = withFlows(enabled);
    const actual = names.filter(name => isAllowed(flows[name] as Flow, client));
    assert.deepEqual(actual.toSorted(), expected.toSorted());
  });
}

test('the password travels in the open to administrators only through their own flow', () => {
  const sides = Object.fromEntries(names.map(name => [name, flows[name]?.sides]));
  assert.deepEqual(sides, {
    USER_SRP_AUTH: ['public', 'admin'],
    USER_PASSWORD_AUTH: ['public', 'pages'],
    ADMIN_USER_PASSWORD_AUTH: ['admin'],
    ADMIN_NO_SRP_AUTH: ['admin'],
    CUSTOM_AUTH: ['public', 'admin', 'pages'],
    REFRESH_TOKEN_AUTH: ['public', 'admin'],
    REFRESH_TOKEN: ['public', 'admin'],
  });
});
