/** What the compiler must accept and refuse of operations; there is nothing here to run. */
import type {
  IdentityInput,
  IdentityOperation,
  IdentityOperationName,
  IdentityOperationTable,
  IdentityOutput,
  Input,
  Operation,
  OperationName,
  OperationTable,
  Output,
} from '../../src/contract/operations.ts';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Context = { now: number };

export const names: Record<OperationName, true>['InitiateAuth' | 'RevokeUserSession'] = true;
export const identityNames: IdentityOperationName = 'GetId';
// @ts-expect-error the SDK's base class is no operation
export const base: OperationName = '$';
// @ts-expect-error nor is any other string
export const other: OperationName = 'InitateAuth';

// Required members are present, at every depth; optional ones keep their undefined.
export const required: [
  Equal<Input<'DeleteGroup'>['GroupName'], string>,
  Equal<Input<'CreateGroup'>['Description'], string | undefined>,
  Equal<NonNullable<Input<'SignUp'>['UserAttributes']>[number]['Name'], string>,
  Equal<NonNullable<Input<'SignUp'>['UserAttributes']>[number]['Value'], string | undefined>,
  Equal<NonNullable<Input<'InitiateAuth'>['AuthParameters']>[string], string>,
  Equal<NonNullable<Input<'SetUICustomization'>['ImageFile']>, Uint8Array>,
  Equal<NonNullable<Input<'UpdateAuthEventFeedback'>['FeedbackValue']>, 'Valid' | 'Invalid'>,
  Equal<IdentityInput<'ListIdentities'>['MaxResults'], number>,
  Equal<NonNullable<Output<'AdminGetUser'>['UserCreateDate']>, Date>,
  Equal<Extract<'$metadata', keyof Output<'AdminGetUser'>>, never>,
  Equal<IdentityOutput<'GetId'>['IdentityId'], string | undefined>,
] = [true, true, true, true, true, true, true, true, true, true, true];

// Every operation has an input and an output: neither missed (never) nor lost (any).
type Lost<T> = 0 extends 1 & T ? true : [T] extends [never] ? true : false;
export const found: [
  Equal<{ [Name in OperationName]: Lost<Input<Name>> | Lost<Output<Name>> }[OperationName], false>,
  Equal<{ [Name in IdentityOperationName]: Lost<IdentityInput<Name>> }[IdentityOperationName], false>,
  Equal<Input<'AssociateSoftwareToken'>['AccessToken'], string | undefined>,
] = [true, true, true];

// A document stays any JSON value.
export const credential: Input<'CompleteWebAuthnRegistration'>['Credential'] = { id: 'x', nested: [1, { a: null }] };

export const deleteGroup: Operation<'DeleteGroup', Context> = async (_context, { GroupName, UserPoolId }) => {
  GroupName.concat(UserPoolId);
  return {};
};
export const deleteUserPool: Operation<'DeleteUserPool', Context> = async () => ({});
export const getGroup: Operation<'GetGroup', Context> = async (_context, { GroupName }) => ({ Group: { GroupName } });
export const adminEnableUser: Operation<'AdminEnableUser', Context> = async () => ({});
export const getId: IdentityOperation<'GetId', Context> = async () => ({ IdentityId: 'x' });

// @ts-expect-error a member of the wrong type
export const wrongShape: Operation<'GetGroup', Context> = async () => ({ Group: { GroupName: 1 } });
// @ts-expect-error a required member of the answer is missing
export const missing: Operation<'SignUp', Context> = async () => ({ UserSub: 'x' });
// @ts-expect-error an operation without input of that name
export const wrongInput: Operation<'DeleteGroup', Context> = async (_context, { Groupname }) => Groupname;

export const table = { DeleteGroup: deleteGroup, AdminEnableUser: adminEnableUser } satisfies OperationTable<Context>;
export const identityTable = { GetId: getId } satisfies IdentityOperationTable<Context>;

export const swapped = {
  // @ts-expect-error of one shape with AdminEnableUser, but another operation
  AdminDisableUser: adminEnableUser,
} satisfies OperationTable<Context>;
export const unknown = {
  // @ts-expect-error no operation of this name
  DeleteGroups: deleteGroup,
} satisfies OperationTable<Context>;
