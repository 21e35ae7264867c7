/** The grants of the token endpoint, by name. */
export const grantTypeNames = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
] as const;
export type GrantTypeName = (typeof grantTypeNames)[number];
