/** The schema of a pool: the standard attributes as CreateUserPool adjusts them, and custom ones, which are added and never removed. */
import type { SchemaAttributeType } from '@aws-sdk/client-cognito-identity-provider';
import { invalidParameter } from '../../contract/errors.ts';
import type { UserPool } from '../../storage/pools.ts';
import { isStandard, standardAttributes } from './standard.ts';

const maxCustomAttributes = 50;
const dataTypes = ['Boolean', 'Number', 'String', 'DateTime'];

/** `custom:x`, or `dev:custom:x` for an attribute that only administrators may touch. */
const customName = ({ Name, DeveloperOnlyAttribute }: SchemaAttributeType) =>
  `${DeveloperOnlyAttribute ? 'dev:' : ''}custom:${Name}`;

const whole = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** @param stored the name as DescribeUserPool gives it */
const checkStringConstraints = (name: string, stored: string, attribute: SchemaAttributeType) => {
  const { MinLength, MaxLength } = attribute.StringAttributeConstraints ?? {};
  for (const [member, value] of Object.entries({ MinLength, MaxLength })) {
    if (value !== undefined && !/^\d{1,9}$/.test(value))
      throw invalidParameter(`Invalid ${member} for schema attribute ${name}`);
  }
  const [min, max] = [whole(MinLength), whole(MaxLength)];
  if ((min ?? 0) > 2048 || (max ?? 0) > 2048)
    throw invalidParameter(`user.${name}: String attributes cannot have a length of more than 2048`);
  if (min !== undefined && max !== undefined && max < min)
    throw invalidParameter(`Attribute ${stored} cannot have a max length shorter than it's min length`);
};

const checkNumberConstraints = (name: string, stored: string, attribute: SchemaAttributeType) => {
  const { MinValue, MaxValue } = attribute.NumberAttributeConstraints ?? {};
  for (const [member, value] of Object.entries({ MinValue, MaxValue })) {
    if (value !== undefined && !(/^-?\d+(\.\d+)?$/.test(value) && Number.isFinite(Number(value))))
      throw invalidParameter(`Invalid ${member} for schema attribute ${name}`);
  }
  const [min, max] = [whole(MinValue), whole(MaxValue)];
  if (min !== undefined && max !== undefined && max < min)
    throw invalidParameter(`Attribute ${stored} cannot have a max value smaller than it's min value`);
};

/** Only the constraints that fit the type are kept. */
const constraintsOf = (attribute: SchemaAttributeType): Partial<SchemaAttributeType> => {
  const { AttributeDataType, StringAttributeConstraints, NumberAttributeConstraints } = attribute;
  if (AttributeDataType === 'String') return { StringAttributeConstraints: StringAttributeConstraints ?? {} };
  if (AttributeDataType === 'Number') return { NumberAttributeConstraints: NumberAttributeConstraints ?? {} };
  return {};
};

const toCustom = (attribute: SchemaAttributeType): SchemaAttributeType => {
  const { Name, AttributeDataType, Required, Mutable, DeveloperOnlyAttribute } = attribute;
  if (!Name) throw invalidParameter('Invalid Name for schema attribute, a custom attribute must have a name.');
  if (AttributeDataType === undefined)
    throw invalidParameter('Invalid AttributeDataType input, consider using the provided AttributeDataType enum.');
  if (!dataTypes.includes(AttributeDataType))
    throw invalidParameter(
      `Validation error detected: Value '${AttributeDataType}' failed to satisfy constraint: Member must satisfy enum value set: [${dataTypes.join(', ')}]`,
    );
  if (Required) throw invalidParameter('Required custom attributes are not supported currently.');
  const stored = customName(attribute);
  checkStringConstraints(Name, stored, attribute);
  checkNumberConstraints(Name, stored, attribute);
  return {
    Name: stored,
    AttributeDataType,
    DeveloperOnlyAttribute: DeveloperOnlyAttribute ?? false,
    // An omitted Mutable is false, as in the wire protocol's booleans (unverified; the console sends true).
    Mutable: Mutable ?? false,
    Required: false,
    ...constraintsOf(attribute),
  };
};

const adjustStandard = (attribute: SchemaAttributeType): SchemaAttributeType => {
  const given = standardAttributes.find(({ Name }) => Name === attribute.Name) as SchemaAttributeType;
  const { Name = '', AttributeDataType, DeveloperOnlyAttribute, Required, Mutable } = attribute;
  if ((AttributeDataType ?? given.AttributeDataType) !== given.AttributeDataType || DeveloperOnlyAttribute)
    throw invalidParameter(
      `You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute ${Name}`,
    );
  checkStringConstraints(Name, Name, attribute);
  checkNumberConstraints(Name, Name, attribute);
  return {
    ...given,
    Required: Name === 'sub' ? true : (Required ?? given.Required),
    Mutable: Name === 'sub' ? false : (Mutable ?? given.Mutable),
    ...(attribute.StringAttributeConstraints || attribute.NumberAttributeConstraints
      ? constraintsOf({ ...given, ...attribute })
      : {}),
  };
};

/**
 * The schema after adding custom attributes.
 * @throws InvalidParameterException: a name twice, too many, a bad type or constraint
 */
export const addCustomAttributes = (
  schema: readonly SchemaAttributeType[],
  added: readonly SchemaAttributeType[],
): SchemaAttributeType[] => {
  const result = [...schema];
  for (const attribute of added.map(toCustom)) {
    if (result.some(({ Name }) => Name === attribute.Name))
      throw invalidParameter(`${attribute.Name}: Existing attribute already has name ${attribute.Name}.`);
    result.push(attribute);
  }
  if (result.length - standardAttributes.length > maxCustomAttributes)
    throw invalidParameter(`The user pool can have at most ${maxCustomAttributes} custom attributes.`);
  return result;
};

const checkTwins = (names: readonly string[]) => {
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined)
    throw invalidParameter(`Duplicate custom attribute names ${twin} are not allowed in a user pool schema.`);
};

/**
 * The schema of a new pool from CreateUserPool's `Schema`.
 * @throws InvalidParameterException, as `addCustomAttributes`
 */
export const initialSchema = (given: readonly SchemaAttributeType[] = []): SchemaAttributeType[] => {
  const [ours, theirs] = [true, false].map(which => given.filter(({ Name = '' }) => isStandard(Name) === which));
  checkTwins([...(ours ?? []).map(({ Name = '' }) => Name), ...(theirs ?? []).map(customName)]);
  const adjusted = new Map(ours?.map(each => [each.Name, adjustStandard(each)]));
  return addCustomAttributes(
    standardAttributes.map(each => adjusted.get(each.Name) ?? each),
    theirs ?? [],
  );
};

export const schemaOf = (pool: UserPool): readonly SchemaAttributeType[] => pool.config.SchemaAttributes ?? [];

export const findAttribute = (pool: UserPool, name: string): SchemaAttributeType | undefined =>
  schemaOf(pool).find(attribute => attribute.Name === name);
