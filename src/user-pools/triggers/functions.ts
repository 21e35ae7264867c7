/** Functions by their ARN: a table says where each one really is, and this runs it there. */
import type { Logger } from 'pino';
import type { Clock } from '../../lib/clock.ts';
import type { Functions } from '../call/functions.ts';
import type { PlainHttp } from './endpoint.ts';
import { createLambdaFunction } from './lambda-function.ts';
import { createModuleFunction } from './module-function.ts';
import { findTarget, kindOf, type TriggerTable } from './targets.ts';
import { createWebhookFunction } from './webhook-function.ts';

export type FunctionSettings = {
  /** Where `lambda:` targets without an endpoint are; AWS itself unless given. */
  lambdaEndpoint?: string | undefined;
  /** What webhooks are signed with, see `webhookKey`; several, separated by commas. */
  triggersSecret?: string | undefined;
  triggersHttp: PlainHttp;
};

export type Surroundings = FunctionSettings & { clock: Clock; log: Logger };

/** @param target `kind:address` @throws Error that says what to do */
type Transport = (target: string, surroundings: Surroundings) => Functions;

const transports: Record<string, Transport> = {
  module: createModuleFunction,
  lambda: createLambdaFunction,
  https: createWebhookFunction,
  http: createWebhookFunction,
};

const createTarget: Transport = (target, surroundings) => {
  const kind = kindOf(target);
  const transport = Object.hasOwn(transports, kind) ? transports[kind] : undefined;
  if (transport === undefined) throw new Error(`"${target}" is no target of a function`);
  return transport(target, surroundings);
};

/**
 * @param table see `parseTriggers`
 * @throws Error that names the entry and says what to do: a file that is not there, a webhook without a secret, …
 */
export const createFunctions = (table: TriggerTable, surroundings: Surroundings): Functions => {
  const targets = new Map<string, Functions>();
  for (const [key, target] of table) {
    try {
      targets.set(key, createTarget(target, surroundings));
    } catch (error) {
      throw new Error(`CENOTE_TRIGGERS: ${key}: ${(error as Error).message}`);
    }
  }
  return {
    async invoke(arn, event, options) {
      const [key = ''] = findTarget(table, arn) ?? [];
      const target = targets.get(key);
      if (target !== undefined) return target.invoke(arn, event, options);
      surroundings.log.warn({ function: arn }, 'a pool names a function that CENOTE_TRIGGERS does not');
      return { kind: 'unavailable', reason: 'ResourceNotFoundException' };
    },
    async close() {
      await Promise.all([...targets.values()].map(target => target.close()));
    },
  };
};
