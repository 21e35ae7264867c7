/** PreTokenGeneration in its three versions: claims, groups and scopes of tokens. */
import type {
  PreTokenGenerationTriggerHandler,
  PreTokenGenerationV2TriggerEvent,
  PreTokenGenerationV2TriggerHandler,
  PreTokenGenerationV3TriggerEvent,
} from 'aws-lambda';

/** The company that somebody belongs to, by the address. */
const tenantOf = (email = ''): string => email.split('@')[1] ?? 'none';

export const v1: PreTokenGenerationTriggerHandler = async event => {
  const { userAttributes, groupConfiguration } = event.request;
  event.response.claimsOverrideDetails = {
    claimsToAddOrOverride: { tenant: tenantOf(userAttributes.email) },
    claimsToSuppress: ['phone_number'],
    groupOverrideDetails: {
      ...groupConfiguration,
      // Applications know the groups by the names that they had in the company's directory.
      groupsToOverride: groupConfiguration.groupsToOverride?.map(group => `company/${group}`),
    },
  };
  return event;
};

export const v2: PreTokenGenerationV2TriggerHandler = async event => {
  const { userAttributes, groupConfiguration } = event.request;
  const isEditor = groupConfiguration.groupsToOverride?.includes('editors') === true;
  const tenant = tenantOf(userAttributes.email);
  event.response.claimsAndScopeOverrideDetails = {
    idTokenGeneration: { claimsToAddOrOverride: { tenant }, claimsToSuppress: ['phone_number'] },
    accessTokenGeneration: {
      claimsToAddOrOverride: { tenant },
      scopesToAdd: isEditor ? ['articles/read', 'articles/write'] : ['articles/read'],
      // An application that only reads articles need not change the account.
      scopesToSuppress: ['aws.cognito.signin.user.admin'],
    },
  };
  return event;
};

/** Version 3 is that of people, and of programs. */
export const v3 = async (
  event: PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent,
): Promise<PreTokenGenerationV2TriggerEvent | PreTokenGenerationV3TriggerEvent> => {
  const isProgram = event.triggerSource === 'TokenGeneration_ClientCredentials';
  event.response.claimsAndScopeOverrideDetails = {
    accessTokenGeneration: {
      claimsToAddOrOverride: {
        kind: isProgram ? 'program' : 'person',
        // What the program has said of itself, in the request for the token.
        ...(isProgram && { task: event.request.clientMetadata?.task ?? 'unknown' }),
      },
    },
  };
  return event;
};
