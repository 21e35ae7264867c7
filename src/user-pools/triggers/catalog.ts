/** The triggers: what each is asked and may answer, in the words of the Cognito guide ("Working with Lambda triggers"). */

export type StringMap = Record<string, string>;

/** Whom a trigger is about; absent where Cognito leaves it out. `userAttributes` comes from `invoke.ts`. */
type Asked = { clientMetadata?: StringMap | undefined };
/** Sign-in triggers: true where the app client hides who exists, and nobody does. */
type PerhapsNobody = { userNotFound?: boolean };

/** One challenge of a custom sign-in and how it went. */
export type ChallengeResult = { challengeName: string; challengeResult: boolean; challengeMetadata?: string };

/** Why a message is sent: what follows `CustomMessage_`, `CustomEmailSender_` and `CustomSMSSender_`. */
export type MessageOccasion =
  | 'SignUp'
  | 'AdminCreateUser'
  | 'ResendCode'
  | 'ForgotPassword'
  | 'UpdateUserAttribute'
  | 'VerifyUserAttribute'
  | 'Authentication';

/** Why tokens are made: what follows `TokenGeneration_`. */
export type TokenOccasion =
  | 'Authentication'
  | 'NewPasswordChallenge'
  | 'AuthenticateDevice'
  | 'RefreshTokens'
  | 'HostedAuth'
  | 'ClientCredentials';

/** A user's groups, and the roles that they bring. */
export type GroupConfiguration = {
  groupsToOverride: readonly string[];
  iamRolesToOverride: readonly string[];
  preferredRole: string | null;
};

export type Triggers = {
  PreSignUp: {
    source: `PreSignUp_${'SignUp' | 'AdminCreateUser' | 'ExternalProvider'}`;
    request: Asked & { validationData: StringMap | null };
    response: { autoConfirmUser: boolean | null; autoVerifyEmail: boolean | null; autoVerifyPhone: boolean | null };
  };
  PostConfirmation: {
    source: `PostConfirmation_${'ConfirmSignUp' | 'ConfirmForgotPassword'}`;
    request: Asked;
    response: Record<never, never>;
  };
  PreAuthentication: {
    source: 'PreAuthentication_Authentication';
    request: PerhapsNobody & { validationData: StringMap | null };
    response: Record<never, never>;
  };
  PostAuthentication: {
    source: 'PostAuthentication_Authentication';
    request: Asked & { newDeviceUsed: boolean };
    response: Record<never, never>;
  };
  PreTokenGeneration: {
    source: `TokenGeneration_${TokenOccasion}`;
    request: Asked & {
      /** null: a program, not a user. */
      groupConfiguration: GroupConfiguration | null;
      /** From version 2 on. */
      scopes?: readonly string[];
    };
    /** The first in version 1, the second in versions 2 and 3; read further by `tokens/`. */
    response: { claimsOverrideDetails: object | null; claimsAndScopeOverrideDetails: object | null };
  };
  UserMigration: {
    source: `UserMigration_${'Authentication' | 'ForgotPassword'}`;
    request: Asked & { userAttributes: null; password?: string; validationData: StringMap | null };
    response: {
      userAttributes: StringMap | null;
      finalUserStatus: string | null;
      messageAction: string | null;
      desiredDeliveryMediums: string[] | null;
      forceAliasCreation: boolean | null;
      enableSMSMFA: boolean | null;
    };
  };
  CustomMessage: {
    source: `CustomMessage_${MessageOccasion}`;
    request: Asked & { codeParameter: string; linkParameter: string; usernameParameter: string | null };
    response: { smsMessage: string | null; emailMessage: string | null; emailSubject: string | null };
  };
  DefineAuthChallenge: {
    source: 'DefineAuthChallenge_Authentication';
    request: Asked & PerhapsNobody & { session: ChallengeResult[] };
    response: { challengeName: string | null; issueTokens: boolean | null; failAuthentication: boolean | null };
  };
  CreateAuthChallenge: {
    source: 'CreateAuthChallenge_Authentication';
    request: Asked & PerhapsNobody & { challengeName: string; session: ChallengeResult[] };
    response: {
      publicChallengeParameters: StringMap | null;
      privateChallengeParameters: StringMap | null;
      challengeMetadata: string | null;
    };
  };
  VerifyAuthChallengeResponse: {
    source: 'VerifyAuthChallengeResponse_Authentication';
    request: Asked & PerhapsNobody & { privateChallengeParameters: StringMap; challengeAnswer: string };
    response: { answerCorrect: boolean | null };
  };
  InboundFederation: {
    source: 'InboundFederation_ExternalProvider';
    request: { providerName: string; providerType: string; attributes: Record<string, unknown> };
    response: { userAttributesToMap: Record<string, unknown> | null };
  };
};

/** The functions that send messages in place of the server. They are called without waiting for an answer. */
export type CustomSender = 'CustomEmailSender' | 'CustomSMSSender';
export type SenderSource =
  | `${CustomSender}_${MessageOccasion}`
  /** For threat protection; there is no code then. */
  | 'CustomEmailSender_AccountTakeOverNotification';
export type SenderRequest = {
  type: 'customEmailSenderRequestV1' | 'customSMSSenderRequestV1';
  /** An AWS Encryption SDK message in base64; null where there is no code. */
  code: string | null;
  clientMetadata: StringMap | null;
  userAttributes: StringMap;
};

export type TriggerName = keyof Triggers;
export type TriggerResponse<Name extends TriggerName> = Triggers[Name]['response'];
