/** Which errors an operation may answer: tests hold every thrown name against the contract. */
import { operationOf, type ServiceContract } from './service.ts';

/** What any operation may answer, before or besides its own errors: the front door's refusals, throttling, and our own defects. */
const common: ReadonlySet<string> = new Set([
  'AccessDeniedException',
  'ExpiredTokenException',
  'ForbiddenException',
  'IncompleteSignatureException',
  'InternalErrorException',
  'InternalServerException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'NotImplementedException',
  'RequestEntityTooLargeException',
  'SerializationException',
  'TooManyRequestsException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationException',
]);

/** Whether the contract lets this operation answer this error. */
export const isDeclared = (contract: ServiceContract, operation: string, errorName: string): boolean =>
  common.has(errorName) || (operationOf(contract, operation)?.errors.includes(errorName) ?? false);
