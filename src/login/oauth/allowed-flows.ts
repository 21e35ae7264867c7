/** Which OAuth grants an app client may use. Pure. */
import type { AppClient } from '../../storage/clients.ts';
import { allowsClientToken } from '../../user-pools/clients/flows.ts';

type Flow = 'code' | 'implicit' | 'client_credentials';

export const allowsFlow = ({ config }: Pick<AppClient, 'config'>, flow: Flow): boolean =>
  config.AllowedOAuthFlowsUserPoolClient === true && (config.AllowedOAuthFlows ?? []).includes(flow);

/** Either way that Cognito has of allowing it. */
export const allowsClientCredentials = (client: Pick<AppClient, 'config'>): boolean =>
  allowsFlow(client, 'client_credentials') || allowsClientToken(client.config);
