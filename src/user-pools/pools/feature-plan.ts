/** Which feature plan (UserPoolTier) a pool is on, and what the plans below PLUS and ESSENTIALS lack. Pure. */
import { AwsError, featureUnavailableInTier } from '../../contract/errors.ts';
import type { PoolConfig } from '../../storage/pools.ts';
import type { House } from '../call/call.ts';

type Feature = [name: string, used: (config: PoolConfig) => boolean | undefined];

const threatProtection: Feature = [
  'Threat Protection',
  ({ UserPoolAddOns: { AdvancedSecurityMode = 'OFF', AdvancedSecurityAdditionalFlows } = {} }) =>
    AdvancedSecurityMode !== 'OFF' || AdvancedSecurityAdditionalFlows?.CustomAuthMode !== undefined,
];

const defaultAcrName = /^urn:cognito:loa:[1-4]$/;

const essentials: Feature[] = [
  [
    'Passwordless Sign-In',
    ({ Policies }) => Policies?.SignInPolicy?.AllowedFirstAuthFactors?.some(factor => factor !== 'PASSWORD'),
  ],
  ...(['V2_0', 'V3_0'] as const).map(
    (version): Feature => [
      `Token Customization with Pre-Token Generation Lambda ${version}`,
      ({ LambdaConfig }) => LambdaConfig?.PreTokenGenerationConfig?.LambdaVersion === version,
    ],
  ),
  // These three go by the documentation; their names in the message are ours.
  ['Password History', ({ Policies }) => (Policies?.PasswordPolicy?.PasswordHistorySize ?? 0) > 0],
  [
    'Dynamic Client Registration',
    ({ DcrConfiguration }) => DcrConfiguration && DcrConfiguration.EnableStatus !== 'Disabled',
  ],
  [
    'Custom ACR Level Names',
    ({ AcrConfiguration = {} }) =>
      Object.values(AcrConfiguration).some(({ AcrValue = '' }) => !defaultAcrName.test(AcrValue)),
  ],
];

type Tier = NonNullable<PoolConfig['UserPoolTier']>;

const lacks: Record<Tier, Feature[]> = {
  LITE: [...essentials, threatProtection],
  ESSENTIALS: [threatProtection],
  PLUS: [],
};

/** The plan of a request that names none: the pool's own, or ESSENTIALS; threat protection asks for PLUS by itself. */
export const defaultTier = (config: PoolConfig, current: PoolConfig['UserPoolTier'] = 'ESSENTIALS') =>
  threatProtection[1](config) ? 'PLUS' : current;

const needDisabling = (tier: string, features: Feature[]) =>
  `The following features need to be disabled for the ${tier} pricing tier configured: ${features.map(([name]) => name).join(', ')}`;

/** Whether plans withhold anything at all is the operator's decision: the setting CENOTE_TIERS. */
type Enforcing = Pick<House, 'enforcesTiers'>;

const tierOf = (config: PoolConfig): Tier => config.UserPoolTier ?? 'ESSENTIALS';
const ascending: Tier[] = ['LITE', 'ESSENTIALS', 'PLUS'];

/** Whether the pool is on this plan or a higher one, as far as plans withhold anything. */
export const hasPlan = ({ enforcesTiers }: Enforcing, config: PoolConfig, least: Tier): boolean =>
  !enforcesTiers || ascending.indexOf(tierOf(config)) >= ascending.indexOf(least);

/**
 * For a feature that is configured outside of the pool's own members.
 * @param least the lowest plan that has it
 * @throws FeatureUnavailableInTierException
 */
export const requirePlan = (enforcing: Enforcing, config: PoolConfig, least: Tier, feature: string): void => {
  if (!hasPlan(enforcing, config, least))
    throw featureUnavailableInTier(needDisabling(tierOf(config), [[feature, () => true]]));
};

/**
 * @param current the configuration before UpdateUserPool
 * @throws FeatureUnavailableInTierException, or TierChangeNotAllowedException when the pool already uses what the new plan lacks
 */
export const checkFeaturePlan = ({ enforcesTiers }: Enforcing, config: PoolConfig, current?: PoolConfig): void => {
  const tier = tierOf(config);
  const missing = enforcesTiers ? lacks[tier].filter(([, used]) => used(config)) : [];
  if (missing.length === 0) return;
  const message = needDisabling(tier, missing);
  const left = current !== undefined && tier !== current.UserPoolTier && missing.some(([, used]) => used(current));
  throw left ? new AwsError('TierChangeNotAllowedException', message) : featureUnavailableInTier(message);
};
