/** PreTokenGeneration: the pool's function changes claims, groups and scopes of tokens before they are signed. */
import type { PreTokenGenerationLambdaVersionType } from '@aws-sdk/client-cognito-identity-provider';
import type { UserPool } from '../../storage/pools.ts';
import type { TokenOccasion, Triggers } from './catalog.ts';
import { invokeTrigger, type Subject, type TriggerCall } from './invoke.ts';
import { type EventVersion, readOverrides, type TokenOverrides } from './token-overrides.ts';

const versions: Record<PreTokenGenerationLambdaVersionType, EventVersion> = { V1_0: '1', V2_0: '2', V3_0: '3' };

const versionOf = ({ config }: UserPool): EventVersion =>
  versions[config.LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion ?? 'V1_0'];

/** The answer that is still blank, and from version 2 on the scopes. */
const blankOf = (version: EventVersion) =>
  version === '1' ? { claimsOverrideDetails: null } : { claimsAndScopeOverrideDetails: null };

/**
 * @returns what is to be different about the tokens; undefined: nothing
 * @throws UserLambdaValidationException (no tokens), UnexpectedLambdaException, InvalidLambdaResponseException
 */
export const preTokenGeneration = async (
  call: TriggerCall,
  occasion: TokenOccasion,
  who: Subject,
  { scopes, ...request }: Triggers['PreTokenGeneration']['request'],
): Promise<TokenOverrides | undefined> => {
  const version = versionOf(call.pool);
  // Programs came with version 3: the functions of older pools do not expect them.
  if (occasion === 'ClientCredentials' && version !== '3') return undefined;
  const response = await invokeTrigger(call, 'PreTokenGeneration', {
    source: `TokenGeneration_${occasion}`,
    ...who,
    request: version === '1' ? request : { scopes, ...request },
    version,
    response: blankOf(version),
  });
  return response && readOverrides(version, response);
};
