/** How long tokens live, by an app client's members and their units. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasValidLifetimes, tokenLifetimes } from '../../../src/user-pools/tokens/validity.ts';

type Members = Parameters<typeof tokenLifetimes>[0];
const day = 86_400;

const lifetimes: [client: Members, expected: { access: number; id: number; refresh: number }][] = [
  [{}, { access: 3600, id: 3600, refresh: 30 * day }],
  [{ TokenValidityUnits: {} }, { access: 3600, id: 3600, refresh: 30 * day }],
  [
    { AccessTokenValidity: 2, IdTokenValidity: 3, RefreshTokenValidity: 4 },
    { access: 7200, id: 10_800, refresh: 4 * day },
  ],
  [
    {
      AccessTokenValidity: 300,
      IdTokenValidity: 10,
      RefreshTokenValidity: 2,
      TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'minutes', RefreshToken: 'hours' },
    },
    { access: 300, id: 600, refresh: 7200 },
  ],
  [
    { AccessTokenValidity: 1, TokenValidityUnits: { AccessToken: 'days' } },
    { access: day, id: 3600, refresh: 30 * day },
  ],
  // 0 means the default.
  [{ RefreshTokenValidity: 0 }, { access: 3600, id: 3600, refresh: 30 * day }],
];
for (const [client, expected] of lifetimes) {
  test(`${JSON.stringify(client)} → ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(tokenLifetimes(client), expected);
  });
}

const seconds = (access: number, id: number, refresh: number): Members => ({
  AccessTokenValidity: access,
  IdTokenValidity: id,
  RefreshTokenValidity: refresh,
  TokenValidityUnits: { AccessToken: 'seconds', IdToken: 'seconds', RefreshToken: 'seconds' },
});
const ranges: [client: Members, valid: boolean][] = [
  [seconds(300, 300, 3600), true],
  [seconds(299, 300, 3600), false],
  [seconds(300, 299, 3600), false],
  [seconds(300, 300, 3599), false],
  [seconds(day, day, 315_360_000), true],
  [seconds(day + 1, day, 315_360_000), false],
  [seconds(day, day + 1, 315_360_000), false],
  [seconds(day, day, 315_360_001), false],
  [seconds(7200, 3600, 3600), false],
  [seconds(3600, 7200, 3600), false],
  [{}, true],
];
for (const [client, valid] of ranges) {
  test(`${JSON.stringify(client)} is ${valid ? 'accepted' : 'refused'}`, () => {
    assert.equal(hasValidLifetimes(client), valid);
  });
}
