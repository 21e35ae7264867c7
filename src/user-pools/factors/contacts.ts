/** Where a code for a person can go: by e-mail or by text message. Pure. */
import type { CodeDeliveryDetailsType } from '@aws-sdk/client-cognito-identity-provider';
import type { UserPool } from '../../storage/pools.ts';
import type { User } from '../../storage/users.ts';
import { maskEmail, maskPhone } from '../messaging/masking.ts';

export type ContactAttribute = 'email' | 'phone_number';
export type Contact = { attribute: ContactAttribute; value: string; medium: 'EMAIL' | 'SMS' };

const media = { email: 'EMAIL', phone_number: 'SMS' } as const;

export const isContact = (attribute: string): attribute is ContactAttribute => Object.hasOwn(media, attribute);

export const contactOf = (attributes: Record<string, string>, attribute: ContactAttribute): Contact | undefined => {
  const value = attributes[attribute];
  return value ? { attribute, value, medium: media[attribute] } : undefined;
};

/** `CodeDeliveryDetails`: the destination masked. */
export const deliveryDetails = ({ attribute, value, medium }: Contact): CodeDeliveryDetailsType => ({
  Destination: medium === 'EMAIL' ? maskEmail(value) : maskPhone(value),
  DeliveryMedium: medium,
  AttributeName: attribute,
});

/** Where a new account is confirmed: an auto-verified attribute that the user has, the phone first. */
export const confirmationContact = (pool: UserPool, attributes: Record<string, string>): Contact | undefined => {
  const automatic = pool.config.AutoVerifiedAttributes ?? [];
  return (['phone_number', 'email'] as const)
    .filter(attribute => automatic.includes(attribute))
    .map(attribute => contactOf(attributes, attribute))
    .find(contact => contact !== undefined);
};

const recoverable = { verified_email: 'email', verified_phone_number: 'phone_number' } as const;

/** Only an administrator may reset passwords in this pool. */
export const isAdminOnly = (pool: UserPool): boolean =>
  pool.config.AccountRecoverySetting?.RecoveryMechanisms?.some(({ Name }) => Name === 'admin_only') ?? false;

/** The attributes by which a password may be recovered, in order of preference; without a setting the phone first. */
const recoveryOrder = (pool: UserPool): ContactAttribute[] => {
  const mechanisms = pool.config.AccountRecoverySetting?.RecoveryMechanisms;
  if (mechanisms === undefined) return ['phone_number', 'email'];
  return [...mechanisms]
    .sort((a, b) => (a.Priority ?? 1) - (b.Priority ?? 1))
    .flatMap(({ Name }) => (Name === undefined || Name === 'admin_only' ? [] : [recoverable[Name]]));
};

/** The verified contact that a password is recovered by. */
export const recoveryContact = (pool: UserPool, user: User): Contact | undefined =>
  recoveryOrder(pool)
    .filter(attribute => user.attributes[`${attribute}_verified`] === 'true')
    .map(attribute => contactOf(user.attributes, attribute))
    .find(contact => contact !== undefined);

/** What a stranger is told about a name that nobody has: made from the name alone, the same each time. */
export const simulatedDelivery = (pool: UserPool, name: string): CodeDeliveryDetailsType => {
  if (name.startsWith('+')) return deliveryDetails({ attribute: 'phone_number', value: name, medium: 'SMS' });
  const preferred = recoveryOrder(pool)[0] ?? 'email';
  const hasEmail = name.includes('@') || (pool.config.AutoVerifiedAttributes ?? ['email']).includes('email');
  if (hasEmail || preferred === 'email') {
    const value = name.includes('@') ? name : `${name}@${name}`;
    return deliveryDetails({ attribute: 'email', value, medium: 'EMAIL' });
  }
  const digits = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 10_000, 7);
  return deliveryDetails({
    attribute: 'phone_number',
    value: `+1000000${String(digits).padStart(4, '0')}`,
    medium: 'SMS',
  });
};
