/** `cenote keys …`: access keys of administrators and signing keys of user pools. */
import type { Config } from '../config.ts';
import { createIdentityKeys } from '../identity-pools/keys.ts';
import { findPool } from '../storage/pools.ts';
import { createSigningKeys } from '../user-pools/tokens/keys.ts';
import { checkedAccount, readPolicy } from './account.ts';
import { table } from './table.ts';
import { print, withFoundation } from './with-foundation.ts';

export const createKey = (
  config: Config,
  name: string,
  { policy: file, account }: { policy?: string; account?: string },
): Promise<void> =>
  withFoundation(config, async ({ accessKeys }) => {
    const policy = file === undefined ? null : await readPolicy(file);
    const accountId = checkedAccount(account ?? config.accountId);
    const { accessKeyId, secret } = await accessKeys.create({ accountId, name, policy });
    print(`# The secret is shown this once. Put both lines into an AWS credentials file.`);
    print(`[${name}]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secret}\nregion=${config.region}`);
  });

export const listKeys = (config: Config, { account }: { account?: string }): Promise<void> =>
  withFoundation(config, async ({ accessKeys }) => {
    const keys = await accessKeys.list(checkedAccount(account ?? config.accountId));
    print(
      table(
        ['ACCESS KEY', 'NAME', 'STATUS', 'PERMISSIONS', 'CREATED'],
        keys.map(key => [
          key.accessKeyId,
          key.isRoot ? `${key.name} (root)` : key.name,
          key.status,
          key.policy === null ? 'everything in the account' : 'by policy',
          new Date(key.createdAt).toISOString(),
        ]),
      ),
    );
  });

export const changeKey = (config: Config, verb: 'disable' | 'enable' | 'delete', id: string): Promise<void> =>
  withFoundation(config, async ({ accessKeys }) => {
    const change = { disable: accessKeys.disable, enable: accessKeys.enable, delete: accessKeys.remove }[verb];
    if (!(await change(id))) throw new Error(`there is no access key ${id} ("cenote keys list" shows those there are)`);
    print(`${id}: ${verb}d`);
  });

export const rotateSigning = (config: Config, poolId: string): Promise<void> =>
  withFoundation(config, async ({ storage: { db }, sealer, clock }) => {
    if ((await findPool(db, poolId)) === undefined) throw new Error(`User pool ${poolId} does not exist.`);
    const kids = await createSigningKeys({ db, sealer, clock }).rotate(poolId);
    print(`${poolId} signs with new keys from now on (servers notice within a second):\n${kids.join('\n')}`);
    print('The old keys stay published for a day, the longest life of a token.');
  });

export const rotateIdentity = (config: Config, region: string): Promise<void> =>
  withFoundation(config, async ({ storage: { db }, sealer, clock }) => {
    if (!/^[a-z0-9-]{1,32}$/.test(region)) throw new Error(`expected a region such as us-east-1, got "${region}"`);
    const kid = await createIdentityKeys({ db, sealer, clock }).rotate(region);
    print(`identity pools of ${region} sign with ${kid} from now on (servers notice within a second)`);
  });
