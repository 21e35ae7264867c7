/** Functions by their ARN: a table says where each one really is, and this runs it there. */
import type { FunctionAnswer, Functions, InvokeOptions } from '../call/functions.ts';
import { createModuleFunction } from './module-function.ts';

export type FunctionTarget = {
  /** @param event JSON */
  invoke(event: string, options: InvokeOptions): Promise<FunctionAnswer>;
  close(): Promise<void>;
};

/** The name of a function within its ARN: `arn:aws:lambda:us-east-1:123456789012:function:NAME[:VERSION]`. */
const nameOf = (arn: string): string | undefined => /:function:([^:]+)/.exec(arn)?.[1];

const transports: Record<string, (address: string) => FunctionTarget> = {
  module: createModuleFunction,
};

/** @throws Error for a target of an unknown kind */
const createTarget = (target: string): FunctionTarget => {
  const [kind = '', ...rest] = target.split(':');
  const transport = Object.hasOwn(transports, kind) ? transports[kind] : undefined;
  if (transport === undefined)
    throw new Error(`"${target}" is no target of a function; expected module:<path of an ES module>[#<exported name>]`);
  return transport(rest.join(':'));
};

/**
 * @param table ARN, function name, or prefix with `*` at its end → `module:<path>[#<exported name>]`
 */
export const createFunctions = (table: ReadonlyMap<string, string>): Functions => {
  const targets = new Map([...table].map(([key, target]) => [key, createTarget(target)]));
  const find = (arn: string): FunctionTarget | undefined => {
    const exact = targets.get(arn) ?? targets.get(nameOf(arn) ?? '');
    if (exact !== undefined) return exact;
    return [...targets].find(([key]) => key.endsWith('*') && arn.startsWith(key.slice(0, -1)))?.[1];
  };
  return {
    async invoke(arn, event, options) {
      const target = find(arn);
      return target === undefined
        ? { kind: 'unavailable', reason: 'ResourceNotFoundException' }
        : target.invoke(event, options);
    },
    async close() {
      await Promise.all([...targets.values()].map(target => target.close()));
    },
  };
};
