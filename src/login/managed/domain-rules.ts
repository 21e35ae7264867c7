/** What a domain's configuration must not say, in Cognito's words where they are known. Pure. */
import { type AwsError, invalidParameter } from '../../contract/errors.ts';
import type { PoolDomain } from '../../storage/domains.ts';
import type { UserPool } from '../../storage/pools.ts';

export type Wanted = Pick<PoolDomain, 'kind' | 'name' | 'config'> & { pool: UserPool };

type Rule = (wanted: Wanted) => AwsError | false | undefined;

const reserved = ['aws', 'amazon', 'cognito'];
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** At least one dot: nobody owns a top-level domain. */
const customName = new RegExp(`^${label}(?:\\.${label})+$`);

const names: Rule[] = [
  ({ kind, name }) =>
    kind === 'prefix' &&
    name.includes('.') &&
    invalidParameter(
      'The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$',
    ),
  ({ kind, name }) => {
    const word = reserved.find(each => kind === 'prefix' && name.includes(each));
    return word !== undefined && invalidParameter(`Domain cannot contain reserved word: ${word}`);
  },
  ({ kind, name }) =>
    kind === 'custom' &&
    !customName.test(name) &&
    invalidParameter(
      'Custom domain is not a valid subdomain: Was not able to resolve a DNS A record for the parent domain or domain parent is a top-level domain.',
    ),
];

const settings: Rule[] = [
  ({ config: { ManagedLoginVersion: version } }) =>
    version !== 1 && version !== 2 && invalidParameter('ManagedLoginVersion must be 1 or 2.'),
  ({ kind, config }) =>
    kind === 'prefix' &&
    config.CustomDomainConfig !== undefined &&
    invalidParameter('CustomDomainConfig is not supported for prefix domains.'),
  ({ config: { ManagedLoginVersion, CustomDomainConfig } }) =>
    ManagedLoginVersion === 2 &&
    CustomDomainConfig?.SecurityPolicy === 'TLS_V1' &&
    invalidParameter('Managed login requires a security policy of TLS_V1_2_2021 or higher.'),
  ({ kind, config }) =>
    kind === 'prefix' &&
    config.Routing?.Failover !== undefined &&
    invalidParameter('Routing is only supported for custom domains.'),
  ({ pool, config }) =>
    config.Routing?.Failover?.SecondaryRegion === pool.region &&
    invalidParameter('The secondary region of a failover must not be the region of the user pool.'),
];

/** @throws InvalidParameterException: the first rule that is broken */
export const checkDomain = (wanted: Wanted): void => {
  for (const rule of [...names, ...settings]) {
    const broken = rule(wanted);
    if (broken) throw broken;
  }
};
