/** Whose account a visit is about: by the session of the browser, with what the app client of that session lets its users do. */
import type { AppClient } from '../../../storage/clients.ts';
import { listClients } from '../../../storage/clients.ts';
import type { SignedIn } from '../../../user-pools/call/call.ts';
import { apiScope } from '../../../user-pools/tokens/grant.ts';
import { type BrowserSession, findBrowserSession, isReusable } from '../../browser-session.ts';
import { type LoginCall, type LoginClientCall, withClient } from '../../host.ts';
import { missingString } from '../../oauth/errors.ts';
import { asSignedIn, type OwnVisit } from '../own-page.ts';

export type Owner = { session: BrowserSession; call: LoginClientCall & { signedIn: SignedIn } };

/** No page: this client does not let its users look after their accounts. Sign in: through that one, and how long ago at most. */
export type Stranger = { signInThrough: AppClient; maxAge?: number } | 'closed';

/** With this scope an application can do by the API what its users do here: without it neither may. */
export const opensAccounts = ({ config }: Pick<AppClient, 'config'>): boolean =>
  (config.AllowedOAuthFlowsUserPoolClient ?? false) && (config.AllowedOAuthScopes?.includes(apiScope) ?? false);

const mostClients = 60;

/** Somebody may come to the domain by themselves, and not from any application. */
const someClient = async ({ db, pool, directory }: LoginCall): Promise<AppClient | undefined> => {
  const clients = await listClients(db, { poolId: pool.id, after: '', limit: mostClients });
  const found = clients.find(opensAccounts);
  return found && directory.client(found.id);
};

/**
 * The client that somebody has signed in through counts, whatever the address says; the address says through which one they sign in.
 * @throws OAuthError invalid_request when nobody says which
 */
export const findOwner = async (visit: OwnVisit): Promise<Owner | Stranger> => {
  const { call, request, client: named } = visit;
  const session = await findBrowserSession(call, request);
  const through = session && (await withClient(call, session.clientId));
  if (session !== undefined && through !== undefined && isReusable(through, session)) {
    if (opensAccounts(through.client)) return { session, call: asSignedIn(visit, through.client, session) };
    const another = named !== undefined && named.id !== through.client.id && opensAccounts(named);
    return another ? { signInThrough: named, maxAge: 0 } : 'closed';
  }
  const client = named ?? (await someClient(call));
  if (client === undefined) throw missingString('client_id');
  return opensAccounts(client) ? { signInThrough: client } : 'closed';
};
