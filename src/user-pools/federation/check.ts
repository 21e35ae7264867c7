/** What the configuration of an identity provider must say and must not: pure. Nothing is fetched; that comes with the first sign-in. */
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import { findAttribute } from '../attributes/schema.ts';
import { serviceAttributes } from '../attributes/standard.ts';
import { type Details, type ProviderType, providerTypes } from './provider-types.ts';
import { redirectBindings } from './saml-metadata.ts';

/** A social provider bears the name of its type and no other provider does; Cognito is the pool's own directory. */
export const checkName = (name: string, type: ProviderType): void => {
  const isReserved = name in providerTypes ? isSocial(name) : name.toLowerCase() === 'cognito';
  if (isSocial(type) ? name !== type : isReserved)
    throw invalidParameter(`Provider ${name} cannot be of type ${type}.`);
};

const isSocial = (type: string) => providerTypes[type as ProviderType].social;

const inWords = (names: readonly string[]) => `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const oneOf = (details: Details, key: string, values: readonly string[]) => {
  const value = details[key];
  if (value !== undefined && !values.includes(value))
    throw invalidParameter(`${key} must be ${values.join(' or ')}, not ${value}.`);
};

const isLoopback = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host);

/** Whatever is fetched decides who signs in: only this very machine may answer without TLS. */
const checkUrl = (details: Details, key: string) => {
  const value = details[key];
  if (value === undefined) return;
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!isSafe) throw invalidParameter(`${key} must be a valid https URL, not ${value}.`);
};

const urls = ['oidc_issuer', 'authorize_url', 'token_url', 'attributes_url', 'jwks_uri', 'MetadataURL'];
const flags = ['IDPSignout', 'IDPInit', 'EncryptedResponses', 'attributes_url_add_attributes'];

const checkSaml = ({ MetadataURL, MetadataFile }: Details) => {
  if (MetadataURL === undefined && MetadataFile === undefined)
    throw invalidParameter('Either MetadataURL or MetadataFile is a required idp detail.');
};

/**
 * ProviderDetails as they are kept: with what Cognito adds.
 * @throws InvalidParameterException naming what is missing or wrong
 */
export const providerDetails = (type: ProviderType, given: Details): Details => {
  const { required, added } = providerTypes[type];
  if (required.some(key => !given[key])) throw invalidParameter(`${inWords(required)} are all required idp details.`);
  if (type === 'SAML') checkSaml(given);
  oneOf(given, 'attributes_request_method', ['GET', 'POST']);
  oneOf(given, 'token_request_method', ['GET', 'POST']);
  oneOf(given, 'RequestSigningAlgorithm', ['rsa-sha256']);
  for (const flag of flags) oneOf(given, flag, ['true', 'false']);
  for (const url of urls) checkUrl(given, url);
  const fromMetadata = type === 'SAML' && given.MetadataFile ? redirectBindings(given.MetadataFile) : {};
  return { ...added(given), ...given, ...fromMetadata };
};

/**
 * AttributeMapping as it is kept: with the claim that names the user.
 * @throws InvalidParameterException naming the keys that are no attributes of the pool, or that only the service sets
 */
export const attributeMapping = (pool: UserPool, type: ProviderType, given: Record<string, string> = {}) => {
  const unmappable = (name: string) =>
    name !== 'username' && (findAttribute(pool, name) === undefined || serviceAttributes.includes(name));
  const invalid = Object.keys(given).filter(unmappable);
  if (invalid.length > 0) throw invalidParameter(`AttributeMapping contains invalid mapping: [${invalid.join(', ')}]`);
  const { subject } = providerTypes[type];
  return { ...given, ...(subject === undefined ? {} : { username: given.username ?? subject }) };
};

const levels = ['Level1', 'Level2', 'Level3', 'Level4'];

/** @throws InvalidParameterException: only OIDC providers map authentication levels, and only these four */
export const checkAcrMapping = (type: ProviderType, mapping: Record<string, string> | undefined): void => {
  if (mapping === undefined) return;
  if (type !== 'OIDC') throw invalidParameter('AcrMapping is only supported for OIDC identity providers.');
  const unknown = Object.keys(mapping).find(level => !levels.includes(level));
  if (unknown !== undefined) throw invalidParameter(`AcrMapping contains invalid level: ${unknown}`);
};

/** @throws InvalidParameterException when one is named twice */
export const checkIdentifiers = (identifiers: readonly string[] = []): void => {
  const twin = identifiers.find((each, index) => identifiers.indexOf(each) !== index);
  if (twin !== undefined) throw invalidParameter(`IdpIdentifiers contains ${twin} more than once.`);
};
