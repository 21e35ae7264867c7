/** Which events of a pool are exported, and where to: GetLogDeliveryConfiguration and SetLogDeliveryConfiguration. */
import type { EventSourceName, LogConfigurationType, LogLevel } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import { findPool, type UserPool } from '../../storage/pools.ts';
import { inPool } from '../doors/in-pool.ts';
import { changePool } from './change.ts';
import { requirePlan } from './feature-plan.ts';

const destinations: [name: string, arn: (given: LogConfigurationType) => string | undefined, shape: RegExp][] = [
  [
    'CloudWatchLogsConfiguration',
    given => given.CloudWatchLogsConfiguration?.LogGroupArn,
    /^arn:[^:]+:logs:[^:]+:\d+:log-group:[^:]+(:\*)?$/,
  ],
  ['S3Configuration', given => given.S3Configuration?.BucketArn, /^arn:[^:]+:s3:::[^:]+$/],
  [
    'FirehoseConfiguration',
    given => given.FirehoseConfiguration?.StreamArn,
    /^arn:[^:]+:firehose:[^:]+:\d+:deliverystream\/[^:]+$/,
  ],
];

/** Each source has one level; errors of messages go to a log group only. */
const sources: Record<EventSourceName, { level: LogLevel; allowed: string[] }> = {
  userNotification: { level: 'ERROR', allowed: ['CloudWatchLogsConfiguration'] },
  userAuthEvents: { level: 'INFO', allowed: destinations.map(([name]) => name) },
};

const check = (given: LogConfigurationType & { EventSource: EventSourceName }) => {
  const { EventSource: source, LogLevel: level } = given;
  const rule = sources[source];
  if (level !== rule.level)
    throw invalidParameter(`The log level of ${source} must be ${rule.level}, and ${level} was given.`);
  const named = destinations.filter(([name]) => given[name as keyof LogConfigurationType] !== undefined);
  const [only] = named;
  if (only === undefined || named.length > 1)
    throw invalidParameter(`The log configuration of ${source} must have exactly one destination.`);
  const [name, arnOf, shape] = only;
  if (!rule.allowed.includes(name)) throw invalidParameter(`${name} is not a destination of ${source}.`);
  if (!shape.test(arnOf(given) ?? '')) throw invalidParameter(`The ARN in ${name} is not that of such a destination.`);
};

const describe = ({ id, settings }: UserPool) => ({
  LogDeliveryConfiguration: { UserPoolId: id, LogConfigurations: settings.logDelivery ?? [] },
});

/** Fresh from the database: whoever has just set it reads what was written. */
export const getLogDeliveryConfiguration = inPool<'GetLogDeliveryConfiguration'>(async ({ db, pool }) =>
  describe((await findPool(db, pool.id)) ?? pool),
);

/** Replaces the whole configuration; an empty list ends the export. */
export const setLogDeliveryConfiguration = inPool<'SetLogDeliveryConfiguration'>(
  async (call, { LogConfigurations: given }) => {
    for (const configuration of given) check(configuration);
    if (new Set(given.map(({ EventSource }) => EventSource)).size < given.length)
      throw invalidParameter('Each event source can be configured only once.');
    const pool = await changePool(call, current => {
      if (given.some(({ EventSource }) => EventSource === 'userAuthEvents'))
        requirePlan(call, current.config, 'PLUS', 'User Activity Log Export');
      return { ...current, settings: { ...current.settings, logDelivery: given } };
    });
    return describe(pool);
  },
);
