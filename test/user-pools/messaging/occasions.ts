/** Every operation that sends a message, as a test calls it for a person of its own. */
import type { AttributeType } from '@aws-sdk/client-cognito-identity-provider';
import type { MessageOccasion } from '../../../src/user-pools/triggers/catalog.ts';
import { attributeList, goodPassword, type World } from '../../support/world.ts';

type Metadata = { ClientMetadata?: Record<string, string> };
export type Person = { world: World; pool: string; client: string; name: string; email: string; phone: string };

export type Occasion = {
  operation: string;
  occasion: MessageOccasion;
  /** Triggers that fire besides, before it. */
  before: string[];
  /** Called by an administrator: events name no app client. */
  byAdmin?: true;
  /** What must have happened; its events do not count. @returns what sends the message */
  prepare(person: Person): Promise<(metadata: Metadata) => Promise<unknown>>;
};

const known = async ({ world, pool, name, email }: Person, more: Record<string, string> = {}) =>
  world.createUser(pool, name, goodPassword, { email, email_verified: 'true', ...more });

const moved = (email: string): AttributeType[] => attributeList({ email });
export const formerAddress = ({ email }: Pick<Person, 'email'>) => `former-${email}`;

export const occasions: Occasion[] = [
  {
    operation: 'SignUp',
    occasion: 'SignUp',
    before: ['PreSignUp_SignUp'],
    prepare:
      async ({ world, client, name, email }) =>
      metadata =>
        world.signUp(client, name, { email }, metadata),
  },
  {
    operation: 'ResendConfirmationCode',
    occasion: 'ResendCode',
    before: [],
    async prepare({ world, client, name, email }) {
      await world.signUp(client, name, { email });
      return metadata => world.browser.resendConfirmationCode({ ClientId: client, Username: name, ...metadata });
    },
  },
  {
    operation: 'ForgotPassword',
    occasion: 'ForgotPassword',
    before: [],
    async prepare(person) {
      await known(person);
      const { world, client, name } = person;
      return metadata => world.browser.forgotPassword({ ClientId: client, Username: name, ...metadata });
    },
  },
  {
    operation: 'AdminResetUserPassword',
    occasion: 'ForgotPassword',
    before: [],
    byAdmin: true,
    async prepare(person) {
      await known(person);
      const { world, pool, name } = person;
      return metadata => world.aws.adminResetUserPassword({ UserPoolId: pool, Username: name, ...metadata });
    },
  },
  {
    operation: 'AdminCreateUser',
    occasion: 'AdminCreateUser',
    before: ['PreSignUp_AdminCreateUser'],
    byAdmin: true,
    prepare:
      async ({ world, pool, name, email }) =>
      metadata =>
        world.aws.adminCreateUser({
          UserPoolId: pool,
          Username: name,
          TemporaryPassword: 'Odd<Horse>&8',
          UserAttributes: attributeList({ email }),
          DesiredDeliveryMediums: ['EMAIL'],
          ...metadata,
        }),
  },
  {
    operation: 'UpdateUserAttributes',
    occasion: 'UpdateUserAttribute',
    before: [],
    async prepare(person) {
      await known(person, { email: formerAddress(person) });
      const { world, client, name, email } = person;
      const { AccessToken } = await world.signIn(client, name);
      return metadata => world.browser.updateUserAttributes({ AccessToken, UserAttributes: moved(email), ...metadata });
    },
  },
  {
    operation: 'AdminUpdateUserAttributes',
    occasion: 'UpdateUserAttribute',
    before: [],
    byAdmin: true,
    async prepare(person) {
      await known(person, { email: formerAddress(person) });
      const { world, pool, name, email } = person;
      return metadata =>
        world.aws.adminUpdateUserAttributes({
          UserPoolId: pool,
          Username: name,
          UserAttributes: moved(email),
          ...metadata,
        });
    },
  },
  {
    operation: 'GetUserAttributeVerificationCode',
    occasion: 'VerifyUserAttribute',
    before: [],
    async prepare(person) {
      await known(person);
      const { world, client, name } = person;
      const { AccessToken } = await world.signIn(client, name);
      return metadata =>
        world.browser.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email', ...metadata });
    },
  },
  {
    operation: 'RespondToAuthChallenge',
    occasion: 'Authentication',
    before: ['PreAuthentication_Authentication'],
    async prepare(person) {
      await known(person);
      const { world, client, name } = person;
      return async metadata => {
        const { Session } = await world.browser.initiateAuth({
          ClientId: client,
          AuthFlow: 'USER_AUTH',
          AuthParameters: { USERNAME: name },
        });
        return world.browser.respondToAuthChallenge({
          ClientId: client,
          ChallengeName: 'SELECT_CHALLENGE',
          Session,
          ChallengeResponses: { USERNAME: name, ANSWER: 'EMAIL_OTP' },
          ...metadata,
        });
      };
    },
  },
];

/** A pool in which all of them send e-mail, and through which functions may word it. */
export const poolOfAll = {
  AutoVerifiedAttributes: ['email' as const],
  EmailConfiguration: {
    EmailSendingAccount: 'DEVELOPER' as const,
    SourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/shop@example.com',
  },
  Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] } },
};
export const clientOfAll = {
  ExplicitAuthFlows: ['ALLOW_USER_AUTH' as const, 'ALLOW_USER_PASSWORD_AUTH' as const],
};

let people = 0;
export const newPerson = (world: World, pool: string, client: string): Person => {
  const name = `person${++people}`;
  return { world, pool, client, name, email: `${name}@example.com`, phone: `+1555000${1000 + people}` };
};
