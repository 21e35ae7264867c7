/**
 * The first try of a message, while the request that caused it waits: what the next hop refuses becomes the request's answer, as
 * at Cognito. Whatever is not refused within moments is on its way, and the answer is that it is.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeclared } from '../../contract/declared.ts';
import { type AwsError, codeDeliveryFailed, deliveryDenied } from '../../contract/errors.ts';
import { userPoolsContract } from '../../contract/service.ts';
import type { Call } from '../call/call.ts';
import type { FirstTry } from '../call/outgoing.ts';
import type { Outcome } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import type { Medium } from './templates.ts';

type Refusal = () => AwsError;

/** What Cognito would answer, best first; an operation answers only what its contract declares. */
const refusalsOf: Record<Outcome, (medium: Medium) => Refusal[]> = {
  sent: () => [],
  later: () => [],
  refused: medium => [codeDeliveryFailed[medium]],
  denied: medium => [deliveryDenied[medium], codeDeliveryFailed[medium]],
};

const answerTo = (operation: string, outcome: Outcome, medium: Medium): AwsError | undefined =>
  refusalsOf[outcome](medium)
    .map(refusal => refusal())
    .find(({ name }) => isDeclared(userPoolsContract(), operation, name));

/** What is known when the time is up. */
const tooLate: (AwsError | undefined)[] = [];

/**
 * @param wait milliseconds at most; 0: nothing is waited for
 * @returns what tries messages and says what the operation should answer, if anything
 */
export const createFirstTry =
  (delivery: Delivery, wait: number): FirstTry =>
  async (operation, messages) => {
    const mayRefuse = messages.some(({ medium }) => answerTo(operation, 'denied', medium) !== undefined);
    if (wait === 0 || !mayRefuse) {
      delivery.wake();
      return undefined;
    }
    const done = new AbortController();
    const tries = messages.map(async message => answerTo(operation, await delivery.tryNow(message), message.medium));
    const answers = await Promise.race([
      Promise.all(tries),
      sleep(wait, tooLate, { signal: done.signal, ref: false }).catch(() => tooLate),
    ]);
    done.abort();
    // One that arrives is enough: an invitation may go by two media.
    return answers.includes(undefined) ? undefined : answers[0];
  };

/**
 * Hands over what this request has put into the outbox; call after the transaction has committed. Where nobody may learn whether
 * there is a user, call `wakeDelivery` instead: there must be nothing to wait for, and nothing to tell.
 * @throws CodeDeliveryFailureException (refused for good), InvalidSmsRoleAccessPolicyException, InvalidEmailRoleAccessPolicyException
 * (the service does not let the server send)
 */
export const handOver = async (
  call: Pick<Call, 'operation' | 'outgoing' | 'firstTry' | 'wakeDelivery'>,
): Promise<void> => {
  const messages = call.outgoing?.splice(0) ?? [];
  if (messages.length === 0) return call.wakeDelivery();
  const refusal = await call.firstTry(call.operation, messages);
  // What is not tried at once, drafts among it, lies in the outbox as well.
  call.wakeDelivery();
  if (refusal !== undefined) throw refusal;
};
