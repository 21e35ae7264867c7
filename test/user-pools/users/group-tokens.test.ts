/** Groups in tokens, through the AWS SDK: at sign-in as they are then, at refresh as they are by now. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { claimsOf, refresh } from '../tokens/decode.ts';

const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const about = ['cognito:groups', 'cognito:roles', 'cognito:preferred_role'];
const groupsIn = (token: string) =>
  Object.fromEntries(Object.entries(claimsOf(token)).filter(([name]) => about.includes(name)));

for (const engine of engines) {
  describe(`groups in tokens (${engine})`, () => {
    let world: World;
    let UserPoolId: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      UserPoolId = await world.createPool();
      client = await world.createClient(UserPoolId);
      await world.createUser(UserPoolId, 'jane');
      for (const group of [
        { GroupName: 'plain' },
        { GroupName: 'alpha', Precedence: 5, RoleArn: role('alpha') },
        { GroupName: 'beta', Precedence: 5, RoleArn: role('beta') },
        { GroupName: 'zeta', Precedence: 0, RoleArn: role('zeta') },
        { GroupName: 'Omega' },
      ])
        await world.aws.createGroup({ UserPoolId, ...group });
    });
    after(() => world.stop());
    const add = (GroupName: string) => world.aws.adminAddUserToGroup({ UserPoolId, GroupName, Username: 'jane' });

    it('who is in none has no claim; at the next refresh the claims follow the groups', async () => {
      const tokens = await world.signIn(client, 'jane');
      assert.deepEqual([groupsIn(tokens.IdToken), groupsIn(tokens.AccessToken)], [{}, {}]);

      for (const group of ['plain', 'beta', 'alpha', 'Omega']) await add(group);
      const later = await refresh(world, client, tokens.RefreshToken);
      const groups = ['alpha', 'beta', 'Omega', 'plain'];
      // Two of the same precedence with different roles: none is preferred.
      assert.deepEqual(groupsIn(later.IdToken), {
        'cognito:groups': groups,
        'cognito:roles': [role('alpha'), role('beta')],
      });
      assert.deepEqual(groupsIn(later.AccessToken), { 'cognito:groups': groups });

      await add('zeta');
      const last = await world.signIn(client, 'jane');
      assert.deepEqual(groupsIn(last.IdToken), {
        'cognito:groups': ['zeta', ...groups],
        'cognito:roles': [role('zeta'), role('alpha'), role('beta')],
        'cognito:preferred_role': role('zeta'),
      });
      await world.aws.deleteGroup({ UserPoolId, GroupName: 'zeta' });
      await world.aws.updateGroup({ UserPoolId, GroupName: 'beta', Precedence: 1 });
      const after = await refresh(world, client, last.RefreshToken);
      assert.deepEqual(groupsIn(after.IdToken), {
        'cognito:groups': ['beta', 'alpha', 'Omega', 'plain'],
        'cognito:roles': [role('beta'), role('alpha')],
        'cognito:preferred_role': role('beta'),
      });
      await world.browser.getUser({ AccessToken: after.AccessToken });
    });

    it('are those of the user’s own pool', async () => {
      const other = await world.createPool();
      await world.createUser(other, 'jane');
      const { IdToken } = await world.signIn(await world.createClient(other), 'jane');
      assert.deepEqual(groupsIn(IdToken), {});
    });
  });
}
