/** The two crossings of the wire: the text of a request to an operation's input, and its output to the text of the answer. */
import { AwsError, type AwsErrorName } from './errors.ts';
import { parseJson } from './json.ts';
import { shapeOf } from './members.ts';
import { parse } from './parse.ts';
import { serialize } from './serialize.ts';
import { operationOf, type ServiceContract } from './service.ts';
import { validate } from './validate.ts';

const known = (contract: ServiceContract, operation: string) => {
  const found = operationOf(contract, operation);
  if (!found) throw new AwsError('UnknownOperationException', `Operation ${operation} does not exist.`);
  return found;
};

/** Identity pools keep InvalidParameterException for what the operation itself finds wrong. */
const constraintError = (contract: ServiceContract): AwsErrorName =>
  contract.metadata.endpointPrefix === 'cognito-identity' ? 'ValidationException' : 'InvalidParameterException';

/**
 * An operation's input from the body of its request: typed, complete and within the contract's constraints.
 * @throws AwsError SerializationException, InvalidParameterException (user pools) or ValidationException (identity pools).
 */
export const readInput = (contract: ServiceContract, operation: string, bodyText: string): Record<string, unknown> => {
  const { input } = known(contract, operation);
  const raw = parseJson(bodyText);
  if (!input) return {};
  const shape = shapeOf(contract, input);
  const value = parse(contract, shape, raw) as Record<string, unknown>;
  validate(contract, shape, value, constraintError(contract));
  return value;
};

/** The body of an operation's answer: JSON, or nothing for an operation without an output shape. */
export const writeOutput = (contract: ServiceContract, operation: string, value: unknown): string => {
  const { output } = known(contract, operation);
  return output ? JSON.stringify(serialize(contract, shapeOf(contract, output), value ?? {})) : '';
};
