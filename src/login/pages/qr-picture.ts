/** A QR code as an inline picture. */
import { type Html, html } from '../../lib/html.ts';

/** Dark modules of a row as runs: one path for the whole picture. */
const pathOf = (rows: readonly (readonly boolean[])[]): string =>
  rows
    .flatMap((row, y) =>
      row.flatMap((dark, x) => {
        if (!dark || row[x - 1]) return [];
        const end = row.indexOf(false, x);
        return [`M${x} ${y}h${(end < 0 ? row.length : end) - x}v1H${x}z`];
      }),
    )
    .join('');

/** @param label what it is, for those who cannot see it */
export const qrPicture = async (text: string, label: string): Promise<Html> => {
  const { encode } = await import('uqr');
  // The quiet zone of four modules is part of the code; the page's own padding is not counted on.
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  return html`<div class="qr"><svg role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path fill="#000" d="${pathOf(data)}"/></svg></div>`;
};

/** As authenticator apps read it (Key Uri Format). */
export const otpauthUri = ({ issuer, name, secret }: { issuer: string; name: string; secret: string }): string =>
  `otpauth://totp/${encodeURIComponent(`${issuer}:${name}`)}?${new URLSearchParams({ secret, issuer })}`;
