/** How much of a category an account takes: GetProvisionedLimit and UpdateProvisionedLimit. */
import type { LimitDefinitionType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, invalidParameter } from '../../contract/errors.ts';
import { findProvisionedLimit, saveProvisionedLimit } from '../../storage/provisioned-limits.ts';
import { accountOf } from '../call/account.ts';
import type { Operation } from '../call/call.ts';
import { accountMaximum, type CategoryName, categories } from './categories.ts';

const isCategory = (name: string): name is CategoryName => Object.hasOwn(categories, name);

/** @throws InvalidParameterException for a definition that names no category, ResourceNotFoundException for one that does not exist */
const categoryOf = ({ Attributes = {} }: LimitDefinitionType): CategoryName => {
  const { Category: name, ...others } = Attributes;
  if (name === undefined || Object.keys(others).length > 0)
    throw invalidParameter('The attributes of an API_CATEGORY limit are exactly one, Category.');
  if (!isCategory(name)) throw new AwsError('ResourceNotFoundException', `API category ${name} does not exist.`);
  return name;
};

const describe = (category: CategoryName, value: number) => ({
  Limit: {
    LimitDefinition: { LimitClass: 'API_CATEGORY' as const, Attributes: { Category: category } },
    ProvisionedLimitValue: value,
    FreeLimitValue: categories[category].rate,
  },
});

export const getProvisionedLimit: Operation<'GetProvisionedLimit'> = async (call, { LimitDefinition }) => {
  const category = categoryOf(LimitDefinition);
  const key = { accountId: accountOf(call), region: call.region, category };
  return describe(category, (await findProvisionedLimit(call.db, key)) ?? categories[category].rate);
};

/** In force within a second. */
export const updateProvisionedLimit: Operation<'UpdateProvisionedLimit'> = async (call, input) => {
  const { LimitDefinition, RequestedLimitValue: value } = input;
  const category = categoryOf(LimitDefinition);
  const { rate, adjustable } = categories[category];
  if (!adjustable) throw invalidParameter(`The limit of API category ${category} is not adjustable.`);
  if (value < rate) throw invalidParameter(`The limit of API category ${category} must be at least ${rate}.`);
  if (value > accountMaximum)
    throw new AwsError(
      'ServiceQuotaExceededException',
      `The limit of API category ${category} must not exceed the account's maximum of ${accountMaximum}.`,
    );
  await saveProvisionedLimit(call.db, { accountId: accountOf(call), region: call.region, category }, value);
  return describe(category, value);
};
