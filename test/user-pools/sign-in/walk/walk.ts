/** Sign-ins by chance through the SDK: right, wrong, missing, repeated and swapped answers, and a ledger of what was really shown. */
import assert from 'node:assert/strict';
import type { AuthFlowType, InitiateAuthCommandOutput } from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import type { World } from '../../../support/world.ts';
import { srpStart } from '../srp.ts';
import { type Answer, hasFirst, type Open, rightAnswer, type Shown, wrongAnswer } from './answers.ts';
import { has, type Move, type Person, type Scenario, setUp } from './scenario.ts';

const flows: AuthFlowType[] = [
  'USER_PASSWORD_AUTH',
  'USER_AUTH',
  'USER_AUTH',
  'USER_SRP_AUTH',
  'ADMIN_USER_PASSWORD_AUTH',
  'CUSTOM_AUTH',
];
const preferences = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'];

type Demand = (shown: readonly Shown[]) => boolean;
const shows =
  (...any: Shown[]): Demand =>
  shown =>
    any.some(each => shown.includes(each));

/** The ledger's own opinion of what this person has to show. */
const demanded = ({ mode, offered }: Scenario, person: Person, flow: AuthFlowType): Record<string, Demand> => {
  const hasSecond = person.enabled.some(factor => offered.includes(factor) && has(person, factor));
  return {
    existence: () => person.exists,
    'an account that is enabled': () => person.status !== 'DISABLED',
    'a first factor': hasFirst,
    ...(flow === 'CUSTOM_AUTH' ? { 'what the functions ask': shows('custom') } : {}),
    ...(mode === 'ON' || (mode === 'OPTIONAL' && hasSecond) ? { 'a second factor': shows('second code', 'app') } : {}),
    ...(person.status === 'TEMPORARY' ? { 'a password of their own': shows('new password') } : {}),
    ...(person.status === 'UNCONFIRMED' ? { confirmation: () => false } : {}),
    ...(person.status === 'RESET' ? { 'something better than a password': shows('first code') } : {}),
  };
};

type Asked = Omit<Open, 'name' | 'session' | 'parameters' | 'choices' | 'code'>;

/** Refusals are fine, faults are not; whether an exception is declared the world checks when it stops. */
const tolerant = <T>(take: Promise<T>): Promise<T | undefined> =>
  take.catch(error => {
    if ((error as { $fault?: string }).$fault !== 'client') throw error;
    return undefined;
  });

