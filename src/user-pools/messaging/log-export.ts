/** Delivers the events that pools export (SetLogDeliveryConfiguration) to the targets that the operator has named for their ARNs. */
import type { EventSourceName, LogConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import { createEventSink, type EventSink, toCollector, toFile } from '../../lib/event-sink.ts';
import type { ExportLog } from '../call/export-log.ts';
import { fileOf, type LogTarget, targetOf } from './log-targets.ts';

export type LogExport = {
  write: ExportLog;
  /** Resolves when every event has been carried away. */
  idle(): Promise<void>;
  stop(): Promise<void>;
};

/** AWS's names in the events themselves. */
const envelopes: Record<EventSourceName, { eventSource: string; logLevel: string }> = {
  userNotification: { eventSource: 'USER_NOTIFICATION', logLevel: 'ERROR' },
  userAuthEvents: { eventSource: 'USER_ACTIVITY', logLevel: 'INFO' },
};

const arnOf = (configuration: LogConfigurationType | undefined): string | undefined =>
  configuration?.CloudWatchLogsConfiguration?.LogGroupArn ??
  configuration?.S3Configuration?.BucketArn ??
  configuration?.FirehoseConfiguration?.StreamArn;

export const createLogExport = ({
  targets,
  dataDir,
  clock,
  log,
}: {
  targets: readonly LogTarget[];
  dataDir: string;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}): LogExport => {
  const sinks = new Map<string, EventSink>();
  const withoutTarget = new Set<string>();

  const sinkOf = ({ arn, to }: LogTarget): EventSink => {
    let sink = sinks.get(to);
    if (sink === undefined) {
      const file = fileOf(to, dataDir);
      sink = createEventSink(file === undefined ? toCollector(to) : toFile(file), (lost, error) =>
        log.warn({ arn, lost, err: error }, 'exported events are lost'),
      );
      sinks.set(to, sink);
    }
    return sink;
  };

  /** Said once: without a target every event would repeat it. */
  const warnOf = (arn: string) => {
    if (withoutTarget.has(arn) || withoutTarget.size >= 1000) return;
    withoutTarget.add(arn);
    log.warn({ arn }, 'CENOTE_LOG_TARGETS names no target for this ARN: its events are dropped');
  };

  return {
    write({ id, settings }, source, message) {
      const arn = arnOf(settings.logDelivery?.find(({ EventSource }) => EventSource === source));
      if (arn === undefined) return;
      const target = targetOf(targets, arn);
      if (target === undefined) return warnOf(arn);
      const event = {
        eventTimestamp: `${clock.now()}`,
        ...envelopes[source],
        message,
        logSourceId: { userPoolId: id },
      };
      sinkOf(target).write(event);
    },
    async idle() {
      await Promise.all([...sinks.values()].map(sink => sink.idle()));
    },
    async stop() {
      await Promise.all([...sinks.values()].map(sink => sink.close()));
    },
  };
};
