/** The standard attributes of every pool (OpenID Connect's claims and Cognito's own), in the order in which Cognito lists them. */
import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';

const standard = (
  Name: string,
  AttributeDataType: 'String' | 'Boolean' | 'Number',
  rest: Partial<SchemaAttributeType> = {},
): SchemaAttributeType => ({
  Name,
  AttributeDataType,
  DeveloperOnlyAttribute: false,
  Mutable: true,
  Required: false,
  ...rest,
});
const text = (Name: string, MinLength = '0', MaxLength = '2048', rest: Partial<SchemaAttributeType> = {}) =>
  standard(Name, 'String', { ...rest, StringAttributeConstraints: { MinLength, MaxLength } });

export const standardAttributes: readonly SchemaAttributeType[] = [
  text('sub', '1', '2048', { Mutable: false, Required: true }),
  text('name'),
  text('given_name'),
  text('family_name'),
  text('middle_name'),
  text('nickname'),
  text('preferred_username'),
  text('profile'),
  text('picture'),
  text('website'),
  text('email'),
  standard('email_verified', 'Boolean'),
  text('gender'),
  text('birthdate', '10', '10'),
  text('zoneinfo'),
  text('locale'),
  text('phone_number'),
  standard('phone_number_verified', 'Boolean'),
  text('address'),
  standard('updated_at', 'Number', { NumberAttributeConstraints: { MinValue: '0' } }),
  standard('identities', 'String', { StringAttributeConstraints: {} }),
];

const names = new Set(standardAttributes.map(({ Name }) => Name));
export const isStandard = (name: string): boolean => names.has(name);

/** Set by the service alone, never by a caller. */
export const serviceAttributes: readonly string[] = ['sub', 'identities'];
/** Set by administrators and by proof, never by the person. */
export const verifiedFlags: readonly string[] = ['email_verified', 'phone_number_verified'];
