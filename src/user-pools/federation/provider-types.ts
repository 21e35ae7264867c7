/** What each type of identity provider needs in `ProviderDetails`, what Cognito adds to it, and which claim names a user. */
import type { IdentityProvider } from '../../storage/identity-providers.ts';

export type ProviderType = IdentityProvider['type'];
export type Details = Record<string, string>;

type Kind = {
  /** A pool has one at most, and it bears the name of its type. */
  social: boolean;
  required: readonly string[];
  /** Added where the request does not say otherwise. */
  added(given: Details): Details;
  /** Never returned. */
  hidden?: readonly string[];
  /** Mapped to `username` by itself; a SAML provider gives NameID without saying so. */
  subject?: string;
};

const credentials = ['client_id', 'client_secret', 'authorize_scopes'];

export const providerTypes: Record<ProviderType, Kind> = {
  Google: {
    social: true,
    required: credentials,
    added: () => ({
      attributes_url: 'https://people.googleapis.com/v1/people/me?personFields=',
      attributes_url_add_attributes: 'true',
      authorize_url: 'https://accounts.google.com/o/oauth2/v2/auth',
      oidc_issuer: 'https://accounts.google.com',
      token_request_method: 'POST',
      token_url: 'https://www.googleapis.com/oauth2/v4/token',
    }),
    subject: 'sub',
  },
  Facebook: {
    social: true,
    required: credentials,
    added: ({ api_version = 'v17.0' }) => ({
      api_version,
      attributes_url: `https://graph.facebook.com/${api_version}/me?fields=`,
      attributes_url_add_attributes: 'true',
      authorize_url: `https://www.facebook.com/${api_version}/dialog/oauth`,
      token_request_method: 'GET',
      token_url: `https://graph.facebook.com/${api_version}/oauth/access_token`,
    }),
    subject: 'id',
  },
  LoginWithAmazon: {
    social: true,
    required: credentials,
    added: () => ({
      attributes_url: 'https://api.amazon.com/user/profile',
      attributes_url_add_attributes: 'false',
      authorize_url: 'https://www.amazon.com/ap/oa',
      token_request_method: 'POST',
      token_url: 'https://api.amazon.com/auth/o2/token',
    }),
    subject: 'user_id',
  },
  SignInWithApple: {
    social: true,
    required: ['client_id', 'team_id', 'key_id', 'private_key', 'authorize_scopes'],
    added: () => ({
      attributes_url_add_attributes: 'false',
      authorize_url: 'https://appleid.apple.com/auth/authorize',
      oidc_issuer: 'https://appleid.apple.com',
      token_request_method: 'POST',
      token_url: 'https://appleid.apple.com/auth/token',
    }),
    hidden: ['private_key'],
    subject: 'sub',
  },
  OIDC: {
    social: false,
    required: [...credentials, 'oidc_issuer', 'attributes_request_method'],
    added: () => ({ attributes_url_add_attributes: 'false' }),
    subject: 'sub',
  },
  SAML: { social: false, required: [], added: () => ({}) },
};
