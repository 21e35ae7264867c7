/** The one thing on the pages that needs a script: browsers give passkeys to scripts only. */
import { type Html, json, raw, textOf } from '../../lib/html.ts';

// Conversions by hand: password managers hand out credentials of their own without toJSON.
const tools = `
const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), c => c.charCodeAt(0));
const text = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\\+/g, '-').replace(/\\//g, '_').replace(/=+$/, '');
const listed = list => list.map(each => ({ ...each, id: bytes(each.id) }));
const form = document.getElementById('passkey'), button = document.getElementById('passkey-button');
const problem = document.getElementById('passkey-problem');
const send = (credential, response) => {
  form.elements.credential.value = JSON.stringify({
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    clientExtensionResults: credential.getClientExtensionResults(),
  });
  form.submit();
};`;

const signingIn = `
let waiting;
const ask = async more => {
  waiting?.abort();
  waiting = new AbortController();
  const { signal } = waiting;
  const publicKey = { ...options, challenge: bytes(options.challenge), allowCredentials: listed(options.allowCredentials) };
  const credential = await navigator.credentials.get({ publicKey, signal, ...more });
  const { clientDataJSON, authenticatorData, signature, userHandle } = credential.response;
  send(credential, {
    clientDataJSON: text(clientDataJSON), authenticatorData: text(authenticatorData), signature: text(signature),
    userHandle: userHandle ? text(userHandle) : undefined,
  });
};
const tell = error => { if (error.name !== 'AbortError' && problem) problem.hidden = false; };
if (globalThis.PublicKeyCredential) {
  button.hidden = false;
  form.addEventListener('submit', event => { event.preventDefault(); if (problem) problem.hidden = true; ask({}).catch(tell); });
  begin();
}`;

/** In the field of the name, as soon as it is shown; the button asks for all. */
const besideName = `
const begin = () => PublicKeyCredential.isConditionalMediationAvailable?.().then(can => {
  if (can) ask({ mediation: 'conditional' }).catch(() => {});
});`;
/** At once. Browsers that want a click first leave the button. */
const atOnce = `
const begin = () => ask({}).catch(() => {});`;

const creating = `
if (globalThis.PublicKeyCredential) {
  button.hidden = false;
  form.addEventListener('submit', async event => {
    event.preventDefault();
    problem.hidden = true;
    try {
      const publicKey = {
        ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: listed(options.excludeCredentials),
      };
      const credential = await navigator.credentials.create({ publicKey });
      const { response } = credential;
      send(credential, {
        clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject),
        transports: response.getTransports?.(),
      });
    } catch (error) {
      problem.textContent = problem.dataset[error.name === 'InvalidStateError' ? 'exists' : 'failed'];
      problem.hidden = false;
    }
  });
}`;

const parts = { beside: besideName + signingIn, atOnce: atOnce + signingIn, creating };

/** @param options in the form of WebAuthn's ...OptionsJSON */
export const passkeyScript = (kind: keyof typeof parts, options: unknown): Html => {
  const script = `(() => {const options = ${textOf(json(options))};${tools}${parts[kind]}})();`;
  return raw(script.replace(/\n\s*/g, '\n'));
};
