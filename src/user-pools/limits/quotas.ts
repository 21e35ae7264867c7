/**
 * Cognito's request rates, enforced before an operation begins (CENOTE_QUOTAS=aws). Requests are counted in this process's
 * memory, in windows of a second: several servers on one database allow as many times the rate.
 */
import { tooManyRequests } from '../../contract/errors.ts';
import type { Clock } from '../../lib/clock.ts';
import { createFreshCache } from '../../lib/fresh-cache.ts';
import type { Directory } from '../../storage/directory.ts';
import { findProvisionedLimit } from '../../storage/provisioned-limits.ts';
import type { Db } from '../../storage/schema.ts';
import type { RequestContext } from '../../wire/service.ts';
import {
  type Category,
  type CategoryName,
  categories,
  categoryOf,
  codeRedemption,
  domainRates,
  ratePerUser,
} from './categories.ts';
import { findSubject, type Subject } from './subject.ts';

/** Both throw TooManyRequestsException. */
export type Quotas = {
  /** Before an operation, or what counts as one: see `categories.ts`. */
  admit(request: RequestContext, input: Record<string, unknown>): Promise<void>;
  /** Before anything is done with a request to a domain of a pool. */
  admitToDomain(domain: string, from: { address: string; clientId: string | undefined }): Promise<void>;
};

type Deps = { db: Db; clock: Clock; directory: Directory };

/** How many times its category's rate the answers to challenges have to themselves, since a sign-in may ask for several. */
const challengeFactor = 3;

const isAnswer = (operation: string) => /^(Admin)?RespondToAuthChallenge$/.test(operation);

/** A new password is a matter of recovery, whatever asks for it. */
const categoryFor = (operation: string, input: Record<string, unknown>): CategoryName | undefined =>
  isAnswer(operation) && input.ChallengeName === 'NEW_PASSWORD_REQUIRED'
    ? 'UserAccountRecovery'
    : operation === codeRedemption
      ? 'UserAuthentication'
      : categoryOf(operation);

/** Loads its library, which a server without quotas does not need. */
export const createQuotas = async ({ db, clock, directory }: Deps): Promise<Quotas> => {
  const { RateLimiterMemory } = await import('rate-limiter-flexible');
  // Only counts: the limits differ from account to account and may change at any time.
  const counters = new RateLimiterMemory({ points: Number.MAX_SAFE_INTEGER, duration: 1 });
  const provisioned = createFreshCache<number | undefined>(clock);
  const count = async (key: string): Promise<number> => (await counters.consume(key)).consumedPoints;

  const limit = async (key: string, most: number): Promise<void> => {
    if ((await count(key)) > most) throw tooManyRequests();
  };

  const rateOf = async (category: CategoryName, { accountId, region }: Subject): Promise<number> => {
    const { rate, adjustable } = categories[category];
    if (!adjustable) return rate;
    const load = () => findProvisionedLimit(db, { accountId, region, category });
    return (await provisioned.get(`${accountId}/${region}/${category}`, load)) ?? rate;
  };

  const checkCategory = async (category: CategoryName, operation: string, subject: Subject) => {
    const rate = await rateOf(category, subject);
    const of = `${subject.accountId}/${subject.region}`;
    if (operation === codeRedemption) return limit(`codes/${of}`, rate);
    const answersApart = category === 'UserAuthentication' && isAnswer(operation);
    if (answersApart && (await count(`answers/${of}`)) <= challengeFactor * rate) return;
    await limit(`category/${of}/${category}`, rate);
  };

  const admit: Quotas['admit'] = async (request, input) => {
    const { operation } = request;
    const name = categoryFor(operation, input);
    const subject = name && (await findSubject(directory, request, input));
    if (name === undefined || subject === undefined) return;
    const { perUser, ratePerPool }: Category = categories[name];
    const { poolId, user } = subject;
    if (perUser && user) await limit(`user/${poolId}/${perUser}/${user}`, ratePerUser);
    if (ratePerPool && poolId) await limit(`pool/${poolId}/${operation}`, ratePerPool);
    await checkCategory(name, operation, subject);
  };

  const admitToDomain: Quotas['admitToDomain'] = async (domain, { address, clientId }) => {
    await limit(`domain/${domain}/address/${address}`, domainRates.address);
    if (clientId !== undefined) await limit(`domain/${domain}/client/${clientId}`, domainRates.client);
    await limit(`domain/${domain}`, domainRates.all);
  };

  return { admit, admitToDomain };
};
