/** UserMigration: people of another directory become users of the pool at their first sign-in, or when they have forgotten their password. */
import { existsSync, readFileSync } from 'node:fs';
import type { UserMigrationTriggerHandler } from 'aws-lambda';

const file = new URL('./settings.json', import.meta.url);
const settings: { directoryUrl: string } = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { directoryUrl: process.env.DIRECTORY_URL };

type Person = { email: string; name: string };

/** @returns undefined when the directory knows nobody of that name, and that password */
const ask = async (question: 'sign-in' | 'look-up', body: object): Promise<Person | undefined> => {
  const answer = await fetch(new URL(question, settings.directoryUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error('The old directory is out of order');
  return (await answer.json()) as Person;
};

export const handler: UserMigrationTriggerHandler = async event => {
  const name = event.userName;
  const person =
    event.triggerSource === 'UserMigration_Authentication'
      ? await ask('sign-in', { name, password: event.request.password })
      : await ask('look-up', { name });
  if (person === undefined) throw new Error('Incorrect username or password');
  event.response.userAttributes = {
    email: person.email,
    // Without it no code for a forgotten password could be sent there.
    email_verified: 'true',
    name: person.name,
  };
  // The password was right: it is the user's from now on. By default it would have to be reset.
  if (event.triggerSource === 'UserMigration_Authentication') event.response.finalUserStatus = 'CONFIRMED';
  event.response.messageAction = 'SUPPRESS';
  return event;
};
