/** Codes that prove a contact: made, sent and redeemed. Only a keyed hash is kept, each is good once. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import { codeMismatch } from '../../contract/errors.ts';
import { constantTimeEqual } from '../../lib/equal.ts';
import { numericCode } from '../../lib/random.ts';
import { type Code, findCode, putCode } from '../../storage/codes.ts';
import type { Db } from '../../storage/schema.ts';
import type { PoolCall } from '../call/call.ts';
import { confirmationLink } from '../messaging/confirmation-link.ts';
import type { Recipient } from '../messaging/draft.ts';
import { queueMessage, type Wording } from '../messaging/message.ts';
import { confirmsByLink } from '../messaging/templates.ts';
import type { TriggerCall } from '../triggers/invoke.ts';
import { type CodePurpose, codeLifetimes } from './code-lifetimes.ts';
import { type Contact, deliveryDetails } from './contacts.ts';
import { refusalOfCode } from './simulation.ts';

const digits = 6;
const hashed = (code: { poolId: string; sub: string; purpose: string }, text: string) =>
  `${code.poolId}/${code.sub}/${code.purpose}/${text}`;

/** The pool's link with the code, where its messages carry one. */
const linkFor = async (
  tx: Db,
  call: Pick<PoolCall, 'publicUrl'> & TriggerCall,
  { username }: Recipient,
  { wording, contact, code }: { wording: Wording; contact: Contact; code: string },
): Promise<string | undefined> => {
  const { client, pool } = call;
  if (client === undefined || !confirmsByLink(pool.config, wording.purpose, contact.medium)) return undefined;
  return confirmationLink(tx, call, { poolId: pool.id, clientId: client.id, username, code });
};

/**
 * Makes a code and puts its message into the outbox, both in the caller's transaction; it replaces the one before it.
 * After the commit, call `handOver`.
 * @param code.wording what `wordMessage` gave before the transaction
 * @returns what the caller may tell about the destination
 */
export const sendCode = async (
  tx: Db,
  call: Pick<PoolCall, 'sealer' | 'clock' | 'publicUrl' | 'outgoing'> & TriggerCall,
  user: Recipient,
  { purpose, contact, wording }: { purpose: CodePurpose; contact: Contact; wording: Wording },
): Promise<CodeDeliveryDetailsType> => {
  const { pool, sealer, clock } = call;
  const code = numericCode(digits);
  const key = { poolId: pool.id, sub: user.sub, purpose };
  const [now, expiresAt] = [clock.now(), clock.now() + codeLifetimes[purpose]];
  const hash = sealer.mac('code', hashed(key, code));
  await putCode(tx, { ...key, hash, attribute: contact.attribute, value: contact.value, createdAt: now, expiresAt });
  const link = await linkFor(tx, call, user, { wording, contact, code });
  await queueMessage(tx, call, user, contact, { wording, code, link, expiresAt, topic: purpose });
  return deliveryDetails(contact);
};

/**
 * Checks a code without using it up; `removeCode` in the transaction of what it is good for does that.
 * @throws ExpiredCodeException (none, or too old), CodeMismatchException
 */
export const checkCode = async (
  { db, pool, sealer, clock }: Pick<PoolCall, 'db' | 'pool' | 'sealer' | 'clock'>,
  sub: string,
  purpose: CodePurpose,
  text: string,
): Promise<Code> => {
  const code = await findCode(db, pool.id, sub, purpose);
  if (code === undefined || code.expiresAt <= clock.now()) throw await refusalOfCode({ db, pool, clock }, purpose, sub);
  const matches = sealer.macs('code', hashed(code, text)).map(mac => constantTimeEqual(mac, code.hash));
  if (!matches.includes(true)) throw codeMismatch();
  return code;
};
