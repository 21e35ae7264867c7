/** What becomes of a draft at its delivery: the pool's function sends it, or words it for the transport. */
import { AwsError } from '../../contract/errors.ts';
import type { Sealer } from '../../lib/seal.ts';
import { type OutboxMessage, rewriteMessage } from '../../storage/outbox.ts';
import { findPool } from '../../storage/pools.ts';
import type { Db } from '../../storage/schema.ts';
import type { FunctionAnswer, Functions } from '../call/functions.ts';
import { customMessage } from '../triggers/custom-message.ts';
import { customSender, senderEvent } from '../triggers/custom-senders.ts';
import type { TriggerCall } from '../triggers/invoke.ts';
import type { EncryptCode } from './code-encryption.ts';
import { composeDraft, type Draft } from './draft.ts';
import { escapeHtml } from './html.ts';
import { sealContent } from './outbox.ts';
import type { MessageContent } from './templates.ts';
import { deliveryFailure } from './transport.ts';

/**
 * Finishes a draft by the pool as it is now: whoever has mended a pool wants its waiting messages sent.
 * @returns what the transport is to send, or that the pool's own function has taken the message
 * @throws `deliveryFailure`
 */
export type FinishDraft = (message: OutboxMessage, draft: Draft) => Promise<MessageContent | 'sent'>;

/** What stands in the records in place of a transport. */
export const customSenderTransport = { name: 'custom sender', keepsContent: false } as const;

/** Milliseconds for a sender that does its work while it is waited for; Lambda itself only takes the event. */
const timeout = 30_000;

/** What a function says of the person or the code must not get into records: only the way in which it failed does. */
const failureOf = (answer: FunctionAnswer): string | undefined =>
  ({
    result: undefined,
    error: 'the function threw an error',
    timeout: 'the function took too long',
    unavailable: `the function cannot be reached: ${'reason' in answer ? answer.reason : ''}`,
  })[answer.kind];

/** The guide: temporary passwords come to the function for e-mail with the reserved characters of HTML escaped. */
const asSent = ({ purpose, medium }: Draft, code: string): string =>
  purpose === 'AdminCreateUser' && medium === 'EMAIL' ? escapeHtml(code) : code;

type Deps = { db: Db; sealer: Sealer; functions: Functions; encryptCode: EncryptCode };

/** Hands the draft to the pool's function; nobody waits for what it does with it, unless it runs here. */
const passOn = async (
  { encryptCode, functions }: Deps,
  call: TriggerCall,
  sender: { arn: string; key: string },
  { messageId }: OutboxMessage,
  draft: Draft,
): Promise<'sent'> => {
  const { purpose: occasion, medium, clientMetadata, subject } = draft;
  // Functions take null for nothing.
  const code = draft.code === undefined ? null : await encryptCode(call.pool.id, sender.key, asSent(draft, draft.code));
  const event = JSON.stringify(senderEvent(call, subject, { occasion, medium, code, clientMetadata }));
  const options = { timeout, idempotencyKey: messageId, asynchronous: true };
  const failure = failureOf(await functions.invoke(sender.arn, event, options));
  if (failure !== undefined) throw deliveryFailure(failure, false);
  return 'sent';
};

/** Lets CustomMessage word the draft, and keeps the words: the function is not asked again when the message is. */
const word = async ({ db, sealer }: Deps, call: TriggerCall, message: OutboxMessage, draft: Draft) => {
  const { purpose: occasion, medium, clientMetadata, subject, code } = draft;
  const about = { occasion, medium, hasCode: code !== undefined, clientMetadata };
  const texts = await customMessage(call, subject, about).catch(error => {
    if (!(error instanceof AwsError)) throw error;
    // What the function has decided stands; one that could not be reached is asked again.
    throw deliveryFailure(`CustomMessage: ${error.name}`, error.name !== 'UnexpectedLambdaException', error);
  });
  const content = composeDraft(call.pool, draft, texts);
  await rewriteMessage(db, message, sealContent(sealer, message.messageId, content));
  return content;
};

export const createDraftDelivery =
  (deps: Deps): FinishDraft =>
  async (message, draft) => {
    const pool = await findPool(deps.db, message.poolId);
    if (pool === undefined) throw deliveryFailure('the user pool is gone', true);
    const { clientId, userAgent } = draft;
    const client = clientId === undefined ? undefined : { id: clientId };
    const call = { pool, functions: deps.functions, userAgent, client };
    const sender = customSender(pool, draft.medium);
    return sender === undefined ? word(deps, call, message, draft) : passOn(deps, call, sender, message, draft);
  };
