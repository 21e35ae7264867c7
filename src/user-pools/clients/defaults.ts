/** An app client's configuration from a request: UpdateUserPoolClient replaces all of it, so what is omitted goes back to these defaults. Pure. */
import type { UpdateUserPoolClientRequest } from '@aws-sdk/client-cognito-identity-provider';
import type { ClientConfig } from '../../storage/clients.ts';

type Request = Omit<UpdateUserPoolClientRequest, 'UserPoolId' | 'ClientId' | 'ClientName'>;

/** Thirty days, in each unit. */
const defaultRefreshValidity = { seconds: 2_592_000, minutes: 43_200, hours: 720, days: 30 };

/** @param clientType how the client was made: no update changes that */
export const clientConfigOf = (
  request: Request,
  clientType: NonNullable<ClientConfig['ClientType']> = 'REGULAR',
): ClientConfig => ({
  // 0 stands for the default.
  RefreshTokenValidity:
    request.RefreshTokenValidity || defaultRefreshValidity[request.TokenValidityUnits?.RefreshToken ?? 'days'],
  AccessTokenValidity: request.AccessTokenValidity,
  IdTokenValidity: request.IdTokenValidity,
  TokenValidityUnits: request.TokenValidityUnits ?? {},
  ReadAttributes: request.ReadAttributes,
  WriteAttributes: request.WriteAttributes,
  ExplicitAuthFlows: request.ExplicitAuthFlows,
  SupportedIdentityProviders: request.SupportedIdentityProviders,
  CallbackURLs: request.CallbackURLs,
  LogoutURLs: request.LogoutURLs,
  DefaultRedirectURI: request.DefaultRedirectURI,
  AllowedOAuthFlows: request.AllowedOAuthFlows,
  AllowedOAuthScopes: request.AllowedOAuthScopes,
  AllowedOAuthFlowsUserPoolClient: request.AllowedOAuthFlowsUserPoolClient ?? false,
  AnalyticsConfiguration: request.AnalyticsConfiguration && {
    UserDataShared: false,
    ...request.AnalyticsConfiguration,
  },
  PreventUserExistenceErrors: request.PreventUserExistenceErrors,
  EnableTokenRevocation: request.EnableTokenRevocation ?? true,
  EnablePropagateAdditionalUserContextData: request.EnablePropagateAdditionalUserContextData ?? false,
  AuthSessionValidity: request.AuthSessionValidity ?? 3,
  RefreshTokenRotation: request.RefreshTokenRotation && { RetryGracePeriodSeconds: 0, ...request.RefreshTokenRotation },
  ClientType: clientType,
});
