/** `POST /oauth2/token`: each grant in a file of its own. */
import type { AuthenticationResultType } from '@aws-sdk/client-cognito-identity-provider';
import { codeRedemption } from '../../user-pools/limits/categories.ts';
import type { LoginClientCall } from '../host.ts';
import { admit, type Countable } from '../limits.ts';
import { type Handle, sendJson } from './answer.ts';
import { authenticateClient } from './client-authentication.ts';
import { missingString, OAuthError } from './errors.ts';
import { redeemCode } from './grant-authorization-code.ts';
import { grantToClient } from './grant-client-credentials.ts';
import { redeemDeviceCode } from './grant-device-code.ts';
import { redeemRefreshToken } from './grant-refresh-token.ts';
import { type GrantTypeName, grantTypeNames } from './grant-types.ts';
import { type Parameters, readParameters } from './parameters.ts';

type GrantType = {
  grant(call: LoginClientCall, form: Parameters): Promise<AuthenticationResultType>;
  /** Whose request rate it counts against. */
  countsAs: Countable;
};

const grantTypes: Readonly<Record<GrantTypeName, GrantType>> = {
  authorization_code: { grant: redeemCode, countsAs: codeRedemption },
  refresh_token: { grant: redeemRefreshToken, countsAs: 'GetTokensFromRefreshToken' },
  client_credentials: { grant: grantToClient, countsAs: 'GetClientToken' },
  'urn:ietf:params:oauth:grant-type:device_code': { grant: redeemDeviceCode, countsAs: codeRedemption },
};

/** In the order in which Cognito writes them; what was not granted is left out. */
const tokenAnswer = ({ IdToken, AccessToken, RefreshToken, ExpiresIn, TokenType }: AuthenticationResultType) => ({
  id_token: IdToken,
  access_token: AccessToken,
  refresh_token: RefreshToken,
  expires_in: ExpiresIn,
  token_type: TokenType,
});

export const handle: Handle = async (deps, request, reply) => {
  const { grant_type: type } = readParameters(request.body);
  if (type === undefined) throw missingString('grant_type');
  const name = grantTypeNames.find(each => each === type);
  if (name === undefined) throw new OAuthError('unsupported_grant_type');
  const { call, form } = await authenticateClient(deps, request, 'Token', { status: 400 });
  const { grant, countsAs } = grantTypes[name];
  await admit(call, countsAs);
  return sendJson(reply, 200, tokenAnswer(await grant(call, form)));
};
