/** Where the events of an ARN go in place of CloudWatch Logs, S3 or Firehose: the setting CENOTE_LOG_TARGETS. Pure. */
import { isAbsolute, join } from 'node:path';
import { matchesWildcard } from '../../iam/wildcard.ts';

export type LogTarget = {
  /** `*` in it stands for anything. */
  arn: string;
  /** `file:name`, `file:/path` or an HTTP URL. */
  to: string;
};

const isTarget = (to: unknown): to is string =>
  typeof to === 'string' && (/^file:[^\0]+$/.test(to) || (/^https?:\/\//.test(to) && URL.canParse(to)));

const parsePair = (pair: string): [string, unknown] => {
  const at = pair.search(/=(file:|https?:)/);
  return at < 0 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + 1)];
};

const entriesOf = (text: string): [string, unknown][] => {
  if (text.startsWith('{')) return Object.entries(JSON.parse(text));
  return text
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== '')
    .map(parsePair);
};

/**
 * @param text `arn=target`, several separated by commas, or a JSON object
 * @throws Error that says what is expected; it quotes no target, which may hold a password
 */
export const parseLogTargets = (text: string): LogTarget[] =>
  entriesOf(text.trim()).map(([arn, to]) => {
    if (!isTarget(to)) throw new Error('expected arn=file:name or arn=https://collector, separated by commas, or JSON');
    return { arn, to };
  });

/** The first target whose ARN fits. */
export const targetOf = (targets: readonly LogTarget[], arn: string): LogTarget | undefined =>
  targets.find(target => matchesWildcard(target.arn, arn));

/** The file of a `file:` target: relative ones are in the data directory's `logs`. Undefined for a URL. */
export const fileOf = (to: string, dataDir: string): string | undefined => {
  if (!to.startsWith('file:')) return undefined;
  const path = to.slice('file:'.length);
  return isAbsolute(path) ? path : join(dataDir, 'logs', path);
};
