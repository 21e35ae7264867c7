/** UserMigration: the pool's function looks up somebody whom the pool does not know in the directory that came before it. */
import type { StringMap, TriggerResponse } from './catalog.ts';
import { functionOf, invokeTrigger, type TriggerCall } from './invoke.ts';

export type Lookup = {
  occasion: 'Authentication' | 'ForgotPassword';
  /** As it was typed. */
  name: string;
  /** Of a sign-in. */
  password?: string | undefined;
  /** ClientMetadata of InitiateAuth. */
  validationData?: StringMap | undefined;
  /** ClientMetadata of any other operation. */
  clientMetadata?: StringMap | undefined;
};

export const migratesUsers = (call: Pick<TriggerCall, 'pool'>): boolean =>
  functionOf(call, 'UserMigration') !== undefined;

/**
 * @returns whom the function has found; undefined when the pool has none
 * @throws UserLambdaValidationException (it knows nobody of that name and password), UnexpectedLambdaException, InvalidLambdaResponseException
 */
export const userMigration = (
  call: TriggerCall,
  { occasion, name, password, validationData, clientMetadata }: Lookup,
): Promise<TriggerResponse<'UserMigration'> | undefined> =>
  invokeTrigger(call, 'UserMigration', {
    source: `UserMigration_${occasion}`,
    userName: name,
    attributes: {},
    request: {
      ...(password === undefined ? {} : { password }),
      validationData: validationData ?? null,
      clientMetadata,
      userAttributes: null,
    },
  });