export const createWalk = async (world: World, scenario: Scenario) => {
  const { pool, clients, people, nobody } = await setUp(world, scenario);
  const where = { world, pool };
  const possibleFlows = flows.filter(flow => scenario.custom || flow !== 'CUSTOM_AUTH');
  const opens: Open[] = [];

  const checkTokens = ({ root, person, client, flow, shown }: Asked, accessToken: string): void => {
    root.tokens++;
    assert.equal(root.tokens, 1, 'one sign-in gave tokens twice');
    const claims = decodeJwt(accessToken);
    assert.deepEqual([claims.username, claims.client_id], [person.name, client]);
    const unmet = Object.entries(demanded(scenario, person, flow)).filter(([, isMet]) => !isMet(shown));
    const names = unmet.map(([name]) => name).join(', ');
    assert.equal(names, '', `tokens in ${flow} for ${person.status}, who has shown: ${shown.join(', ')}`);
  };

  const sentCode = async (name: string, { person }: Asked): Promise<string> => {
    if (!person.exists || !['SMS_MFA', 'SMS_OTP', 'EMAIL_OTP'].includes(name)) return '0';
    const [message] = await world.mailTo(name === 'EMAIL_OTP' ? person.mail : person.tel);
    return /(\d{6,8})/.exec(message?.text ?? '')?.[1] ?? '0';
  };

  /** Takes an outcome down. @returns a further challenge; undefined: there were tokens */
  const note = async (asked: Asked, outcome: Partial<InitiateAuthCommandOutput>): Promise<Open | undefined> => {
    const { AuthenticationResult: tokens, ChallengeName: name, Session: session } = outcome;
    assert.ok((tokens === undefined) !== (name === undefined), 'neither tokens nor a challenge, or both');
    if (tokens !== undefined) checkTokens(asked, tokens.AccessToken ?? '');
    if (name === undefined) return undefined;
    assert.ok((session?.length ?? 0) <= 2048, 'a Session that is too long to be sent back');
    const choices = outcome.AvailableChallenges?.filter(each => each !== 'PASSWORD_SRP') ?? [];
    const parameters = outcome.ChallengeParameters ?? {};
    const open: Open = { ...asked, name, session, parameters, choices, code: await sentCode(name, asked) };
    opens.push(open);
    return open;
  };

  const begin = async (person: Person, client: string, flow: AuthFlowType, how: number) => {
    const asked: Asked = { root: { tokens: 0 }, person, client, flow, leg: undefined, shown: [] };
    if (flow === 'USER_SRP_AUTH') {
      const leg = await srpStart({ aws: world.browser, client, username: person.name });
      return note({ ...asked, leg }, leg.challenge);
    }
    const preferred = flow === 'USER_AUTH' ? preferences[how % 6] : undefined;
    const withPassword = flow.includes('PASSWORD') || preferred === 'PASSWORD';
    const PASSWORD = how % 5 === 0 ? 'Wrong-Horse-7' : person.password;
    const AuthParameters = {
      USERNAME: person.name,
      ...(withPassword ? { PASSWORD } : {}),
      ...(preferred ? { PREFERRED_CHALLENGE: preferred } : {}),
    };
    const request = { ClientId: client, AuthFlow: flow, AuthParameters };
    const outcome =
      flow === 'ADMIN_USER_PASSWORD_AUTH'
        ? await world.aws.adminInitiateAuth({ ...request, UserPoolId: pool })
        : await world.browser.initiateAuth(request);
    // Where the password cannot be chosen it is not looked at.
    const wasRead = withPassword && outcome.ChallengeName !== 'SELECT_CHALLENGE';
    const isRight = PASSWORD === person.password && person.status !== 'WITHOUT_PASSWORD' && person.exists;
    return note({ ...asked, shown: wasRead && isRight ? ['password'] : [] }, outcome);
  };

  const send = (open: Open, answer: Answer, swapped: { name?: Open['name']; client?: string; as?: string } = {}) =>
    world.browser.respondToAuthChallenge({
      ClientId: swapped.client ?? open.client,
      ChallengeName: swapped.name ?? open.name,
      Session: answer.session ?? open.session,
      ChallengeResponses: { ...answer.answers, USERNAME: swapped.as ?? answer.answers.USERNAME ?? open.person.name },
    });

  const answerRight = async (open: Open, how: number) => {
    const answer = await rightAnswer(where, open, how);
    const outcome = await send(open, answer);
    answer.effect?.();
    return note({ ...open, shown: answer.shows ? [...open.shown, answer.shows] : open.shown }, outcome);
  };

  /** An answer that must bring nobody on: what comes of it is noted as if nothing had been shown. */
  const answerWrong = async (open: Open, how: number) => {
    const answer = await rightAnswer(where, open, how);
    const foreigner = people.find(({ name }) => name !== open.person.name);
    const swaps = [
      { as: foreigner?.name ?? '' },
      { client: clients.find(each => each !== open.client) ?? '' },
      { name: open.name === 'SMS_MFA' ? ('EMAIL_OTP' as const) : ('SMS_MFA' as const) },
    ];
    const swapped = swaps[how % 8];
    if (swapped !== undefined) return assert.rejects(send(open, answer, swapped), { $fault: 'client' });
    // The Session of a finished set-up is itself the answer.
    if (open.name === 'MFA_SETUP') return undefined;
    return note(open, await send(open, { answers: how % 8 < 7 ? wrongAnswer(answer) : {} }));
  };

  return {
    people,
    /** One move by chance. */
    async move({ kind, who, which, how }: Move): Promise<void> {
      // Mostly the newest challenge goes on; now and then an old one is taken out again.
      const open = opens[which < 75 ? opens.length - 1 : which % Math.max(1, opens.length)];
      const person = who < 8 ? nobody : (people[who % 2] as Person);
      const flow = possibleFlows[how % possibleFlows.length] as AuthFlowType;
      if (open === undefined || kind < 25)
        await tolerant(begin(person, clients[which % 10 === 0 ? 1 : 0] as string, flow, which));
      else if (kind < 70) await tolerant(answerRight(open, how));
      else await tolerant(answerWrong(open, how));
    },
    /** Somebody who does everything right comes to an end, with tokens or a refusal. */
    async signIn(person: Person, how: number): Promise<void> {
      let open = await tolerant(begin(person, clients[0], 'USER_AUTH', how));
      for (let step = 0; open !== undefined; step++) {
        assert.ok(step < 12, `the sign-in of ${person.name} does not end`);
        open = await tolerant(answerRight(open, how + step));
      }
    },
  };
};
