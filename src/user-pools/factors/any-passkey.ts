/**
 * A question that any passkey of the pool may answer, for a page that does not know yet who is before it: browsers offer what they have
 * beside the field of the name. It is good once.
 */
import { randomBase64Url } from '../../lib/random.ts';
import { consume } from '../../storage/throttles.ts';
import { findUser, type User } from '../../storage/users.ts';
import { findPasskey } from '../../storage/webauthn-credentials.ts';
import type { ClientCall } from '../call/call.ts';
import { parseAuthentication } from './passkey-response.ts';
import { allowsPasskeys, relyingPartyOf } from './relying-party.ts';

/** The page may stand open for a while; the question is asked anew with every page. In milliseconds. */
const lifetime = 15 * 60_000;

type Question = { challenge: string; relyingPartyId: string; expiresAt: number };
type AnyPasskey = {
  /** PublicKeyCredentialRequestOptionsJSON. */
  options: { challenge: string; rpId: string; timeout: number; allowCredentials: never[]; userVerification: string };
  /** Comes back with the answer. */
  question: string;
};

const purpose = 'any-passkey';
const context = ({ pool, client }: ClientCall): string => `${pool.id}/${client.id}`;

/** undefined: the pool takes no passkeys. */
export const askAnyPasskey = async (call: ClientCall): Promise<AnyPasskey | undefined> => {
  if (!allowsPasskeys(call.pool)) return undefined;
  const relyingPartyId = await relyingPartyOf(call);
  if (relyingPartyId === undefined) return undefined;
  const question: Question = {
    challenge: randomBase64Url(32),
    relyingPartyId,
    expiresAt: call.clock.now() + lifetime,
  };
  return {
    options: {
      challenge: question.challenge,
      rpId: relyingPartyId,
      timeout: lifetime,
      allowCredentials: [],
      userVerification: call.pool.settings.mfa?.WebAuthnConfiguration?.UserVerification ?? 'preferred',
    },
    question: call.sealer.seal(purpose, JSON.stringify(question), context(call)),
  };
};

/** What was asked; undefined when it was asked by nobody here, too long ago, or has been answered. */
export const takeQuestion = async (call: ClientCall, text: string): Promise<Question | undefined> => {
  const { db, sealer, clock, pool } = call;
  const opened = sealer.open(purpose, text, context(call));
  const question = opened && (JSON.parse(opened.toString()) as Question);
  if (question === undefined || question.expiresAt <= clock.now()) return undefined;
  const key = { poolId: pool.id, kind: purpose, subject: question.challenge, now: clock.now() };
  return (await consume(db, { ...key, limit: 1, windowMs: 2 * lifetime })) ? question : undefined;
};

/** Whose passkey has answered; nothing is proven by that yet. */
export const ownerOf = async ({ db, pool }: ClientCall, credential: string): Promise<User | undefined> => {
  const response = parseAuthentication(credential);
  const passkey = response && (await findPasskey(db, pool.id, response.id));
  return passkey && findUser(db, pool.id, passkey.sub);
};
