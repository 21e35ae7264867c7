/**
 * Messages to users, in two steps. Before its transaction an operation lets the pool's function word the message, which may take
 * seconds; in the transaction the message goes into the outbox, with its code.
 */
import type { Db } from '../../storage/schema.ts';
import type { PoolCall } from '../call/call.ts';
import type { StringMap } from '../triggers/catalog.ts';
import { type CustomTexts, customMessage } from '../triggers/custom-message.ts';
import { customSender } from '../triggers/custom-senders.ts';
import { functionOf, type TriggerCall } from '../triggers/invoke.ts';
import { type Address, composeDraft, draftMessage, type Recipient, subjectOf } from './draft.ts';
import { enqueue } from './outbox.ts';
import type { Medium, MessagePurpose } from './templates.ts';

export type Wording = {
  purpose: MessagePurpose;
  clientMetadata: StringMap | undefined;
  /** What CustomMessage has said, for one medium; undefined: it has not been asked. */
  asked?: { medium: Medium; texts: CustomTexts | undefined };
};

/**
 * Lets CustomMessage word a message that is going to be sent.
 * @param message.unseen nobody may learn from the answer whether there is a user: neither what the function says nor how long it
 * takes must show. It is asked when the message is delivered.
 * @throws UserLambdaValidationException, UnexpectedLambdaException, InvalidLambdaResponseException, InvalidParameterException
 */
export const wordMessage = async (
  call: TriggerCall,
  user: Recipient,
  address: Address,
  message: {
    purpose: MessagePurpose;
    clientMetadata: StringMap | undefined;
    hasCode?: boolean;
    unseen?: boolean;
  },
): Promise<Wording> => {
  const { purpose, clientMetadata, hasCode = true, unseen = false } = message;
  const { medium } = address;
  if (unseen || customSender(call.pool, medium) !== undefined) return { purpose, clientMetadata };
  const about = { occasion: purpose, medium, hasCode, clientMetadata };
  const texts = await customMessage(call, subjectOf(user, address), about);
  return { purpose, clientMetadata, asked: { medium, texts } };
};

/** A function has a say in the message and has not been asked yet. */
const isOpen = (call: TriggerCall, medium: Medium, { asked }: Wording): boolean =>
  customSender(call.pool, medium) !== undefined ||
  (asked?.medium !== medium && functionOf(call, 'CustomMessage') !== undefined);

/**
 * Puts a message into the outbox, in the caller's transaction. After the commit, call `handOver`.
 * @param message.expiresAt epoch milliseconds after which it is not sent any more
 */
export const queueMessage = async (
  tx: Db,
  call: Pick<PoolCall, 'sealer' | 'clock' | 'outgoing'> & TriggerCall,
  user: Recipient,
  address: Address,
  message: { wording: Wording; code: string | undefined; link?: string | undefined; expiresAt: number; topic?: string },
): Promise<void> => {
  const { wording, code, link, expiresAt, topic } = message;
  const { purpose, clientMetadata, asked } = wording;
  const { value: destination, medium } = address;
  const draft = draftMessage(call, user, address, { purpose, code, link, clientMetadata });
  const content = isOpen(call, medium, wording) ? { draft } : composeDraft(call.pool, draft, asked?.texts);
  const about = { poolId: call.pool.id, sub: user.sub, medium, destination, purpose, topic };
  await enqueue(tx, call, { ...about, content, expiresAt });
};
