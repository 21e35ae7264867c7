/** One well-formed request for each operation, made of what the contract requires: for what all operations have in common. */
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { type Shape, userPoolsContract } from '../../src/contract/service.ts';

const contract = userPoolsContract();

/** The operations, by name. */
export const operations = Object.entries(contract.operations);

/** The names of those that declare the exception. */
export const declaring = (exception: string): string[] =>
  operations.filter(([, { errors }]) => errors.includes(exception)).map(([name]) => name);

/** What stands for a member wherever it is required. */
export type Values = Readonly<Record<string, unknown>>;

/** Names of things that nobody has, in the form that the contract demands. */
const nobody: Values = {
  UserPoolId: 'us-east-1_Nobody123',
  ClientId: 'nobody',
  Username: 'nobody',
  AccessToken: 'no.access.token',
  RefreshToken: 'no.refresh.token',
  Token: 'none',
  FeedbackToken: 'none',
  DeviceKey: 'us-east-1_0a1b2c3d-0000-4000-8000-000000000000',
  ManagedLoginBrandingId: '00000000-0000-4000-8000-000000000000',
  TermsId: '00000000-0000-4000-8000-000000000000',
  TermsName: 'terms-of-use',
  JobId: 'import-nobody',
  CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/import',
  ResourceArn: 'arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Nobody123',
  LimitDefinition: { LimitClass: 'API_CATEGORY', Attributes: { Category: 'UserRead' } },
  RequestedLimitValue: 1000,
  UserCode: '123456',
  Secret: 'x'.repeat(24),
  Password: 'Correct-Horse-7',
  ProposedPassword: 'Correct-Horse-8',
  AttributeName: 'email',
  RegionName: 'eu-west-1',
  Domain: 'nobody',
};

const exampleOf = (shape: Shape, values: Values): unknown => {
  switch (shape.type) {
    case 'structure':
      return structureOf(shape, values);
    case 'list':
      return (shape.min ?? 0) > 0 ? [exampleOf(contract.shapes[shape.member.shape]!, values)] : [];
    case 'map':
      return {};
    case 'boolean':
      return false;
    case 'integer':
    case 'long':
      return Math.max(shape.min ?? 0, 1);
    case 'string':
      return shape.enum?.[0] ?? 'nobody';
    default:
      throw new Error(`no value of the type ${shape.type} is required anywhere so far`);
  }
};

const structureOf = ({ members, required = [] }: Shape & { type: 'structure' }, values: Values) =>
  Object.fromEntries(
    required.map(name => [name, values[name] ?? exampleOf(contract.shapes[members[name]!.shape]!, values)]),
  );

const inputShape = (operation: string) =>
  contract.shapes[contract.operations[operation]!.input!] as Shape & {
    type: 'structure';
  };

/** The input's members with their types, required or not. */
export const membersOf = (operation: string) => Object.keys(inputShape(operation).members);

/** What these cannot do without, although the contract does not say so. */
const neededToo: Readonly<Record<string, readonly string[]>> = {
  AssociateSoftwareToken: ['AccessToken'],
  ForgetDevice: ['AccessToken'],
  GetDevice: ['AccessToken'],
  UpdateManagedLoginBranding: ['UserPoolId', 'ManagedLoginBrandingId'],
  VerifySoftwareToken: ['AccessToken'],
};

/**
 * The least that the operation requires, and of `values` whatever else it takes.
 * @param values in place of the names of nobody
 */
export const requestFor = (operation: string, values: Values = {}): Record<string, unknown> => {
  const all = { ...nobody, ...values };
  const shape = inputShape(operation);
  const given = [...membersOf(operation).filter(name => name in values), ...(neededToo[operation] ?? [])];
  return { ...structureOf(shape, all), ...Object.fromEntries(given.map(name => [name, all[name]])) };
};

/** Calls an operation by its name. */
export const send = (client: CognitoIdentityProvider, operation: string, input: object): Promise<unknown> => {
  const method = `${operation[0]!.toLowerCase()}${operation.slice(1)}` as keyof CognitoIdentityProvider;
  return (client[method] as (input: object) => Promise<unknown>).call(client, input);
};

/** @returns the name of the exception that came, or 'ok' */
export const answerTo = (client: CognitoIdentityProvider, operation: string, input: object): Promise<string> =>
  send(client, operation, input).then(
    () => 'ok',
    (error: Error) => error.name,
  );
