/** Finds the operation that X-Amz-Target names, and how large its request may be. */
import { AwsError } from '../contract/errors.ts';
import { type OperationContract, operationOf } from '../contract/service.ts';
import { maxBodyBytes } from './body.ts';
import type { Service } from './service.ts';

export type Target = { service: Service; name: string; operation: OperationContract };

export const unknownOperation = () => new AwsError('UnknownOperationException', 'Unknown operation');

/**
 * Both forms that clients send are understood, `AWSCognitoIdentityService.GetId` and
 * `com.amazonaws.cognito.identity.model.AWSCognitoIdentityService.GetId`: the last two parts count.
 */
export const createRouter = (services: readonly Service[]) => {
  const byPrefix = new Map(services.map(service => [service.contract.metadata.targetPrefix, service]));

  /** @throws UnknownOperationException */
  return (target: string | string[] | undefined): Target => {
    if (typeof target !== 'string' || !/^[\w.]+$/.test(target)) throw unknownOperation();
    const [prefix = '', name = ''] = target.split('.').slice(-2);
    const service = byPrefix.get(prefix);
    const operation = service && operationOf(service.contract, name);
    if (service === undefined || operation === undefined) throw unknownOperation();
    return { service, name, operation };
  };
};

/** How many bytes a request to a target may have. A target that is unknown is refused later, in its turn. */
export const createBodyLimit = (services: readonly Service[]) => {
  const limits = new Map(
    services.flatMap(({ contract, bodyLimits = {} }) =>
      Object.entries(bodyLimits).map(([name, bytes]): [string, number] => [
        `${contract.metadata.targetPrefix}.${name}`,
        bytes,
      ]),
    ),
  );
  return (target: string | string[] | undefined): number =>
    limits.get(
      String(target ?? '')
        .split('.')
        .slice(-2)
        .join('.'),
    ) ?? maxBodyBytes;
};
