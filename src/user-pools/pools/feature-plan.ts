/** Which feature plan (UserPoolTier) a pool is on, and what the plans below PLUS and ESSENTIALS lack. Pure. */
import { AwsError, featureUnavailableInTier } from '../../contract/errors.ts';
import type { PoolConfig } from '../../storage/pools.ts';

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

const lacks: Record<NonNullable<PoolConfig['UserPoolTier']>, Feature[]> = {
  LITE: [...essentials, threatProtection],
  ESSENTIALS: [threatProtection],
  PLUS: [],
};

/** The plan of a request that names none: the pool's own, or ESSENTIALS; threat protection asks for PLUS by itself. */
export const defaultTier = (config: PoolConfig, current: PoolConfig['UserPoolTier'] = 'ESSENTIALS') =>
  threatProtection[1](config) ? 'PLUS' : current;

const needDisabling = (tier: string, features: Feature[]) =>
  `The following features need to be disabled for the ${tier} pricing tier configured: ${features.map(([name]) => name).join(', ')}`;

export const unavailableInTier = (tier: string, feature: string): AwsError =>
  featureUnavailableInTier(needDisabling(tier, [[feature, () => true]]));

/**
 * @param current the configuration before UpdateUserPool
 * @returns FeatureUnavailableInTierException, or TierChangeNotAllowedException when the pool already uses what the new plan lacks
 */
export const checkFeaturePlan = (config: PoolConfig, current?: PoolConfig): AwsError | undefined => {
  const tier = config.UserPoolTier ?? 'ESSENTIALS';
  const missing = lacks[tier].filter(([, used]) => used(config));
  if (missing.length === 0) return undefined;
  const message = needDisabling(tier, missing);
  const left = current !== undefined && tier !== current.UserPoolTier && missing.some(([, used]) => used(current));
  return left ? new AwsError('TierChangeNotAllowedException', message) : featureUnavailableInTier(message);
};
