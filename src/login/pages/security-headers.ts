/** The headers of every page: nothing is loaded from elsewhere, nobody frames it, nothing of it is kept. */

type Needs = {
  /** Of the page's own style sheet and script. */
  nonce: string;
  /** Where the page's forms may lead in the end, besides this host and https: the scheme or origin of an app's redirect URI. */
  leadsTo?: string | undefined;
};

/** An origin of plain http (a developer's machine) or an app's own scheme; https is allowed in any case. */
const formTarget = (address: string | undefined): string => {
  if (address === undefined || !URL.canParse(address)) return '';
  const { protocol, origin } = new URL(address);
  if (protocol === 'https:') return '';
  return ` ${protocol === 'http:' ? origin : protocol}`;
};

/**
 * Browsers hold the whole chain of redirects behind a form to `form-action`: the redirect URI of the app must be in it, and
 * where the app goes on to from there.
 */
const policy = ({ nonce, leadsTo }: Needs): string =>
  [
    "default-src 'none'",
    `style-src 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
    "img-src 'self' data:",
    `form-action 'self' https:${formTarget(leadsTo)}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** No opener policy: applications open these pages in windows of their own, and wait for them to come back. */
export const securityHeaders = (needs: Needs): Record<string, string> => ({
  'content-security-policy': policy(needs),
  'cache-control': 'no-cache, no-store, max-age=0, must-revalidate',
  pragma: 'no-cache',
  expires: '0',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  // Other sites learn nothing; to this one a form must be able to say where it stands.
  'referrer-policy': 'same-origin',
  'permissions-policy': 'publickey-credentials-get=(self), publickey-credentials-create=(self)',
});
