/** The right answer to each challenge, as somebody gives it who knows all that the person knows and has. */
import type { AuthFlowType, ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import type { World } from '../../../support/world.ts';
import { type FirstLeg, srpProof } from '../srp.ts';
import { codeOf, type Person } from './scenario.ts';

/** What has been shown on the way to a challenge. */
export type Shown = 'password' | 'new password' | 'first code' | 'custom' | 'second code' | 'app';

/** A challenge that waits for its answer. */
export type Open = {
  /** The sign-in that it belongs to. */
  root: { tokens: number };
  person: Person;
  client: string;
  flow: AuthFlowType;
  name: ChallengeNameType;
  session: string | undefined;
  parameters: Record<string, string>;
  choices: readonly string[];
  /** That was sent. */
  code: string;
  leg: FirstLeg | undefined;
  shown: readonly Shown[];
};

export type Answer = {
  answers: Record<string, string>;
  /** Another one than that of the challenge. */
  session?: string | undefined;
  shows?: Shown | undefined;
  /** What becomes of the person if it is taken. */
  effect?: () => void;
};

type Answering = { world: World; pool: string };

export const hasFirst = (shown: readonly Shown[]): boolean =>
  shown.some(each => each === 'password' || each === 'first code' || each === 'custom');

const passwordShows = ({ status }: Person): Shown | undefined =>
  status === 'WITHOUT_PASSWORD' ? undefined : 'password';

/** A code confirms a new account. */
const withCode =
  (key: string) =>
  (_: Answering, { code, shown, person }: Open): Answer => {
    const effect = () => {
      if (person.status === 'UNCONFIRMED') person.status = 'CONFIRMED';
    };
    const answers = { [key]: code };
    return hasFirst(shown) ? { answers, shows: 'second code' } : { answers, shows: 'first code', effect };
  };

/** AssociateSoftwareToken and VerifySoftwareToken with the Session of MFA_SETUP. */
const setUpApp = async ({ world }: Answering, { person, session }: Open): Promise<Answer> => {
  const { SecretCode: secret = '', Session } = await world.browser.associateSoftwareToken({ Session: session });
  const UserCode = codeOf(world, { ...person, secret });
  const verified = await world.browser.verifySoftwareToken({ Session, UserCode });
  Object.assign(person, { secret, app: true, enabled: [...person.enabled, 'SOFTWARE_TOKEN_MFA'] });
  return { answers: {}, session: verified.Session, shows: 'app' };
};

type Answers = (where: Answering, open: Open, how: number) => Answer | Promise<Answer>;

/** `how`: the person's decisions. */
const right: Partial<Record<ChallengeNameType, Answers>> = {
  SELECT_CHALLENGE(_, { choices, person }, how): Answer {
    // Now and then something that is perhaps not there.
    const ANSWER = (how % 9 > 0 ? choices[how % choices.length] : undefined) ?? 'SMS_OTP';
    if (ANSWER !== 'PASSWORD') return { answers: { ANSWER } };
    return { answers: { ANSWER, PASSWORD: person.password }, shows: passwordShows(person) };
  },
  SELECT_MFA_TYPE(_, { parameters }, how) {
    const choices: string[] = JSON.parse(parameters.MFAS_CAN_CHOOSE ?? '[]');
    return { answers: { ANSWER: choices[how % choices.length] ?? '' } };
  },
  PASSWORD: (_, { person }) => ({ answers: { PASSWORD: person.password }, shows: passwordShows(person) }),
  async PASSWORD_VERIFIER({ world, pool }, { leg, person }) {
    const proof = await srpProof(leg as FirstLeg, { pool, clock: world.clock, password: person.password });
    return { answers: proof, shows: passwordShows(person) };
  },
  NEW_PASSWORD_REQUIRED(_, { person }, how) {
    const password = `Newer-Horse-${how}x`;
    const effect = () => {
      Object.assign(person, { password, status: 'CONFIRMED' });
    };
    return { answers: { NEW_PASSWORD: password }, shows: 'new password', effect };
  },
  MFA_SETUP(where, open, how) {
    const settable: string[] = JSON.parse(open.parameters.MFAS_CAN_SETUP ?? '[]');
    if (settable.includes('SOFTWARE_TOKEN_MFA') && how % 2 === 0) return setUpApp(where, open);
    const effect = () => {
      open.person.email = true;
    };
    return { answers: { EMAIL: open.person.mail }, effect };
  },
  SOFTWARE_TOKEN_MFA: ({ world }, { person }) => ({
    answers: { SOFTWARE_TOKEN_MFA_CODE: codeOf(world, person) },
    shows: 'app',
  }),
  CUSTOM_CHALLENGE: (_, { person }) => ({
    answers: { ANSWER: `magic-${person.name}` },
    shows: person.exists ? 'custom' : undefined,
  }),
  SMS_MFA: withCode('SMS_MFA_CODE'),
  SMS_OTP: withCode('SMS_OTP_CODE'),
  EMAIL_OTP: withCode('EMAIL_OTP_CODE'),
};

export const rightAnswer = async (where: Answering, open: Open, how: number): Promise<Answer> => {
  const answer = right[open.name];
  if (answer === undefined) throw new Error(`nobody expects ${open.name}`);
  return answer(where, open, how);
};

/** The same with every character changed. */
export const wrongAnswer = ({ answers }: Answer): Record<string, string> => {
  const others: Record<string, string> = { 1: '2', a: 'b' };
  const changed = (value: string) => value.replace(/./g, character => others[character] ?? '1');
  return Object.fromEntries(
    Object.entries(answers).map(([key, value]) => [key, key === 'USERNAME' ? value : changed(value)]),
  );
};
