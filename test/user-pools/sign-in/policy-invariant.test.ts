/** What the policy can never do, whatever the pool, the person and the answers: let anybody in without what is demanded, or ask for ever. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChallengeNameType } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { choicesOf, type Facts, nextStep } from '../../../src/user-pools/sign-in/policy.ts';
import type { Level, Proof } from '../../../src/user-pools/tokens/assurance.ts';

const day = 86_400_000;
const now = 1_800_000_000_000;
const secondFactors = ['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA'] as const;
const beginnings: ChallengeNameType[] = ['PASSWORD_SRP', 'PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'];

const level = fc.constantFrom<Level | undefined>(undefined, 1, 2, 3, 4);
const proofs: Proof[] = ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN', 'SMS_MFA', 'SOFTWARE_TOKEN_MFA'];

/** The person is at the very beginning, or comes with what a first leg or an access token has shown. */
const situations: fc.Arbitrary<Facts> = fc.record({
  flow: fc.constantFrom('USER_AUTH' as const, 'USER_PASSWORD_AUTH' as const, 'CUSTOM_AUTH' as const),
  user: fc.record({
    status: fc.constantFrom('CONFIRMED' as const, 'FORCE_CHANGE_PASSWORD' as const, 'EXTERNAL_PROVIDER' as const),
    passwordSetAt: fc.constantFrom(null, now, now - 6 * day, now - 8 * day),
  }),
  proven: fc.uniqueArray(fc.constantFrom(...proofs), { maxLength: 2 }),
  chosen: fc.constant(undefined),
  now: fc.constant(now),
  temporaryPasswordLifetime: fc.constant(7 * day),
  firstFactors: fc.subarray(beginnings),
  target: level,
  mfa: fc.record({
    required: fc.boolean(),
    askable: fc.subarray([...secondFactors]),
    settable: fc.subarray([...secondFactors]),
    preferred: fc.constantFrom(undefined, ...secondFactors),
    passkeySuffices: fc.boolean(),
    deviceSuffices: fc.boolean(),
  }),
  remembersDevice: fc.boolean(),
});

const has = (facts: Facts, ...wanted: Proof[]) => facts.proven.some(proof => wanted.includes(proof));
const shown = (facts: Facts, proof: Proof): Facts => ({
  ...facts,
  chosen: undefined,
  proven: [...facts.proven, proof],
});
const chosen = (facts: Facts, name: ChallengeNameType): Facts => ({ ...facts, chosen: name });
const isIn = (facts: Facts) => has(facts, 'PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN', 'CUSTOM_CHALLENGE');

/** What a right answer to each challenge does. `pick` stands for whatever the person decides. */
const right: Partial<Record<ChallengeNameType, (facts: Facts, pick: number) => Facts>> = {
  SELECT_CHALLENGE: pickOne,
  SELECT_MFA_TYPE: pickOne,
  PASSWORD: facts => shown(facts, 'PASSWORD'),
  PASSWORD_SRP: facts => chosen(facts, 'PASSWORD_VERIFIER'),
  PASSWORD_VERIFIER: facts => shown(facts, 'PASSWORD'),
  EMAIL_OTP: facts => shown(facts, isIn(facts) ? 'EMAIL_MFA' : 'EMAIL_OTP'),
  SMS_OTP: facts => shown(facts, isIn(facts) ? 'SMS_MFA' : 'SMS_OTP'),
  SMS_MFA: facts => shown(facts, 'SMS_MFA'),
  SOFTWARE_TOKEN_MFA: facts => shown(facts, 'SOFTWARE_TOKEN_MFA'),
  WEB_AUTHN: (facts, pick) =>
    pick % 2 ? shown(facts, 'WEB_AUTHN') : shown(shown(facts, 'WEB_AUTHN'), 'WEB_AUTHN_VERIFIED'),
  NEW_PASSWORD_REQUIRED: facts => shown(facts, 'NEW_PASSWORD'),
  DEVICE_SRP_AUTH: facts => chosen(facts, 'DEVICE_PASSWORD_VERIFIER'),
  DEVICE_PASSWORD_VERIFIER: facts => shown(facts, 'DEVICE'),
  MFA_SETUP: (facts, pick) =>
    pick % 2
      ? shown({ ...facts, mfa: { ...facts.mfa, askable: ['SOFTWARE_TOKEN_MFA'] } }, 'SOFTWARE_TOKEN_MFA')
      : { ...facts, mfa: { ...facts.mfa, askable: ['EMAIL_OTP'] } },
};

