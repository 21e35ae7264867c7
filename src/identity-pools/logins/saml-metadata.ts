/** What a SAML metadata document says of the provider: its name, and the certificates that its signatures are checked with. */

export type SamlMetadata = { entityId: string; certificates: string[] };

// Neither bracket within a tag: the search stays linear whatever the text.
const descriptor =
  /<(?:[\w.-]+:)?EntityDescriptor\s[^<>]*?\sentityID\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')|<(?:[\w.-]+:)?EntityDescriptor\s+entityID\s*=\s*(?:"([^"<>]*)"|'([^'<>]*)')/;
const keyDescriptor = /<(?:[\w.-]+:)?KeyDescriptor(\s[^<>]*)?>([\s\S]*?)<\/(?:[\w.-]+:)?KeyDescriptor\s*>/g;
const certificate = /<(?:[\w.-]+:)?X509Certificate\s*>([\sA-Za-z0-9+/=]+)</g;

/** An operator has registered the document, which is nevertheless looked at as text only. @throws Error that says what it lacks */
export const readMetadata = (xml: string): SamlMetadata => {
  const entityId = descriptor.exec(xml)?.slice(1).find(Boolean);
  if (entityId === undefined || !/IDPSSODescriptor/.test(xml))
    throw new Error('this is not the SAML metadata of an identity provider');
  const certificates = [...xml.matchAll(keyDescriptor)]
    .filter(([, attributes = '']) => !/use\s*=\s*["']encryption["']/.test(attributes))
    .flatMap(([, , content = '']) =>
      [...content.matchAll(certificate)].map(([, text = '']) => text.replace(/\s+/g, '')),
    );
  if (certificates.length === 0) throw new Error('the SAML metadata has no certificate for signatures');
  return { entityId: entityId.replaceAll('&amp;', '&'), certificates };
};
