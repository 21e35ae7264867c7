/**
 * Triggers that a test can watch and steer: one function, a local module, stands behind all of them, notes each event and
 * answers what the test says; by itself it returns each event as it came.
 */
import { appendFileSync, copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LambdaConfigType } from '@aws-sdk/client-cognito-identity-provider';

export type TriggerEvent = {
  version: string;
  triggerSource: string;
  region: string;
  userPoolId: string;
  userName: string;
  callerContext: { awsSdkVersion: string; clientId: string };
  // biome-ignore lint/suspicious/noExplicitAny: each trigger has its own members, and a test names those that it looks at
  request: any;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  response: any;
};

/** `PreSignUp_SignUp`, or what stands before the underscore for all sources of a trigger. */
type Source = string;

export type Recorder = {
  /** For `startWorld`. */
  settings: Record<string, string>;
  arn: string;
  /** Every trigger but the custom senders, which take the place of CustomMessage. */
  lambdaConfig: LambdaConfigType;
  /** Functions that go wrong in each of the ways that there are, and what a client is told of it. */
  broken(trigger: string): { arn: string; error: { name: string; message: string } }[];
  /** Members of the response from now on; the others stay as they came. */
  respond(source: Source, response: object): void;
  /** The function throws from now on. */
  fail(source: Source, message: string): void;
  /** The whole handler from now on, which sees nothing of the test around it: only its text gets to the function's thread. */
  behave(source: Source, handler: (event: TriggerEvent, context: object) => unknown): void;
  /** Back to the event as it came, for all; events that nobody has asked for are forgotten. */
  reset(): void;
  /** The events since the last time that anybody asked, in order. */
  events(): TriggerEvent[];
  /** Their sources. */
  fired(): string[];
  remove(): void;
};

const triggers = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'PreTokenGeneration',
  'UserMigration',
  'CustomMessage',
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
] as const;

const source = new URL('./functions/recorder.mjs', import.meta.url);

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

/** Call `remove` after the world has stopped. */
export const createRecorder = (): Recorder => {
  const folder = mkdtempSync(join(tmpdir(), 'cenote-triggers-'));
  const [module, answersFile, eventsFile] = ['recorder.mjs', 'answers.json', 'events.jsonl'].map(name =>
    join(folder, name),
  ) as [string, string, string];
  copyFileSync(source, module);
  appendFileSync(eventsFile, '');
  const arn = arnOf('recorder');
  let answers: Record<Source, object> = {};
  let seen = 0;

  const set = (next: typeof answers) => {
    answers = next;
    writeFileSync(answersFile, JSON.stringify(answers));
  };
  const events = (): TriggerEvent[] => {
    const lines = readFileSync(eventsFile, 'utf8').split('\n').slice(0, -1);
    const fresh = lines.slice(seen).map(line => JSON.parse(line));
    seen = lines.length;
    return fresh;
  };
  return {
    settings: {
      CENOTE_TRIGGERS: `recorder=module:${module},throwing=module:${module}#throwing,garbage=module:${module}#garbage`,
    },
    arn,
    lambdaConfig: Object.fromEntries(triggers.map(trigger => [trigger, arn])),
    broken: trigger => [
      {
        arn: arnOf('throwing'),
        error: { name: 'UserLambdaValidationException', message: `${trigger} failed with error no entry.` },
      },
      {
        arn: arnOf('nowhere'),
        error: {
          name: 'UnexpectedLambdaException',
          message: `${trigger} invocation failed due to error ResourceNotFoundException.`,
        },
      },
      {
        arn: arnOf('garbage'),
        error: { name: 'InvalidLambdaResponseException', message: 'Unrecognizable lambda output' },
      },
    ],
    respond: (name, response) => set({ ...answers, [name]: { response } }),
    fail: (name, error) => set({ ...answers, [name]: { error } }),
    behave: (name, handler) => set({ ...answers, [name]: { code: handler.toString() } }),
    reset() {
      set({});
      events();
    },
    events,
    fired: () => events().map(({ triggerSource }) => triggerSource),
    remove() {
      if (existsSync(folder)) rmSync(folder, { recursive: true });
    },
  };
};
