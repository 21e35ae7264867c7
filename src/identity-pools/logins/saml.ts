/** Login with a SAML 2.0 response, in base64, of a provider that the pool's account trusts (IAM). */
import type { Profile } from '@node-saml/node-saml';
import { invalidLogin, unsupportedProvider } from '../../contract/identity-errors.ts';
import { loginOf, type VerifyLogin } from './login.ts';
import { samlProviderName } from './provider-names.ts';
import { readMetadata } from './saml-metadata.ts';

/** Whom responses for AWS are made out to, and where they are sent: what every provider that is set up for AWS does. */
const audience = 'urn:amazon:webservices';
const recipient = 'https://signin.aws.amazon.com/saml';

const invalidSaml = () => invalidLogin('Not a valid SAML assertion.');

type Node = { $?: Record<string, string> } & Record<string, Node[] | undefined>;

/** What the library leaves to its caller: the assertion ends some time, and is meant for this recipient. */
const isBounded = (profile: Profile): boolean => {
  const { Assertion } = (profile.getAssertion?.() ?? {}) as { Assertion?: Node };
  const [confirmation] = Assertion?.Subject?.[0]?.SubjectConfirmation?.[0]?.SubjectConfirmationData ?? [];
  const ends = confirmation?.$?.NotOnOrAfter ?? Assertion?.Conditions?.[0]?.$?.NotOnOrAfter;
  return ends !== undefined && confirmation?.$?.Recipient === recipient;
};

/** Every attribute; one with several values as a list, as `cognito:roles` is. */
const claimsOf = (profile: Profile): Record<string, unknown> => ({
  ...(profile.attributes as Record<string, unknown> | undefined),
  iss: profile.issuer,
  sub: profile.nameID,
  aud: audience,
});

const verified = async (metadata: string, response: string): Promise<Profile> => {
  const { entityId, certificates } = readMetadata(metadata);
  const { SAML, ValidateInResponseTo } = await import('@node-saml/node-saml');
  const saml = new SAML({
    idpCert: certificates,
    idpIssuer: entityId,
    issuer: audience,
    audience,
    callbackUrl: recipient,
    // Either is enough: whichever is signed is the only thing that is read.
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: 0,
  });
  const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
  if (profile?.issuer !== entityId) throw new Error('of another issuer');
  if (!profile.nameID || !isBounded(profile)) throw new Error('without subject, end or recipient');
  return profile;
};

export const samlLogin: VerifyLogin = async (call, name, token) => {
  const { SamlProviderARNs = [] } = call.pool.config;
  const named = SamlProviderARNs.includes(name) ? samlProviderName(name) : undefined;
  if (named === undefined) return undefined;
  const trusted = await call.identityPools.samlProviders(named.accountId);
  const provider = trusted.find(each => each.name === named.name);
  if (provider === undefined) throw unsupportedProvider();
  let profile: Profile;
  try {
    profile = await verified(provider.metadata, token);
  } catch {
    throw invalidSaml();
  }
  return loginOf(name, { subject: profile.nameID, audience, claims: claimsOf(profile) });
};
