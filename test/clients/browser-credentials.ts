/** `navigator.credentials` of a browser (Web Authentication, section 5), which Node has not, with the tests' own authenticator behind it. */
import {
  type Authenticator,
  type CreationOptions,
  createAuthenticator,
  type RequestOptions,
} from '../support/authenticator.ts';

/** What pages are given: bytes where JSON has base64url. */
type Binary<Options> = { publicKey: Options };

const encode = (bytes: unknown) => Buffer.from(bytes as ArrayBuffer).toString('base64url');
const decode = (text: string | undefined) =>
  text === undefined ? null : new Uint8Array(Buffer.from(text, 'base64url')).buffer;

class PublicKeyCredential {}
class AuthenticatorAttestationResponse {}
class AuthenticatorAssertionResponse {}

const named = <Item extends { id: string }>(credentials: Item[] = []): Item[] =>
  credentials.map(item => ({ ...item, id: encode(item.id) }));

const credentialOf = (
  {
    id,
    rawId,
    type,
    authenticatorAttachment,
  }: { id: string; rawId: string; type: string; authenticatorAttachment?: unknown },
  response: object,
) =>
  Object.assign(new PublicKeyCredential(), {
    id,
    rawId: decode(rawId),
    type,
    authenticatorAttachment,
    getClientExtensionResults: () => ({}),
    response,
  });

/** It ends the attestation object, as a CBOR byte string of 24 to 255 bytes. */
const authenticatorDataIn = (attestation: Buffer) =>
  new Uint8Array(attestation.subarray(attestation.indexOf('authData') + 'authData'.length + 2)).buffer;

const credentialsOf = (authenticator: Authenticator) => ({
  async create({ publicKey }: Binary<CreationOptions>) {
    const json = authenticator.create({
      ...publicKey,
      challenge: encode(publicKey.challenge),
      user: { ...publicKey.user, id: encode(publicKey.user.id) },
      excludeCredentials: named(publicKey.excludeCredentials),
    });
    const { clientDataJSON, attestationObject, transports } = json.response;
    const response = Object.assign(new AuthenticatorAttestationResponse(), {
      clientDataJSON: decode(clientDataJSON),
      attestationObject: decode(attestationObject),
      getTransports: () => transports,
      getPublicKeyAlgorithm: () => -7,
      getAuthenticatorData: () => authenticatorDataIn(Buffer.from(attestationObject, 'base64url')),
      getPublicKey: () => null,
    });
    return credentialOf(json, response);
  },
  async get({ publicKey }: Binary<RequestOptions>) {
    const json = JSON.parse(
      authenticator.get({
        ...publicKey,
        challenge: encode(publicKey.challenge),
        allowCredentials: named(publicKey.allowCredentials),
      }),
    );
    const { clientDataJSON, authenticatorData, signature, userHandle } = json.response;
    const response = Object.assign(new AuthenticatorAssertionResponse(), {
      clientDataJSON: decode(clientDataJSON),
      authenticatorData: decode(authenticatorData),
      signature: decode(signature),
      userHandle: decode(userHandle),
    });
    return credentialOf(json, response);
  },
});

/** Makes this process look like a page of that origin, as far as passkeys go. @returns what undoes it */
export const pretendBrowser = (origin: string): (() => void) => {
  const globals = {
    window: { document: {}, isSecureContext: true, PublicKeyCredential, atob, btoa },
    PublicKeyCredential,
    AuthenticatorAttestationResponse,
    AuthenticatorAssertionResponse,
  };
  Object.assign(globalThis, globals);
  Object.assign(navigator, { credentials: credentialsOf(createAuthenticator({ origin })) });
  return () => {
    for (const name of Object.keys(globals)) Reflect.deleteProperty(globalThis, name);
    Reflect.deleteProperty(navigator, 'credentials');
  };
};
