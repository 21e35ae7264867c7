/** The link that confirms a new account, in place of a code: `/confirmUser` on the pool's domain. */
import type { Db } from '../../storage/schema.ts';
import type { House } from '../call/call.ts';
import { pagesUrl } from '../call/domain-url.ts';

/** The path, at Cognito and here. */
export const confirmationPath = '/confirmUser';

/** @param link.username the one that the account has, not an alias, which may become somebody else's */
export const confirmationLink = async (
  db: Db,
  house: Pick<House, 'publicUrl'>,
  link: { poolId: string; clientId: string; username: string; code: string },
): Promise<string> => {
  const query = new URLSearchParams({
    client_id: link.clientId,
    user_name: link.username,
    confirmation_code: link.code,
  });
  return `${await pagesUrl(db, house, link.poolId)}${confirmationPath}?${query}`;
};
