/**
 * CustomEmailSender: sends the e-mail of a user pool through a web service, in place of the server. Runs unchanged on AWS Lambda,
 * where it decrypts with AWS KMS, and as a local module, where it decrypts with a key of your own; see the README beside it.
 */
import { existsSync, readFileSync } from 'node:fs';
import {
  buildClient,
  CommitmentPolicy,
  KmsKeyringNode,
  RawAesKeyringNode,
  RawAesWrappingSuiteIdentifier,
} from '@aws-crypto/client-node';

// A local module is given no environment: what it needs stands in a file beside it.
const file = new URL('./settings.json', import.meta.url);
const settings = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { keyId: process.env.KEY_ARN, mailUrl: process.env.MAIL_URL };

const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
const keyring =
  settings.key === undefined
    ? new KmsKeyringNode({ keyIds: [settings.keyId] })
    : new RawAesKeyringNode({
        keyNamespace: 'cenote',
        keyName: settings.keyId,
        // The keyring wipes what it is given.
        unencryptedMasterKey: new Uint8Array(Buffer.from(settings.key, 'base64')),
        wrappingSuite: RawAesWrappingSuiteIdentifier.AES256_GCM_IV12_TAG16_NO_PADDING,
      });

/** A code for one pool must not be taken for one of another. */
const decryptCode = async ({ userPoolId, request }) => {
  if (!request.code) return undefined;
  const { plaintext, messageHeader } = await decrypt(keyring, Buffer.from(request.code, 'base64'));
  if (messageHeader.encryptionContext['userpool-id'] !== userPoolId)
    throw new Error('The code is for another user pool.');
  return plaintext.toString();
};

const reserved = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
/** Temporary passwords come with the reserved characters of HTML escaped. */
const unescapeHtml = text => text.replace(/&(?:lt|gt|quot|#39|amp);/g, entity => reserved[entity]);

/** Subject and text, by what stands behind `CustomEmailSender_`. */
const mails = {
  SignUp: code => ['Welcome', `Confirm your address with ${code}`],
  ResendCode: code => ['Your code', `Confirm your address with ${code}`],
  ForgotPassword: code => ['Your password', `Set a new password with ${code}`],
  UpdateUserAttribute: code => ['Your new address', `Confirm it with ${code}`],
  VerifyUserAttribute: code => ['Your address', `Confirm it with ${code}`],
  Authentication: code => ['Your sign-in', `Go on with ${code}`],
  AdminCreateUser: (code, name) => [
    'Your account',
    code === undefined ? `You are ${name}` : `You are ${name}, your first password is ${unescapeHtml(code)}`,
  ],
};

export const handler = async event => {
  const [, occasion] = event.triggerSource.split('_');
  const write = mails[occasion];
  if (write === undefined) return;
  const [subject, text] = write(await decryptCode(event), event.userName);
  const answer = await fetch(settings.mailUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to: event.request.userAttributes.email, subject, text }),
  });
  // The message is handed over again later: neither the address nor the code belongs into an error.
  if (!answer.ok) throw new Error(`the mail service answers ${answer.status}`);
};
