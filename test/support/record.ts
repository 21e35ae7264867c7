/** Notes what the tests have seen each operation answer, for docs/coverage.md: `npm run coverage` collects it. */
import { appendFileSync } from 'node:fs';
import { CognitoIdentity } from '@aws-sdk/client-cognito-identity';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';

/** File to append to; without it nothing is noted. */
const file = process.env.RECORD_ANSWERS_IN;

/** Makes the client note each answer as a line `<operation> <exception or ok>`. */
export const recordAnswers = (client: CognitoIdentity | CognitoIdentityProvider): void => {
  if (file === undefined) return;
  // The stacks differ in the types of what passes through them alone.
  (client as CognitoIdentityProvider).middlewareStack.add(
    (next, context) => async request => {
      const name = String(context.commandName).replace(/Command$/, '');
      // Both services have operations of the same names.
      const operation = client instanceof CognitoIdentity ? `cognito-identity:${name}` : name;
      const note = (answer: string) => appendFileSync(file, `${operation} ${answer}\n`);
      try {
        const result = await next(request);
        note('ok');
        return result;
      } catch (error) {
        note((error as Error).name);
        throw error;
      }
    },
    { step: 'initialize', name: 'recordAnswers' },
  );
};
