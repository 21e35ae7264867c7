/** Verifies what authenticators sign, with a library that is loaded when the first passkey comes: many servers never see one. */
import { hash } from 'node:crypto';
import {
  type AwsError,
  webAuthnCredentialNotSupported,
  webAuthnOriginNotAllowed,
  webAuthnRelyingPartyMismatch,
} from '../../contract/errors.ts';
import type { Passkey } from '../../storage/webauthn-credentials.ts';
import type { AuthenticationResponse, ClientData, RegistrationResponse } from './passkey-response.ts';
import { isAllowedOrigin } from './relying-party.ts';

/** ES256 and RS256, as COSE numbers them: what Cognito recognizes, in its order. */
export const algorithms = [-7, -257];

/** A 4096-bit RSA key with its frame; more is no key of an authenticator. */
const longestKey = 1024;

const load = async () => ({
  ...(await import('@simplewebauthn/server')),
  ...(await import('@simplewebauthn/server/helpers')),
});
type Library = Awaited<ReturnType<typeof load>>;
type Cbor = Parameters<Library['isoCBOR']['encode']>[0];
let library: Promise<Library> | undefined;
const loaded = (): Promise<Library> => {
  library ??= load();
  return library;
};

/** What the answer has to fit. */
export type Expected = { challenge: string; relyingPartyId: string; userVerification: 'required' | 'preferred' };

/** A page inside a frame of another site could be made to look like something else, so its answer does not count either. */
const isAtHome = ({ origin, crossOrigin }: ClientData, { relyingPartyId }: Expected): boolean =>
  !crossOrigin && isAllowedOrigin(origin, relyingPartyId);

const isFor = (relyingPartyId: string, rpIdHash: Uint8Array): boolean =>
  Buffer.from(rpIdHash).equals(hash('sha256', relyingPartyId, 'buffer'));

/**
 * The attestation without its statement. Nobody was asked for one and no maker is trusted more than another, so what
 * certificates it brings need not be read, let alone their revocation be looked up on the network.
 */
const withoutStatement = ({ decodeAttestationObject, isoCBOR }: Library, attestationObject: string) => {
  const authData = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url'))).get('authData');
  const bare = new Map<string, Cbor>([
    ['fmt', 'none'],
    ['attStmt', new Map()],
    ['authData', authData],
  ]);
  return { authData, bare: Buffer.from(isoCBOR.encode(bare)).toString('base64url') };
};

export type NewPasskey = Pick<Passkey, 'id' | 'publicKey' | 'signCount'>;

/**
 * Judges a registration (WebAuthn §7.1), but for its challenge, which the caller has used up.
 * @throws WebAuthnOriginNotAllowedException, WebAuthnRelyingPartyMismatchException, WebAuthnCredentialNotSupportedException
 */
export const verifyRegistration = async (response: RegistrationResponse, expected: Expected): Promise<NewPasskey> => {
  if (!isAtHome(response.clientData, expected)) throw webAuthnOriginNotAllowed();
  const webAuthn = await loaded();
  const unsupported = (cause: unknown): AwsError => webAuthnCredentialNotSupported(cause);
  const parse = () => {
    try {
      const { authData, bare } = withoutStatement(webAuthn, response.attestationObject);
      return { bare, rpIdHash: webAuthn.parseAuthenticatorData(authData).rpIdHash };
    } catch (error) {
      throw unsupported(error);
    }
  };
  const { bare, rpIdHash } = parse();
  if (!isFor(expected.relyingPartyId, rpIdHash)) throw webAuthnRelyingPartyMismatch();
  const { clientDataJSON, clientData, id } = response;
  const result = await webAuthn
    .verifyRegistrationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, attestationObject: bare },
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: clientData.origin,
      expectedRPID: expected.relyingPartyId,
      requireUserVerification: expected.userVerification === 'required',
      supportedAlgorithmIDs: algorithms,
    })
    .catch(error => {
      throw unsupported(error);
    });
  if (!result.verified) throw unsupported(new Error('the attestation could not be verified'));
  const { credential } = result.registrationInfo;
  if (credential.id !== id) throw unsupported(new Error('the authenticator names another credential'));
  if (credential.publicKey.length > longestKey) throw unsupported(new Error('the key is too long'));
  return {
    id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    signCount: credential.counter,
  };
};

/**
 * Judges a sign-in (WebAuthn §7.2): challenge, origin, relying party, presence and verification of the user, signature, and
 * that the authenticator's counter has risen.
 * @returns the new counter and whether the authenticator has verified its user; or why it does not count
 */
export const verifyAuthentication = async (
  response: AuthenticationResponse,
  passkey: Passkey,
  expected: Expected,
): Promise<{ signCount: number; userVerified: boolean } | { refused: unknown }> => {
  const { id, clientData, clientDataJSON, authenticatorData, signature } = response;
  if (!isAtHome(clientData, expected)) return { refused: `origin ${clientData.origin}` };
  const { verifyAuthenticationResponse } = await loaded();
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id,
        rawId: id,
        type: 'public-key',
        clientExtensionResults: {},
        response: { clientDataJSON, authenticatorData, signature },
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: clientData.origin,
      expectedRPID: expected.relyingPartyId,
      requireUserVerification: expected.userVerification === 'required',
      credential: {
        id,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
        counter: passkey.signCount,
      },
    });
    if (!verified) return { refused: 'signature' };
    return { signCount: authenticationInfo.newCounter, userVerified: authenticationInfo.userVerified };
  } catch (error) {
    // The library has one kind of error for whatever does not fit.
    return { refused: error };
  }
};
