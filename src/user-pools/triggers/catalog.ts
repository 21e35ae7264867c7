/** The triggers: what each is asked and may answer, in the words of the Cognito guide. */

/** One challenge of a custom sign-in and how it went. */
export type ChallengeResult = { challengeName: string; challengeResult: boolean; challengeMetadata?: string };

type StringMap = Record<string, string>;

export type Triggers = {
  DefineAuthChallenge: {
    source: 'DefineAuthChallenge_Authentication';
    request: { session: ChallengeResult[]; clientMetadata?: StringMap; userNotFound?: boolean };
    response: { challengeName: string | null; issueTokens: boolean | null; failAuthentication: boolean | null };
  };
  CreateAuthChallenge: {
    source: 'CreateAuthChallenge_Authentication';
    request: { challengeName: string; session: ChallengeResult[]; clientMetadata?: StringMap; userNotFound?: boolean };
    response: {
      publicChallengeParameters: StringMap | null;
      privateChallengeParameters: StringMap | null;
      challengeMetadata: string | null;
    };
  };
  VerifyAuthChallengeResponse: {
    source: 'VerifyAuthChallengeResponse_Authentication';
    request: {
      privateChallengeParameters: StringMap;
      challengeAnswer: string;
      clientMetadata?: StringMap;
      userNotFound?: boolean;
    };
    response: { answerCorrect: boolean | null };
  };
};

export type TriggerName = keyof Triggers;

/** Whether a value has the type that its member of the response must have; null and absence always pass. */
type MemberCheck = (value: unknown) => boolean;
const isBoolean: MemberCheck = value => typeof value === 'boolean';
const isString: MemberCheck = value => typeof value === 'string';
const isStringMap: MemberCheck = value =>
  typeof value === 'object' && !Array.isArray(value) && Object.values(value as object).every(isString);

/** The members of each response: others are ignored, wrong types refused. */
export const responses: { [Name in TriggerName]: Record<keyof Triggers[Name]['response'], MemberCheck> } = {
  DefineAuthChallenge: { challengeName: isString, issueTokens: isBoolean, failAuthentication: isBoolean },
  CreateAuthChallenge: {
    publicChallengeParameters: isStringMap,
    privateChallengeParameters: isStringMap,
    challengeMetadata: isString,
  },
  VerifyAuthChallengeResponse: { answerCorrect: isBoolean },
};
