/** Where a code for a person can go: by e-mail or by text message. Pure. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import type { UserPool } from '../../storage/pools.ts';
import { maskEmail, maskPhone } from '../messaging/masking.ts';

export type ContactAttribute = 'email' | 'phone_number';
export type Contact = { attribute: ContactAttribute; value: string; medium: 'EMAIL' | 'SMS' };

const media = { email: 'EMAIL', phone_number: 'SMS' } as const;

export const isContact = (attribute: string): attribute is ContactAttribute => Object.hasOwn(media, attribute);

export const contactOf = (attributes: Record<string, string>, attribute: ContactAttribute): Contact | undefined => {
  const value = attributes[attribute];
  return value ? { attribute, value, medium: media[attribute] } : undefined;
};

/** The first of these attributes that can be reached. */
export const firstContact = (
  attributes: Record<string, string>,
  order: readonly ContactAttribute[],
): Contact | undefined =>
  order.map(attribute => contactOf(attributes, attribute)).find(contact => contact !== undefined);

/** `CodeDeliveryDetails`: the destination masked. */
export const deliveryDetails = ({ attribute, value, medium }: Contact): CodeDeliveryDetailsType => ({
  Destination: medium === 'EMAIL' ? maskEmail(value) : maskPhone(value),
  DeliveryMedium: medium,
  AttributeName: attribute,
});

/** The attributes to which codes go that sign in without a password (EMAIL_OTP, SMS_OTP in AllowedFirstAuthFactors). */
export const codeAttributes = ({ config }: UserPool): ContactAttribute[] => {
  const allowed = config.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  return (['email', 'phone_number'] as const).filter(each => allowed.includes(`${media[each]}_OTP`));
};

/** The attributes by which a new account is confirmed: those that are auto-verified, the phone first. */
export const confirmationOrder = (pool: UserPool): ContactAttribute[] =>
  (['phone_number', 'email'] as const).filter(attribute => pool.config.AutoVerifiedAttributes?.includes(attribute));

/** Where a new account is confirmed. */
export const confirmationContact = (pool: UserPool, attributes: Record<string, string>): Contact | undefined =>
  firstContact(attributes, confirmationOrder(pool));

const recoverable = { verified_email: 'email', verified_phone_number: 'phone_number' } as const;

/** Only an administrator may reset passwords in this pool. */
export const isAdminOnly = (pool: UserPool): boolean =>
  pool.config.AccountRecoverySetting?.RecoveryMechanisms?.some(({ Name }) => Name === 'admin_only') ?? false;

/** The attributes by which a password may be recovered, in order of preference; without a setting the phone first. */
export const recoveryOrder = (pool: UserPool): ContactAttribute[] => {
  const mechanisms = pool.config.AccountRecoverySetting?.RecoveryMechanisms;
  if (mechanisms === undefined) return ['phone_number', 'email'];
  return [...mechanisms]
    .sort((a, b) => (a.Priority ?? 1) - (b.Priority ?? 1))
    .flatMap(({ Name }) => (Name === undefined || Name === 'admin_only' ? [] : [recoverable[Name]]));
};

/** The attribute that codes for a forgotten password go to first, where the pool has said so. */
export const primaryRecovery = (pool: UserPool): ContactAttribute | undefined =>
  pool.config.AccountRecoverySetting === undefined ? undefined : recoveryOrder(pool)[0];
