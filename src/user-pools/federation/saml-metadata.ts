/** What DescribeIdentityProvider shows of a SAML metadata document. A look at the text, to be trusted with nothing else. */
import { invalidParameter } from '../../contract/errors.ts';
import type { Details } from './provider-types.ts';

const redirectBinding = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decoded = (text: string) => text.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? '');

const attributeOf = (tag: string, name: string): string | undefined => {
  const [, double, single] = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(tag) ?? [];
  const value = double ?? single;
  return value === undefined ? undefined : decoded(value);
};

// Neither bracket within a tag: the search stays linear whatever the text.
const tags = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<(?:[\\w.-]+:)?${name}\\s[^<>]*>`, 'g'))].map(([tag]) => tag);

const redirectLocation = (xml: string, name: string): string | undefined => {
  const tag = tags(xml, name).find(each => attributeOf(each, 'Binding') === redirectBinding);
  return tag && attributeOf(tag, 'Location');
};

/** The `issuer` of identities from this provider: the entity id in its metadata. */
export const entityIdOf = ({ MetadataFile }: Details): string | null =>
  tags(MetadataFile ?? '', 'EntityDescriptor')
    .map(tag => attributeOf(tag, 'entityID'))
    .find(id => id !== undefined) ?? null;

/**
 * The addresses to which requests for sign-in and sign-out are redirected.
 * @throws InvalidParameterException when the text is not the metadata of an identity provider
 */
export const redirectBindings = (xml: string): Details => {
  if (tags(xml, 'EntityDescriptor').length === 0 || tags(xml, 'IDPSSODescriptor').length === 0)
    throw invalidParameter('MetadataFile is not the SAML metadata of an identity provider.');
  const sso = redirectLocation(xml, 'SingleSignOnService');
  const slo = redirectLocation(xml, 'SingleLogoutService');
  return {
    ...(slo === undefined ? {} : { SLORedirectBindingURI: slo }),
    ...(sso === undefined ? {} : { SSORedirectBindingURI: sso }),
  };
};
