/** What a browser sends of a passkey (WebAuthn §5.1): untrusted JSON into the few members that count. Pure. */

/** What the browser has signed along: CollectedClientData (WebAuthn §5.8.1). */
export type ClientData = { type: string; challenge: string; origin: string; crossOrigin: boolean };

type Credential = {
  /** Base64url. */
  id: string;
  clientData: ClientData;
  /** The bytes of it in base64url, as they were signed. */
  clientDataJSON: string;
};

/** RegistrationResponseJSON. */
export type RegistrationResponse = Credential & {
  attestationObject: string;
  attachment: 'platform' | 'cross-platform' | null;
  transports: string[];
};

/** AuthenticationResponseJSON. */
export type AuthenticationResponse = Credential & {
  authenticatorData: string;
  signature: string;
  userHandle: string | undefined;
};

type Json = Record<string, unknown>;

/** A longer value is not from an authenticator: the largest attestations are a tenth of it. */
const mostCharacters = 65_536;
/** 1023 bytes (WebAuthn §4, Credential ID). */
const longestId = 1364;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isBase64Url = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= mostCharacters && /^[\w-]+$/.test(value);

/** base64url with padding is what some clients send. */
const base64Url = (value: unknown): string | undefined => {
  const text = typeof value === 'string' ? value.replace(/={1,2}$/, '') : value;
  return isBase64Url(text) ? text : undefined;
};

const parseClientData = (encoded: string): ClientData | undefined => {
  let data: unknown;
  try {
    data = JSON.parse(Buffer.from(encoded, 'base64url').toString());
  } catch {
    return undefined;
  }
  if (!isObject(data)) return undefined;
  const { type, challenge, origin, crossOrigin } = data;
  if (typeof type !== 'string' || typeof challenge !== 'string' || typeof origin !== 'string') return undefined;
  return { type, challenge, origin, crossOrigin: crossOrigin === true };
};

const parseCredential = (value: unknown, type: string): (Credential & { response: Json; outer: Json }) | undefined => {
  if (!isObject(value) || value.type !== 'public-key' || !isObject(value.response)) return undefined;
  const id = base64Url(value.id);
  const clientDataJSON = base64Url(value.response.clientDataJSON);
  if (id === undefined || id.length > longestId || base64Url(value.rawId) !== id || clientDataJSON === undefined)
    return undefined;
  const clientData = parseClientData(clientDataJSON);
  if (clientData?.type !== type) return undefined;
  return { id, clientData, clientDataJSON, response: value.response, outer: value };
};

/** Only what may be repeated to a browser: known tokens and such as may come (WebAuthn §5.8.4). */
const parseTransports = (value: unknown): string[] =>
  Array.isArray(value) ? [...new Set(value.filter(name => /^[a-z-]{1,32}$/.test(name)))].slice(0, 10) : [];

/** @returns undefined for anything that is not the answer to `navigator.credentials.create` */
export const parseRegistration = (value: unknown): RegistrationResponse | undefined => {
  const credential = parseCredential(value, 'webauthn.create');
  if (credential === undefined) return undefined;
  const { response, outer, ...rest } = credential;
  const attestationObject = base64Url(response.attestationObject);
  if (attestationObject === undefined) return undefined;
  const { authenticatorAttachment: attachment } = outer;
  return {
    ...rest,
    attestationObject,
    attachment: attachment === 'platform' || attachment === 'cross-platform' ? attachment : null,
    transports: parseTransports(response.transports),
  };
};

/** @returns undefined for anything that is not the answer to `navigator.credentials.get`, as JSON text */
export const parseAuthentication = (text: string): AuthenticationResponse | undefined => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const credential = parseCredential(value, 'webauthn.get');
  if (credential === undefined) return undefined;
  const { response, outer: _, ...rest } = credential;
  const authenticatorData = base64Url(response.authenticatorData);
  const signature = base64Url(response.signature);
  if (authenticatorData === undefined || signature === undefined) return undefined;
  const { userHandle } = response;
  // Authenticators may leave it out; somebody else's must not pass for none.
  if (userHandle !== undefined && userHandle !== null && typeof userHandle !== 'string') return undefined;
  return { ...rest, authenticatorData, signature, userHandle: userHandle ? userHandle.replace(/=+$/, '') : undefined };
};