function pickOne(facts: Facts, pick: number): Facts {
  const choices = choicesOf(facts);
  assert.ok(choices.length > 0, 'somebody is to choose from nothing');
  return chosen(facts, choices[pick % choices.length] as ChallengeNameType);
}

/** Cognito's table of levels, written down once more. */
const satisfies = (facts: Facts, wanted: Level): boolean => {
  const password = has(facts, 'PASSWORD');
  const code = has(facts, 'SMS_OTP', 'SMS_MFA', 'EMAIL_OTP', 'EMAIL_MFA');
  const reached = [
    password,
    code,
    has(facts, 'WEB_AUTHN') || (password && code),
    password && has(facts, 'SOFTWARE_TOKEN_MFA'),
  ];
  return reached.slice(wanted - 1).includes(true);
};

/** What must have been shown before there are tokens. */
const demands = (facts: Facts): Record<string, boolean> => ({
  'a first factor': isIn(facts),
  'a password of their own': facts.user.status !== 'FORCE_CHANGE_PASSWORD' || has(facts, 'NEW_PASSWORD'),
  'a second factor':
    (!facts.mfa.required && facts.mfa.askable.length === 0) ||
    has(facts, 'SMS_MFA', 'EMAIL_MFA', 'SOFTWARE_TOKEN_MFA') ||
    (facts.mfa.passkeySuffices && has(facts, 'WEB_AUTHN_VERIFIED')) ||
    (facts.mfa.deviceSuffices && has(facts, 'DEVICE')),
  'the level': facts.target === undefined || satisfies(facts, facts.target),
});

/** Password in two legs after a choice, the new one, a device in two legs, a second factor after a choice, a further one likewise. */
const mostSteps = 14;

test('nobody gets tokens without everything that is demanded, and every sign-in comes to an end', () => {
  let ends = 0;
  fc.assert(
    fc.property(situations, fc.infiniteStream(fc.nat(100)), (begun, picks) => {
      let facts = begun;
      for (let step = 0; step < mostSteps; step++) {
        const next = nextStep(facts);
        if (next === 'tokens') {
          ends++;
          for (const [what, given] of Object.entries(demands(facts))) assert.ok(given, `tokens without ${what}`);
          return;
        }
        if ('refuse' in next) return;
        // Nobody can begin with nothing: the engine refuses such a person before.
        if (next.challenge === 'SELECT_CHALLENGE' && choicesOf(facts).length === 0 && !isIn(facts)) return;
        const answer = right[next.challenge];
        assert.ok(answer, `nobody can answer ${next.challenge}`);
        const pick = picks.next().value as number;
        facts = answer(facts, pick);
      }
      assert.fail('the sign-in does not end');
    }),
    { numRuns: 20_000 },
  );
  assert.ok(ends > 1000, `only ${ends} sign-ins succeeded: nothing was tried`);
});

test('a choice that is not offered changes nothing', () => {
  const anything = fc.constantFrom<ChallengeNameType>(...(Object.keys(right) as ChallengeNameType[]));
  fc.assert(
    fc.property(situations, anything, (facts, name) => {
      const choices: readonly ChallengeNameType[] = choicesOf(facts);
      fc.pre(!choices.includes(name) && !(name === 'PASSWORD_VERIFIER' && choices.includes('PASSWORD_SRP')));
      fc.pre(name !== 'DEVICE_PASSWORD_VERIFIER');
      const [without, withChoice] = [nextStep(facts), nextStep(chosen(facts, name))];
      assert.deepEqual(JSON.stringify(withChoice), JSON.stringify(without));
    }),
    { numRuns: 5000 },
  );
});
