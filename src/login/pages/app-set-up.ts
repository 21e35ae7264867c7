/** What somebody sets an authenticator app up with: the key as a picture and in letters, and the fields for the first code. */
import { type Html, html } from '../../lib/html.ts';
import { button, codeField, field } from './form.ts';
import { otpauthUri, qrPicture } from './qr-picture.ts';
import type { Problem } from './refusals.ts';
import type { Visit } from './visit.ts';

type Setting = {
  /** Whose account the app will say it is for. */ name: string;
  secret: string;
  problem: Problem | undefined;
};

export const appSetUp = async (
  { say, call, form }: Pick<Visit, 'say' | 'call' | 'form'>,
  { name, secret, problem }: Setting,
): Promise<{ picture: Html; fields: Html }> => {
  const uri = otpauthUri({ issuer: call.pool.name, name, secret });
  const code = codeField({
    label: say('totp.code'),
    error: problem?.fields?.code,
  });
  const deviceName = field({
    name: 'device_name',
    label: say('field.optional', { label: say('totp.name') }),
    optional: true,
    maxlength: 131072,
    value: form.device_name,
  });
  const groups = secret.match(/.{1,4}/g)?.join(' ') ?? '';
  return {
    picture: html`${await qrPicture(uri, say('totp.picture'))}<dl><dt>${say('totp.key')}</dt><dd><code>${groups}</code></dd></dl>`,
    fields: html`${code}${deviceName}${button({ label: say('totp.submit') })}`,
  };
};
