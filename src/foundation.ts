/** Opens what every command of the program works with: data directory, master key, database. */
import { join } from 'node:path';
import type { Config } from './config.ts';
import { type AccessKeys, createAccessKeys } from './iam/access-keys.ts';
import { createRoles, type Roles } from './iam/roles.ts';
import { type Clock, systemClock } from './lib/clock.ts';
import { loadMasterKeys } from './lib/master-key.ts';
import { createSealer, type Sealer } from './lib/seal.ts';
import { connect, type Storage } from './storage/connect.ts';
import { migrate } from './storage/migrate.ts';

export type Foundation = {
  config: Config;
  clock: Clock;
  sealer: Sealer;
  storage: Storage;
  accessKeys: AccessKeys;
  roles: Roles;
};

/**
 * @param exclusive the server's way: nobody else may serve this data directory
 * @throws Error that says what to do when the key or the database cannot be opened
 */
export const openFoundation = async (
  config: Config,
  { clock = systemClock, exclusive = false } = {},
): Promise<Foundation> => {
  const { dataDir, databaseUrl, databasePoolSize, masterKey, masterKeyFile } = config;
  const [keys, storage] = await Promise.all([
    loadMasterKeys({ value: masterKey, file: masterKeyFile ?? join(dataDir, 'master.key') }),
    connect({ url: databaseUrl, dataDir, poolSize: databasePoolSize, exclusive }),
  ]);
  await migrate(storage);
  const sealer = createSealer(keys);
  const { db } = storage;
  const accessKeys = createAccessKeys({ db, sealer, clock });
  return { config, clock, sealer, storage, accessKeys, roles: createRoles({ db, clock }) };
};
