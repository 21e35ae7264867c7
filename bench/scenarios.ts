/** The scenarios: what each sends, and the cryptography that it cannot do without. */
import { randomBytes } from 'node:crypto';
import { nativePow } from '../src/lib/native-pow.ts';
import { evenHex, fromBytes } from '../src/lib/srp-group.ts';
import type { Operations } from './floor.ts';
import { type Bench, inSequence, type Measurement, measure } from './measure.ts';
import { type Person, type Population, password, usernameOf } from './population.ts';
import { getRequest, publicRequest } from './requests.ts';
import { type Asked, answerChallenges } from './srp-answers.ts';

export type Stage = Bench & { population: Population };
/** Rows of the result: the scenario and, where it has several legs, each of them. */
export type Scenario = { about: string; run(stage: Stage): Promise<Record<string, Row>> };
export type Row = Measurement & { floor: Operations };

type Tokens = { AccessToken: string; RefreshToken: string };

/** People who sign in once for the scenarios that need tokens. */
const signedIn = 300;
/** Distinct requests made ahead of time, where a request can be repeated. */
const repeated = 1000;
const listed = 10;

/** Takes the requests in turn, over and over. */
const inTurn = (requests: readonly Buffer[]) => {
  let sent = 0;
  return () => requests[sent++ % requests.length];
};
const each = <T>(items: readonly T[], request: (item: T) => Buffer) => inTurn(items.map(request));

const initiate = ({ server, population: { clientId } }: Stage, AuthFlow: string, AuthParameters: object) =>
  publicRequest(server.port, 'InitiateAuth', { ClientId: clientId, AuthFlow, AuthParameters });

const signIn = (stage: Stage, { username }: Person) =>
  initiate(stage, 'USER_PASSWORD_AUTH', { USERNAME: username, PASSWORD: password });

const tokensOf = async (stage: Stage): Promise<Tokens[]> => {
  const requests = stage.population.people.slice(0, signedIn).map(person => signIn(stage, person));
  const tokens: Tokens[] = [];
  const onAnswer = (body: Buffer) => tokens.push(JSON.parse(body.toString()).AuthenticationResult);
  await stage.connections.drive({ next: () => requests.pop(), seconds: 60, onAnswer });
  return tokens;
};

/** A scenario of one request that can be repeated. */
const simple = (
  name: string,
  about: string,
  floor: Operations,
  requests: (stage: Stage) => Promise<() => Buffer | undefined>,
): Record<string, Scenario> => ({
  [name]: {
    about,
    run: async stage => ({ [name]: { ...(await measure(stage, { next: await requests(stage) })), floor } }),
  },
});

const nothing: Operations = { powers: 0, signatures: 0 };
const randomIndex = ({ population: { users } }: Stage) => Math.floor(Math.random() * users);
const indexes = (stage: Stage) => Array.from({ length: repeated }, () => randomIndex(stage));

/** Names that no earlier run has used: the pool is new each time. */
const newcomers = (stage: Stage) => {
  const { server, population } = stage;
  let count = 0;
  return () => {
    const Username = `newcomer${String(++count).padStart(8, '0')}`;
    const UserAttributes = [{ Name: 'email', Value: `${Username}@example.com` }];
    return publicRequest(server.port, 'SignUp', {
      ClientId: population.clientId,
      Username,
      Password: password,
      UserAttributes,
    });
  };
};

// The client's secret and public number: one pair for all, since the server's work does not depend on it.
const secretNumber = randomBytes(32);
const srpClient = { a: secretNumber.toString('hex'), A: evenHex(fromBytes(nativePow(Buffer.of(2), secretNumber))) };

const challenge = (stage: Stage, { username }: Person) =>
  initiate(stage, 'USER_SRP_AUTH', { USERNAME: username, SRP_A: srpClient.A });

/** Keeps the answers to SRP_A, to be read when the load is over. */
const collect = ({ population: { people } }: Stage) => {
  const bodies: Buffer[] = [];
  const byName = new Map(people.map(person => [person.username, person]));
  return {
    onAnswer: (body: Buffer) => void bodies.push(Buffer.from(body)),
    asked: (): Asked[] =>
      bodies.map(body => {
        const { USERNAME, SRP_B, SECRET_BLOCK } = JSON.parse(body.toString()).ChallengeParameters;
        return { ...(byName.get(USERNAME) as Person), B: SRP_B, secretBlock: SECRET_BLOCK };
      }),
  };
};

