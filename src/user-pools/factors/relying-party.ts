/** The relying party of a pool's passkeys: its id, the web origins that may speak for it, and what it asks of authenticators. */
import type { UserVerificationType } from '@aws-sdk/client-cognito-identity-provider';
import { findDomainsOf } from '../../storage/domains.ts';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import type { PoolCall } from '../call/call.ts';
import { askableFactors } from './second-factors.ts';

/** WEB_AUTHN is among SignInPolicy.AllowedFirstAuthFactors. */
export const allowsPasskeys = ({ config }: Pick<UserPool, 'config'>): boolean =>
  config.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.includes('WEB_AUTHN') ?? false;

/** A passkey with user verification counts as two factors. */
export const passkeysAreMultiFactor = ({ settings }: Pick<UserPool, 'settings'>): boolean =>
  settings.mfa?.WebAuthnConfiguration?.FactorConfiguration === 'MULTI_FACTOR_WITH_USER_VERIFICATION';

/**
 * What the authenticator is asked for. A passkey that is to stand for two factors, because the pool demands them or the user
 * has chosen so, must verify its user.
 */
export const userVerificationFor = (
  pool: UserPool,
  user: Pick<User, 'attributes' | 'factors'>,
): UserVerificationType => {
  const demandsTwo =
    pool.config.MfaConfiguration === 'ON' || user.factors.webAuthn || askableFactors(pool, user).length > 0;
  if (demandsTwo && passkeysAreMultiFactor(pool)) return 'required';
  return pool.settings.mfa?.WebAuthnConfiguration?.UserVerification ?? 'preferred';
};

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const isAddress = (host: string) => /^[\d.]+$|^\[/.test(host);

/** A relying party is a domain: addresses have none, but on a developer's machine pages stand on http://localhost all the same. */
const serversDomain = (publicUrl: string): string | undefined => {
  const { hostname } = new URL(publicUrl);
  if (loopback.has(hostname)) return 'localhost';
  return isAddress(hostname) ? undefined : hostname;
};

/**
 * The relying party id: the one that is configured, else the pool's custom domain, else its prefix domain. Where the server
 * itself is reached at a loopback address it is `localhost`, with a prefix domain and without one: an id below it would shut
 * out the application's own pages. undefined: passkeys cannot be used.
 */
export const relyingPartyOf = async ({
  db,
  pool,
  publicUrl,
}: Pick<PoolCall, 'db' | 'pool' | 'publicUrl'>): Promise<string | undefined> => {
  const configured = pool.settings.mfa?.WebAuthnConfiguration?.RelyingPartyId;
  if (configured !== undefined) return configured.toLowerCase();
  const domains = await findDomainsOf(db, pool.id);
  const custom = domains.find(({ kind }) => kind === 'custom');
  if (custom !== undefined) return custom.name;
  const own = serversDomain(publicUrl());
  if (own === 'localhost') return own;
  const prefix = domains.find(({ kind }) => kind === 'prefix');
  return own && prefix && `${prefix.name}.auth.${own}`;
};

/** Android apps name the hash of their signing certificate; the platform has checked it against the relying party's asset links. */
const androidApp = /^android:apk-key-hash:[\w-]{43}$/;

const isWithin = (host: string, domain: string) => host === domain || host.endsWith(`.${domain}`);

/**
 * Whether passkeys of a relying party may be used at an origin (WebAuthn §13.4.9): https at its domain and below, at any port,
 * as browsers see it; plain http on the developer's own machine only.
 * @param origin as the browser wrote it into the client data
 */
export const isAllowedOrigin = (origin: string, relyingPartyId: string): boolean => {
  if (androidApp.test(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin || !isWithin(url.hostname, relyingPartyId)) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isWithin(url.hostname, 'localhost'));
};
