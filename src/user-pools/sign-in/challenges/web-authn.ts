/** WEB_AUTHN: a passkey of the user signs a challenge that is good for this attempt only. */
import { invalidPasskey, invalidSession, missingParameter, passkeyRefused } from '../../../contract/errors.ts';
import { randomBase64Url } from '../../../lib/random.ts';
import { advanceSignCount, findPasskey, type Passkey } from '../../../storage/webauthn-credentials.ts';
import type { ClientCall } from '../../call/call.ts';
import { takeQuestion } from '../../factors/any-passkey.ts';
import { type AuthenticationResponse, parseAuthentication } from '../../factors/passkey-response.ts';
import { verifyAuthentication } from '../../factors/passkey-verification.ts';
import { userHandleOf } from '../../factors/passkeys.ts';
import { relyingPartyOf, userVerificationFor } from '../../factors/relying-party.ts';
import { usablePasskeys } from '../../factors/usable-passkeys.ts';
import type { Attempt } from '../attempt.ts';
import { type Answers, type Challenge, proved } from './challenge.ts';

/** How long a browser waits for the authenticator, in milliseconds. */
const ceremonyTimeout = 180_000;

const describe = ({ id, transports }: Passkey) => ({
  type: 'public-key',
  id,
  ...(transports.length > 0 ? { transports } : {}),
});

/** The passkey that has answered, if it is this user's: the browser may say whose it is, and must then say the right one. */
const passkeyOf = async (
  { db, pool }: ClientCall,
  user: NonNullable<Attempt['user']>,
  { id, userHandle = userHandleOf(user) }: AuthenticationResponse,
): Promise<Passkey | undefined> => {
  const passkey = await findPasskey(db, pool.id, id);
  return passkey?.sub === user.sub && userHandle === userHandleOf(user) ? passkey : undefined;
};

/** An authenticator that counts has counted on (which is verified); of two answers with the same count one passes. */
const countOn = async ({ db }: ClientCall, passkey: Passkey, signCount: number): Promise<boolean> =>
  signCount === passkey.signCount || advanceSignCount(db, passkey, signCount);

type Asked = { challenge?: string; relyingPartyId?: string; userVerification?: string };

/** What was asked of this very user, or on a page of whoever has a passkey: such an answer comes with the first step. */
const askedOf = async (call: ClientCall, { user }: Attempt, { QUESTION }: Answers, state: Asked): Promise<Asked> => {
  if (state.challenge !== undefined || user === undefined || !call.onPages || !QUESTION) return state;
  const question = await takeQuestion(call, QUESTION);
  if (question === undefined) throw invalidSession();
  return { ...question, userVerification: userVerificationFor(call.pool, user) };
};

export const webAuthn: Challenge = {
  answeredBy: 'QUESTION',

  async ask(call, { user }) {
    const relyingPartyId = await relyingPartyOf(call);
    if (user === undefined || relyingPartyId === undefined) throw invalidSession();
    const challenge = randomBase64Url(32);
    const userVerification = userVerificationFor(call.pool, user);
    const options = {
      challenge,
      timeout: ceremonyTimeout,
      rpId: relyingPartyId,
      allowCredentials: (await usablePasskeys(call, user)).map(describe),
      userVerification,
    };
    return {
      parameters: { CREDENTIAL_REQUEST_OPTIONS: JSON.stringify(options) },
      state: { challenge, relyingPartyId, userVerification },
    };
  },

  async check(call, attempt, answers, state) {
    const { CREDENTIAL } = answers;
    if (!CREDENTIAL) throw missingParameter('CREDENTIAL');
    const { user } = attempt;
    if (user === undefined) throw invalidSession();
    const response = parseAuthentication(CREDENTIAL);
    if (response === undefined) throw invalidPasskey();
    const asked = await askedOf(call, attempt, answers, state);
    const { challenge = '', relyingPartyId = '', userVerification = '' } = asked;
    const passkey = await passkeyOf(call, user, response);
    if (passkey?.relyingPartyId !== relyingPartyId) throw passkeyRefused();
    const result = await verifyAuthentication(response, passkey, {
      challenge,
      relyingPartyId,
      userVerification: userVerification === 'preferred' ? 'preferred' : 'required',
    });
    if ('refused' in result) throw passkeyRefused(result.refused);
    if (!(await countOn(call, passkey, result.signCount))) throw passkeyRefused();
    const signedIn = proved(attempt, 'WEB_AUTHN');
    const roaming = passkey.attachment === 'cross-platform' ? proved(signedIn, 'WEB_AUTHN_ROAMING') : signedIn;
    return result.userVerified ? proved(roaming, 'WEB_AUTHN_VERIFIED') : roaming;
  },
};