const proofs = async ({ server, population }: Stage, asked: Asked[]) => {
  const { poolId, clientId } = population;
  const group = poolId.slice(poolId.indexOf('_') + 1);
  const answers = await answerChallenges({ asked, group, password, ...srpClient });
  const requests = answers.map(({ timestamp, signature }, index) =>
    publicRequest(server.port, 'RespondToAuthChallenge', {
      ClientId: clientId,
      ChallengeName: 'PASSWORD_VERIFIER',
      ChallengeResponses: {
        USERNAME: asked[index]?.username,
        PASSWORD_CLAIM_SECRET_BLOCK: asked[index]?.secretBlock,
        PASSWORD_CLAIM_SIGNATURE: signature,
        TIMESTAMP: timestamp,
      },
    }),
  );
  return () => requests.pop();
};

/**
 * The legs are measured one after the other, and the client's half of the arithmetic, which costs as much as the server's,
 * is done in between, while nothing is measured.
 */
const srp: Scenario = {
  about: 'USER_SRP_AUTH, both legs',
  async run(stage) {
    const { people } = stage.population;
    const next = each(people, person => challenge(stage, person));
    const warmUp = collect(stage);
    await stage.connections.drive({ next, seconds: 0.5, onAnswer: warmUp.onAnswer });
    await stage.connections.drive({ next: await proofs(stage, warmUp.asked()), seconds: 5 });

    const collected = collect(stage);
    const first = await measure(stage, { next, onAnswer: collected.onAnswer }, { warmUp: false });
    const answers = await proofs(stage, collected.asked());
    const second = await measure(stage, { next: answers }, { warmUp: false });
    return {
      srp: { ...inSequence(first, second), floor: { powers: 3, signatures: 2 } },
      'srp: SRP_A': { ...first, floor: { powers: 1, signatures: 0 } },
      'srp: verifier': { ...second, floor: { powers: 2, signatures: 2 } },
    };
  },
};

/** Gives the pool functions behind the triggers of a sign-in, or takes them away again. */
const setFunctions = async ({ connections, population: { sign, poolId } }: Stage, LambdaConfig: object) => {
  const requests = [sign('UpdateUserPool', { UserPoolId: poolId, AutoVerifiedAttributes: ['email'], LambdaConfig })];
  await connections.drive({ next: () => requests.pop(), seconds: 5 });
};
const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

/** The same sign-ins without and with functions, one after the other: what lies between them is what the functions cost. */
const triggers: Scenario = {
  about:
    'USER_PASSWORD_AUTH without and with functions behind PreAuthentication, PostAuthentication and PreTokenGeneration',
  async run(stage) {
    const next = each(stage.population.people, person => signIn(stage, person));
    const floor = { powers: 1, signatures: 2 };
    const without = await measure(stage, { next });
    await setFunctions(stage, {
      PreAuthentication: arnOf('pass'),
      PostAuthentication: arnOf('pass'),
      PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: arnOf('claim') },
    });
    const withFunctions = await measure(stage, { next });
    await setFunctions(stage, {});
    return {
      'triggers: none': { ...without, floor },
      'triggers: three': { ...withFunctions, floor: { ...floor, calls: 3 } },
    };
  },
};

export const scenarios: Record<string, Scenario> = {
  ...simple('password', 'USER_PASSWORD_AUTH', { powers: 1, signatures: 2 }, async stage =>
    each(stage.population.people, person => signIn(stage, person)),
  ),
  srp,
  triggers,
  ...simple('refresh', 'REFRESH_TOKEN_AUTH', { powers: 0, signatures: 2 }, async stage =>
    each(await tokensOf(stage), ({ RefreshToken }) =>
      initiate(stage, 'REFRESH_TOKEN_AUTH', { REFRESH_TOKEN: RefreshToken }),
    ),
  ),
  ...simple('get-user', 'GetUser with an access token', nothing, async stage =>
    each(await tokensOf(stage), ({ AccessToken }) => publicRequest(stage.server.port, 'GetUser', { AccessToken })),
  ),
  ...simple('admin-get-user', 'AdminGetUser, signed', nothing, async stage => {
    const { sign, poolId } = stage.population;
    return each(indexes(stage), index => sign('AdminGetUser', { UserPoolId: poolId, Username: usernameOf(index) }));
  }),
  ...simple('list-users', `ListUsers by the beginning of an e-mail address: ${listed} users`, nothing, async stage => {
    const { sign, poolId } = stage.population;
    return each(indexes(stage), index =>
      sign('ListUsers', { UserPoolId: poolId, Filter: `email ^= "${usernameOf(index).slice(0, -1)}"` }),
    );
  }),
  ...simple('jwks', 'the public keys of a pool', nothing, async ({ server, population }) =>
    inTurn([getRequest(server.port, `/${population.poolId}/.well-known/jwks.json`)]),
  ),
  ...simple('sign-up', 'SignUp, with its e-mail', { powers: 1, signatures: 0 }, async stage => newcomers(stage)),
};
