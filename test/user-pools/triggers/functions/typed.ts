// Functions as an application in production has them: TypeScript, with the types that AWS Lambda's users know.
import type {
  CreateAuthChallengeTriggerHandler,
  CustomMessageTriggerHandler,
  DefineAuthChallengeTriggerHandler,
  PostAuthenticationTriggerHandler,
  PostConfirmationTriggerHandler,
  PreAuthenticationTriggerHandler,
  PreSignUpTriggerHandler,
  PreTokenGenerationV2TriggerHandler,
  UserMigrationTriggerHandler,
  VerifyAuthChallengeResponseTriggerHandler,
} from 'aws-lambda';

export const preSignUp: PreSignUpTriggerHandler = async event => {
  const { email = '' } = event.request.userAttributes;
  if (email.endsWith('@blocked.example')) throw new Error('This domain is not welcome');
  if (event.request.clientMetadata?.invited === 'yes') {
    event.response.autoConfirmUser = true;
    event.response.autoVerifyEmail = true;
  }
  return event;
};

export const postConfirmation: PostConfirmationTriggerHandler = (event, _context, callback) => {
  callback(null, event);
};

export const preAuthentication: PreAuthenticationTriggerHandler = async event => {
  if (event.request.validationData?.robot === 'yes') throw new Error('No robots');
  return event;
};

export const postAuthentication: PostAuthenticationTriggerHandler = async event => event;

export const preTokenGeneration: PreTokenGenerationV2TriggerHandler = async (event, context) => ({
  ...event,
  response: {
    claimsAndScopeOverrideDetails: {
      idTokenGeneration: { claimsToAddOrOverride: { plan: 'gold', function: context.functionName } },
      accessTokenGeneration: { claimsToAddOrOverride: { tenant: '7' }, scopesToAdd: ['orders/read'] },
    },
  },
});

export const userMigration: UserMigrationTriggerHandler = async event => {
  if (event.userName !== 'joan' || event.request.password !== 'Old-Directory-1') throw new Error('unknown');
  event.response.userAttributes = { email: 'joan@example.com', email_verified: 'true' };
  event.response.finalUserStatus = 'CONFIRMED';
  event.response.messageAction = 'SUPPRESS';
  return event;
};

export const customMessage: CustomMessageTriggerHandler = async event => {
  event.response.emailSubject = 'Hello';
  event.response.emailMessage = `Hello ${event.userName}, it is ${event.request.codeParameter}`;
  return event;
};

export const define: DefineAuthChallengeTriggerHandler = async event => {
  const last = event.request.session.at(-1);
  event.response.issueTokens = last?.challengeResult === true;
  event.response.failAuthentication = event.request.session.length > 2;
  if (!event.response.issueTokens) event.response.challengeName = 'CUSTOM_CHALLENGE';
  return event;
};

export const create: CreateAuthChallengeTriggerHandler = async event => {
  event.response.publicChallengeParameters = { question: 'colour' };
  event.response.privateChallengeParameters = { answer: 'green' };
  event.response.challengeMetadata = `QUESTION_${event.request.session.length}`;
  return event;
};

export const verify: VerifyAuthChallengeResponseTriggerHandler = async event => {
  event.response.answerCorrect = event.request.challengeAnswer === event.request.privateChallengeParameters.answer;
  return event;
};
