/** What a server has acknowledged, kept outside of it, to be compared with what it knows after a crash. */
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';

/** How to reach the server of this round, and what stays the same over all of them. */
export type Target = { aws: CognitoIdentityProvider; url: string; pool: string; client: string };
export type Kind = 'user' | 'password' | 'session' | 'pool';

/** One thing and the states it may be in: one after an acknowledged write, also the next one while a write is under way. */
type Fact = { kind: Kind; key: string; states: string[] };
export type Missing = Fact & { found: string };

const nameOf = (error: unknown) => (error as Error).name;
const unless = (absent: string, state: string) => (error: unknown) => {
  if (nameOf(error) === absent) return state;
  throw error;
};

/** The state that the server says the thing is in. */
const readers: Record<Kind, (target: Target, fact: Fact) => Promise<string>> = {
  user: ({ aws, pool }, { key }) =>
    aws.adminGetUser({ UserPoolId: pool, Username: key }).then(
      ({ UserStatus, UserAttributes = [] }) => {
        return `${UserStatus} ${UserAttributes.find(({ Name }) => Name === 'nickname')?.Value}`;
      },
      unless('UserNotFoundException', 'absent'),
    ),

  password: async ({ aws, pool, client }, { key, states }) => {
    for (const PASSWORD of states) {
      const AuthParameters = { USERNAME: key, PASSWORD };
      const result = await aws
        .adminInitiateAuth({ UserPoolId: pool, ClientId: client, AuthFlow: 'ADMIN_USER_PASSWORD_AUTH', AuthParameters })
        .then(() => PASSWORD, unless('NotAuthorizedException', ''));
      if (result) return result;
    }
    return 'another password';
  },

  session: ({ aws, client }, { key }) =>
    aws.initiateAuth({ ClientId: client, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters: { REFRESH_TOKEN: key } }).then(
      () => 'live',
      (error: Error) => error.message,
    ),

  pool: async ({ aws, url }, { key }) => {
    const { UserPool } = await aws.describeUserPool({ UserPoolId: key });
    const { keys } = (await (await fetch(`${url}/${key}/.well-known/jwks.json`)).json()) as { keys: unknown[] };
    const custom = (UserPool?.SchemaAttributes ?? []).filter(({ Name }) => Name?.startsWith('custom:'));
    return `${keys.length} keys, ${custom.length} attributes`;
  },
};

export const createLedger = () => {
  const facts = new Map<string, Fact>();
  const figures = { acknowledged: 0, cutOff: 0 };

  return {
    figures,
    get size() {
      return facts.size;
    },
    /** Records a write that was acknowledged before its outcome had a name (a new token, a new pool). */
    acknowledged(kind: Kind, key: string, state: string): void {
      facts.set(`${kind} ${key}`, { kind, key, states: [state] });
      figures.acknowledged++;
    },
    /** Writes: until the acknowledgement the old state and the new one are both right, after it only the new one. */
    async write(kind: Kind, key: string, state: string, act: () => Promise<unknown>): Promise<void> {
      const fact = facts.get(`${kind} ${key}`) ?? { kind, key, states: ['absent'] };
      facts.set(`${kind} ${key}`, fact);
      fact.states = [...fact.states, state];
      figures.cutOff++;
      await act();
      figures.cutOff--;
      fact.states = [state];
      figures.acknowledged++;
    },
    /** Compares everything with the server. What was found is, from then on, the only right state. */
    async check(target: Target): Promise<Missing[]> {
      const missing: Missing[] = [];
      const open = [...facts.values()];
      const worker = async () => {
        for (let fact = open.pop(); fact !== undefined; fact = open.pop()) {
          const found = await readers[fact.kind](target, fact);
          if (!fact.states.includes(found)) missing.push({ ...fact, found });
          fact.states = [found];
        }
      };
      await Promise.all(Array.from({ length: 8 }, worker));
      return missing;
    },
  };
};

export type Ledger = ReturnType<typeof createLedger>;
