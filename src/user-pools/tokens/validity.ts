/** How long tokens live: an app client's validity members in seconds, and their allowed ranges. */
import type { ClientConfig } from '../../storage/clients.ts';

const secondsOf = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

const seconds = (value: number | undefined, unit: keyof typeof secondsOf, fallback: number): number =>
  value ? value * secondsOf[unit] : fallback;

type Members = Pick<
  ClientConfig,
  'AccessTokenValidity' | 'IdTokenValidity' | 'RefreshTokenValidity' | 'TokenValidityUnits'
>;

/** Lifetimes in seconds: one hour, one hour and thirty days where the client says nothing. */
export const tokenLifetimes = (client: Members) => {
  const units = client.TokenValidityUnits ?? {};
  return {
    access: seconds(client.AccessTokenValidity, units.AccessToken ?? 'hours', 3600),
    id: seconds(client.IdTokenValidity, units.IdToken ?? 'hours', 3600),
    refresh: seconds(client.RefreshTokenValidity, units.RefreshToken ?? 'days', 30 * 86_400),
  };
};

const within = (value: number, min: number, max: number) => value >= min && value <= max;

/** ID and access tokens live five minutes to a day, refresh tokens an hour to ten years and no shorter than the others. */
export const hasValidLifetimes = (client: Members): boolean => {
  const { access, id, refresh } = tokenLifetimes(client);
  return (
    within(access, 300, 86_400) &&
    within(id, 300, 86_400) &&
    within(refresh, 3600, 315_360_000) &&
    refresh >= access &&
    refresh >= id
  );
};
