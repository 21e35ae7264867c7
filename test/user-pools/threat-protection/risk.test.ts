/** SetRiskConfiguration and DescribeRiskConfiguration, for pools and for app clients. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { SetRiskConfigurationCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { engines } from '../../support/databases.ts';
import { startWorld, type World } from '../../support/world.ts';
import { refused } from '../users/refused.ts';

type Input = Partial<SetRiskConfigurationCommandInput>;

const email = {
  Subject: 'New sign-in',
  HtmlBody: '<p>{one-click-link-invalid}</p>',
  TextBody: '{one-click-link-valid}',
};
const NotifyConfiguration = {
  From: 'admin@example.com',
  ReplyTo: 'Administrator <admin@example.com>',
  SourceArn: 'arn:aws:ses:us-west-2:123456789012:identity/admin@example.com',
  BlockEmail: email,
  NoActionEmail: { Subject: 'New sign-in', TextBody: 'We saw a sign-in.' },
  MfaEmail: { Subject: 'New sign-in', HtmlBody: '<p>We saw a sign-in.</p>' },
};
const everything = {
  CompromisedCredentialsRiskConfiguration: { EventFilter: ['SIGN_IN'], Actions: { EventAction: 'BLOCK' } },
  AccountTakeoverRiskConfiguration: {
    NotifyConfiguration,
    Actions: {
      LowAction: { Notify: true, EventAction: 'NO_ACTION' },
      MediumAction: { Notify: true, EventAction: 'MFA_IF_CONFIGURED' },
      HighAction: { Notify: false, EventAction: 'MFA_REQUIRED' },
    },
  },
  RiskExceptionConfiguration: {
    BlockedIPRangeList: ['192.0.2.1/32', '2001:db8::/32'],
    SkippedIPRangeList: ['203.0.113.0/24'],
  },
} satisfies Input;

const takeover = (rest: Input['AccountTakeoverRiskConfiguration'] & object): Input => ({
  AccountTakeoverRiskConfiguration: rest,
});
const blocking = { HighAction: { Notify: false, EventAction: 'BLOCK' as const } };
const blocked = (...BlockedIPRangeList: string[]): Input => ({ RiskExceptionConfiguration: { BlockedIPRangeList } });

const refusals: [what: string, input: Input][] = [
  ...['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '2001:db8::/129', 'example.com/8', '10.0.0.0/-1', ''].map(
    (range): [string, Input] => [`the range "${range}"`, blocked('10.0.0.0/8', range)],
  ),
  ['a skipped range that is none', { RiskExceptionConfiguration: { SkippedIPRangeList: ['x/8'] } }],
  ['201 ranges', blocked(...Array.from({ length: 201 }, (_, n) => `10.0.${n}.0/24`))],
  ['no action at all', takeover({ Actions: {} })],
  ['a notification without sender', takeover({ Actions: { LowAction: { Notify: true, EventAction: 'BLOCK' } } })],
  [
    'a sender that is no SES identity',
    takeover({
      Actions: blocking,
      NotifyConfiguration: { SourceArn: 'arn:aws:sns:us-west-2:123456789012:topic/x' },
    }),
  ],
  [
    'a message without text',
    takeover({
      Actions: blocking,
      NotifyConfiguration: { ...NotifyConfiguration, BlockEmail: { Subject: 'Only this' } },
    }),
  ],
];

for (const engine of engines) {
  describe(`risk configuration (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool();
      client = await world.createClient(pool);
    });
    after(() => world.stop());

    const set = async (input: Input) =>
      (await world.aws.setRiskConfiguration({ UserPoolId: pool, ...input })).RiskConfiguration;
    const describeRisk = async (ClientId?: string) =>
      (await world.aws.describeRiskConfiguration({ UserPoolId: pool, ClientId })).RiskConfiguration;

    it('is empty at first', async () => {
      assert.deepEqual(await describeRisk(), { UserPoolId: pool });
      assert.deepEqual(await describeRisk(client), { UserPoolId: pool, ClientId: client });
    });

    it('keeps every member, with the date', async () => {
      const before = world.clock.now();
      const answer = await set(everything);
      const { LastModifiedDate, ...rest } = answer ?? {};
      assert.deepEqual(rest, { UserPoolId: pool, ...everything });
      assert((LastModifiedDate?.getTime() ?? 0) >= Math.floor(before / 1000) * 1000);
      assert.deepEqual(await describeRisk(), answer);
    });

    it('is a client’s own where it is set for the client', async () => {
      const own = blocked('198.51.100.0/24');
      const { LastModifiedDate: _, ...rest } = (await set({ ...own, ClientId: client })) ?? {};
      assert.deepEqual(rest, { UserPoolId: pool, ClientId: client, ...own });
      assert.deepEqual((await describeRisk())?.RiskExceptionConfiguration, everything.RiskExceptionConfiguration);
    });

    it('is replaced as a whole; compromised credentials are looked for everywhere unless it says where', async () => {
      await set({ CompromisedCredentialsRiskConfiguration: { Actions: { EventAction: 'NO_ACTION' } } });
      const { LastModifiedDate: _, ...rest } = (await describeRisk()) ?? {};
      assert.deepEqual(rest, {
        UserPoolId: pool,
        CompromisedCredentialsRiskConfiguration: {
          EventFilter: ['SIGN_IN', 'PASSWORD_CHANGE', 'SIGN_UP'],
          Actions: { EventAction: 'NO_ACTION' },
        },
      });
    });

    it('is taken back by naming nothing but the client, or the pool', async () => {
      assert.deepEqual(await set({ ClientId: client }), { UserPoolId: pool, ClientId: client });
      assert.deepEqual(await describeRisk(client), { UserPoolId: pool, ClientId: client });
      assert((await describeRisk())?.CompromisedCredentialsRiskConfiguration);
      assert.deepEqual(await set({}), { UserPoolId: pool });
      assert.deepEqual(await describeRisk(), { UserPoolId: pool });
    });

    it('goes with its client', async () => {
      const doomed = await world.createClient(pool);
      await set({ ...blocked('10.0.0.0/8'), ClientId: doomed });
      await world.aws.deleteUserPoolClient({ UserPoolId: pool, ClientId: doomed });
      await refused(describeRisk(doomed), 'ResourceNotFoundException');
      const rows = await world.app.foundation.storage.db.selectFrom('risk_configurations').selectAll().execute();
      assert(!rows.some(({ scope }) => scope === doomed));
    });

    it('belongs to clients of the pool', async () => {
      const other = await world.createClient(await world.createPool());
      const message = `User pool client ${other} does not exist.`;
      await refused(describeRisk(other), 'ResourceNotFoundException', message);
      await refused(set({ ...everything, ClientId: other }), 'ResourceNotFoundException', message);
      await refused(
        world.aws.describeRiskConfiguration({ UserPoolId: 'us-east-1_nowhere00' }),
        'ResourceNotFoundException',
      );
    });

    for (const [what, input] of refusals) {
      it(`refuses ${what}`, async () => {
        await refused(set(input), 'InvalidParameterException');
        assert.deepEqual(await describeRisk(), { UserPoolId: pool });
      });
    }
  });
}
