/**
 * Session tokens: everything that temporary credentials are, sealed. Nothing is stored: any server that has the master key knows
 * them, and nobody else can read or make one.
 */
import { AwsError } from '../contract/errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Sealer } from '../lib/seal.ts';
import { newSecret, newSessionKeyId } from './key-material.ts';
import type { Tags } from './session-tags.ts';

/** Who a role's session is for, when somebody other than a principal of IAM assumed it. */
export type WebIdentity = {
  /** The trust policy's Federated principal: `cognito-identity.amazonaws.com`, or the host and path of an issuer. */
  issuer: string;
  claims: { sub: string; aud: string; amr?: readonly string[] };
  /** Tags of the session: `aws:PrincipalTag/…`. */
  tags?: Tags;
  /** Further names under which policies may ask for the claims: the issuer's own host. */
  aliases?: readonly string[];
};

export type RoleSession = {
  kind: 'role';
  accountId: string;
  roleName: string;
  /** A role that was made anew is another one. */
  roleId: string;
  sessionName: string;
  /** JSON documents; each must allow, besides the role's own policies. */
  policies: readonly string[];
  tags: Tags;
  transitive: readonly string[];
  identity?: Pick<WebIdentity, 'issuer' | 'claims' | 'aliases'>;
};
/** Of a user: what the user's access key may, the session may. */
export type UserSession = { kind: 'user'; parent: string };
export type Session = RoleSession | UserSession;

export type TemporaryCredentials = {
  /** `ASIA…` */
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  /** Epoch milliseconds. */
  expiration: number;
};

type Sealed = { secret: string; issuedAt: number; expiresAt: number; session: Session };

export type SessionTokens = {
  /** @throws AwsError PackedPolicyTooLarge */
  issue(session: Session, seconds: number): TemporaryCredentials;
  /** @returns undefined for what is forged, foreign, or of another key */
  open(accessKeyId: string, token: string): Sealed | undefined;
};

const purpose = 'session-token';

/** A token travels in a header, and many servers take no more than 8 or 16 KiB of headers. */
export const maxTokenContent = 4500;
const longestToken = 2 * maxTokenContent;

/** Of what session policies, tags and claims may take, in percent. */
export const packedSize = (session: Session): number =>
  Math.ceil((Buffer.byteLength(JSON.stringify(session)) * 100) / maxTokenContent);

export const createSessionTokens = ({ sealer, clock }: { sealer: Sealer; clock: Clock }): SessionTokens => ({
  issue(session, seconds) {
    const size = packedSize(session);
    if (size > 100)
      throw new AwsError('PackedPolicyTooLarge', `Packed size of session tags consumes ${size}% of allotted space.`);
    const accessKeyId = newSessionKeyId();
    const secret = newSecret();
    const issuedAt = clock.now();
    // Answers tell whole seconds.
    const expiresAt = Math.floor(issuedAt / 1000 + seconds) * 1000;
    const content: Sealed = { secret, issuedAt, expiresAt, session };
    return {
      accessKeyId,
      secretAccessKey: secret,
      sessionToken: sealer.seal(purpose, JSON.stringify(content), accessKeyId),
      expiration: expiresAt,
    };
  },
  open(accessKeyId, token) {
    if (token.length > longestToken) return undefined;
    const content = sealer.open(purpose, token, accessKeyId);
    return content && JSON.parse(content.toString());
  },
});
