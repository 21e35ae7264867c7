/** Which identity a set of verified logins opens, and what has to be linked for that. Pure. */
import type { AwsError } from '../contract/errors.ts';
import {
  identityForbidden,
  loginsConflict,
  loginsDoNotMatch,
  providerLinkedTwice,
} from '../contract/identity-errors.ts';
import type { IdentityLogin, LoginKey } from '../storage/identity-logins.ts';

export type Candidate = LoginKey & { developer: boolean; mayLink: boolean };

/** The identity that the client names. */
export type Standing = { id: string; authenticated: boolean; disabled: boolean };

export type LinkDecision =
  /** Nothing to write. */
  | { kind: 'open'; id: string }
  | { kind: 'create'; link: readonly Candidate[] }
  /** @property absorbs the guest that becomes this identity, which is somebody's already */
  | { kind: 'link'; id: string; link: readonly Candidate[]; wasGuest: boolean; absorbs?: string }
  | { kind: 'refuse'; error: AwsError };

export type LinkSituation = {
  /** undefined: the client asks for an identity by logins alone. */
  given: Standing | undefined;
  /** At least one. */
  logins: readonly Candidate[];
  /** The identity of each login, in the same order. */
  owners: readonly (string | undefined)[];
  /** The logins that the identities in question have. */
  linked: readonly IdentityLogin[];
};

const refuse = (error: AwsError): LinkDecision => ({ kind: 'refuse', error });

/** A public provider of which the identity would have two accounts. */
const secondAccount = (id: string, link: readonly Candidate[], linked: readonly IdentityLogin[]): string | undefined =>
  link.find(
    ({ provider, developer }, index) =>
      !developer &&
      (linked.some(login => login.identityId === id && login.provider === provider) ||
        link.findIndex(each => each.provider === provider) !== index),
  )?.provider;

/** What the logins open without regard to what the client has named. */
const byOwner = (
  owner: string | undefined,
  given: Standing | undefined,
): LinkDecision | { use: string | undefined } => {
  if (given === undefined) return { use: owner };
  if (given.disabled) return owner === undefined ? refuse(identityForbidden(given.id)) : { use: owner };
  // A guest becomes whoever signs in, or is that person from now on.
  if (!given.authenticated) return { use: owner ?? given.id };
  return owner === given.id ? { use: owner } : refuse(loginsDoNotMatch());
};

export const decideLink = ({ given, logins, owners, linked }: LinkSituation): LinkDecision => {
  const unlinked = logins.filter((_, index) => owners[index] === undefined);
  if (unlinked.some(({ mayLink }) => !mayLink)) return refuse(loginsDoNotMatch());
  const distinct = [...new Set(owners.filter(owner => owner !== undefined))];
  if (distinct.length > 1) return refuse(loginsConflict());
  const found = byOwner(distinct[0], given);
  if ('kind' in found) return found;
  const { use } = found;
  const twice = secondAccount(use ?? '', unlinked, linked);
  if (twice !== undefined) return refuse(providerLinkedTwice(twice));
  if (use === undefined) return { kind: 'create', link: unlinked };
  const isGuest = given !== undefined && !given.authenticated && !given.disabled;
  const absorbs = isGuest && given.id !== use ? { absorbs: given.id } : {};
  if (unlinked.length === 0 && !('absorbs' in absorbs)) return { kind: 'open', id: use };
  return { kind: 'link', id: use, link: unlinked, wasGuest: use === given?.id && isGuest, ...absorbs };
};
