/** Passkeys of the signed-in person: registered, listed and deleted. */
import type { WebAuthnCredentialDescription } from '@aws-sdk/client-cognito-identity-provider';
import {
  accessTokenRevoked,
  invalidPasskey,
  passkeyExists,
  passkeyNotFound,
  tooManyPasskeys,
  userNotFound,
  webAuthnChallengeNotFound,
  webAuthnClientMismatch,
  webAuthnConfigurationMissing,
  webAuthnNotEnabled,
  webAuthnRelyingPartyMismatch,
} from '../../contract/errors.ts';
import type { Input, Output } from '../../contract/operations.ts';
import { randomBase64Url } from '../../lib/random.ts';
import { lockUser } from '../../storage/users.ts';
import {
  deletePasskey,
  findRegistration,
  insertPasskey,
  listPasskeys,
  type Passkey,
  type PasskeyRegistration,
  putRegistration,
  removeRegistration,
} from '../../storage/webauthn-credentials.ts';
import type { Operation, SignedInCall } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { shownName } from '../call/sign-in-names.ts';
import { asUser } from '../doors/as-user.ts';
import type { OperationsWith } from '../doors/in-pool.ts';
import { parseRegistration, type RegistrationResponse } from './passkey-response.ts';
import { algorithms, type NewPasskey, verifyRegistration } from './passkey-verification.ts';
import { allowsPasskeys, relyingPartyOf, userVerificationFor } from './relying-party.ts';
import { mostPasskeys } from './usable-passkeys.ts';

/** How long a browser waits for the authenticator, in milliseconds. */
const ceremonyTimeout = 60_000;

/** How long a challenge may be answered: some time more, for people whose browser asks them to unlock or choose first. */
const challengeLifetime = 3 * 60_000;

/** The user handle: never shown, and the same for all passkeys of a user. */
export const userHandleOf = ({ sub }: { sub: string }): string => Buffer.from(sub).toString('base64url');

/** These operations do not know UserNotFoundException. */
const asPasskeyOwner = <Name extends OperationsWith<{ AccessToken: string }>>(
  operation: (call: SignedInCall, input: Input<Name>) => Promise<Output<Name>>,
): Operation<Name> => asUser<Name>(operation, { gone: accessTokenRevoked });

export const startWebAuthnRegistration = asPasskeyOwner<'StartWebAuthnRegistration'>(async call => {
  const { db, clock, pool, client, user } = call;
  if (!allowsPasskeys(pool)) throw webAuthnNotEnabled();
  const relyingPartyId = await relyingPartyOf(call);
  if (relyingPartyId === undefined) throw webAuthnConfigurationMissing();
  const owner = { poolId: pool.id, sub: user.sub };
  const existing = await listPasskeys(db, owner, { limit: mostPasskeys });
  if (existing.length >= mostPasskeys) throw tooManyPasskeys();
  const challenge = randomBase64Url(32);
  const expiresAt = clock.now() + challengeLifetime;
  await putRegistration(db, { ...owner, challenge, clientId: client.id, relyingPartyId, expiresAt });
  const name = shownName(pool, user);
  return {
    CredentialCreationOptions: {
      authenticatorSelection: {
        requireResidentKey: true,
        residentKey: 'required',
        userVerification: userVerificationFor(pool, user),
      },
      challenge,
      excludeCredentials: existing.map(({ id }) => ({ id, type: 'public-key' })),
      pubKeyCredParams: algorithms.map(alg => ({ alg, type: 'public-key' })),
      rp: { id: relyingPartyId, name: relyingPartyId },
      timeout: ceremonyTimeout,
      user: { displayName: name, id: userHandleOf(user), name },
    },
  };
});

/**
 * The registration that this answer belongs to; from here on its challenge is used up, whatever comes of it.
 * @throws WebAuthnChallengeNotFoundException, WebAuthnClientMismatchException
 */
const useChallenge = async (
  { db, clock, pool, client, user }: SignedInCall,
  { clientData: { challenge } }: RegistrationResponse,
): Promise<PasskeyRegistration> => {
  const registration = await findRegistration(db, pool.id, user.sub);
  if (registration?.challenge !== challenge || registration.expiresAt <= clock.now()) throw webAuthnChallengeNotFound();
  if (registration.clientId !== client.id) throw webAuthnClientMismatch();
  if (!(await removeRegistration(db, registration))) throw webAuthnChallengeNotFound();
  return registration;
};

const names = { platform: 'Platform passkey', 'cross-platform': 'Roaming passkey', none: 'Passkey' };

/** Registrations of one user take turns, so that no two of them are the twentieth. */
const keep = ({ db }: Pick<SignedInCall, 'db'>, passkey: Passkey): Promise<void> =>
  db.transaction().execute(async tx => {
    if ((await lockUser(tx, passkey.poolId, passkey.sub)) === undefined) throw userNotFound();
    const existing = await listPasskeys(tx, passkey, { limit: mostPasskeys });
    if (existing.length >= mostPasskeys) throw tooManyPasskeys();
    if (!(await insertPasskey(tx, passkey))) throw passkeyExists();
  });

export const completeWebAuthnRegistration = asPasskeyOwner<'CompleteWebAuthnRegistration'>(
  async (call, { Credential }) => {
    const { clock, pool, user } = call;
    if (!allowsPasskeys(pool)) throw webAuthnNotEnabled();
    const response = parseRegistration(Credential);
    if (response === undefined) throw invalidPasskey();
    const { challenge, relyingPartyId } = await useChallenge(call, response);
    if ((await relyingPartyOf(call)) !== relyingPartyId) throw webAuthnRelyingPartyMismatch();
    const userVerification = userVerificationFor(pool, user);
    const made: NewPasskey = await verifyRegistration(response, { challenge, relyingPartyId, userVerification });
    const { attachment, transports } = response;
    const name = names[attachment ?? 'none'];
    const [owner, createdAt] = [{ poolId: pool.id, sub: user.sub }, clock.now()];
    await keep(call, { ...owner, ...made, relyingPartyId, name, attachment, transports, createdAt });
    return {};
  },
);

/** Members without a value are left out, as in Cognito's answers. */
const describePasskey = (passkey: Passkey): WebAuthnCredentialDescription => ({
  CredentialId: passkey.id,
  FriendlyCredentialName: passkey.name,
  RelyingPartyId: passkey.relyingPartyId,
  AuthenticatorAttachment: passkey.attachment ?? undefined,
  AuthenticatorTransports: passkey.transports.length > 0 ? passkey.transports : undefined,
  CreatedAt: new Date(passkey.createdAt),
});

export const listWebAuthnCredentials = asPasskeyOwner<'ListWebAuthnCredentials'>(
  async (call, { MaxResults, NextToken }) => {
    const owner = { poolId: call.pool.id, sub: call.user.sub };
    const list = `passkeys/${owner.poolId}/${owner.sub}`;
    const limit = MaxResults || mostPasskeys;
    const position = pagePosition(call, list, NextToken);
    const after = position && { createdAt: Number(position[0]), id: position[1] ?? '' };
    const rows = await listPasskeys(call.db, owner, { limit: limit + 1, after });
    const { items, next } = cutPage(call, list, rows, limit, ({ createdAt, id }) => [`${createdAt}`, id]);
    return { Credentials: items.map(describePasskey), NextToken: next };
  },
);

export const deleteWebAuthnCredential = asPasskeyOwner<'DeleteWebAuthnCredential'>(
  async ({ db, pool, user }, { CredentialId }) => {
    if (!(await deletePasskey(db, { poolId: pool.id, sub: user.sub, id: CredentialId }))) throw passkeyNotFound();
    return {};
  },
);
