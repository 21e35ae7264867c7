/** A SAML identity provider for tests: its metadata, and responses signed as it or as somebody else likes. */
import { signXml } from '@node-saml/node-saml/lib/xml.js';
import { generate } from 'selfsigned';

export type Assertion = {
  subject?: string;
  issuer?: string;
  audience?: string;
  recipient?: string;
  /** Seconds from now. */
  ends?: number;
  attributes?: Record<string, string[]>;
};

const samlp = 'urn:oasis:names:tc:SAML:2.0:protocol';
const saml = 'urn:oasis:names:tc:SAML:2.0:assertion';
const entityId = 'https://idp.example.com/saml';

export const assertionOf = (
  id: string,
  {
    subject = 'jane',
    issuer = entityId,
    audience = 'urn:amazon:webservices',
    recipient = 'https://signin.aws.amazon.com/saml',
    ends = 300,
    attributes = {},
  }: Assertion,
): string => {
  const [now, end] = [0, ends].map(seconds => new Date(Date.now() + seconds * 1000).toISOString());
  const statements = Object.entries(attributes).map(
    ([name, values]) =>
      `<saml:Attribute Name="${name}">${values.map(value => `<saml:AttributeValue>${value}</saml:AttributeValue>`).join('')}</saml:Attribute>`,
  );
  return `<saml:Assertion xmlns:saml="${saml}" ID="${id}" Version="2.0" IssueInstant="${now}"><saml:Issuer>${issuer}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">${subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${end}" Recipient="${recipient}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotOnOrAfter="${end}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${now}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>${statements.length === 0 ? '' : `<saml:AttributeStatement>${statements.join('')}</saml:AttributeStatement>`}</saml:Assertion>`;
};

export const responseOf = (...assertions: string[]): string =>
  `<samlp:Response xmlns:samlp="${samlp}" xmlns:saml="${saml}" ID="_response" Version="2.0" IssueInstant="${new Date().toISOString()}"><saml:Issuer>${entityId}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>${assertions.join('')}</samlp:Response>`;

export const base64 = (xml: string): string => Buffer.from(xml).toString('base64');

/** Signs the element of that name, and puts the signature behind its issuer. */
export const signed = (xml: string, element: 'Assertion' | 'Response', privateKey: string): string => {
  const path = `//*[local-name(.)='${element}']`;
  return signXml(
    xml,
    path,
    { reference: `${path}/*[local-name(.)='Issuer']`, action: 'after' },
    {
      privateKey,
      signatureAlgorithm: 'sha256',
      digestAlgorithm: 'sha256',
    },
  );
};

export const createSamlProvider = async () => {
  const [own, stranger] = await Promise.all(
    [1, 2].map(() =>
      generate([{ name: 'commonName', value: 'idp' }], { keyType: 'rsa', keySize: 2048, algorithm: 'sha256' }),
    ),
  );
  const certificate = own!.cert.replace(/-----[^-]+-----|\s/g, '');
  return {
    privateKey: own!.private,
    strangersKey: stranger!.private,
    certificate: own!.cert,
    metadata: `<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"><md:IDPSSODescriptor protocolSupportEnumeration="${samlp}"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor><md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`,
  };
};
