/** Identity providers for tests: what a request must say of each type. */
import type {
  CreateIdentityProviderCommandInput,
  IdentityProviderTypeType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { World } from '../../support/world.ts';

const secrets = { client_id: 'an-id', client_secret: 'a-secret' };

/** SAML metadata as identity providers publish it. */
export const metadata = `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="http://idp.example.com/saml?a=1&amp;b=2">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/slo"/>
    <md:SingleSignOnService Location='https://idp.example.com/post' Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST'/>
    <md:SingleSignOnService Location='https://idp.example.com/sso?x=1&amp;y=2' Binding='urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`;

/** The least that each type needs. */
export const details: Record<IdentityProviderTypeType, Record<string, string>> = {
  Google: { ...secrets, authorize_scopes: 'email profile openid' },
  Facebook: { ...secrets, authorize_scopes: 'public_profile, email' },
  LoginWithAmazon: { ...secrets, authorize_scopes: 'profile postal_code' },
  SignInWithApple: {
    client_id: 'com.example.app',
    team_id: 'a-team',
    key_id: 'a-key',
    private_key: 'a-private-key',
    authorize_scopes: 'email name',
  },
  OIDC: {
    ...secrets,
    authorize_scopes: 'openid email',
    oidc_issuer: 'https://auth.example.com',
    attributes_request_method: 'GET',
  },
  SAML: { MetadataFile: metadata },
};

export const createProvider = async (
  { aws }: World,
  pool: string,
  name: string,
  type: IdentityProviderTypeType = 'OIDC',
  rest: Partial<CreateIdentityProviderCommandInput> = {},
) => {
  const { IdentityProvider } = await aws.createIdentityProvider({
    UserPoolId: pool,
    ProviderName: name,
    ProviderType: type,
    ProviderDetails: details[type],
    ...rest,
  });
  return IdentityProvider;
};
