/** `cenote migrate`: brings the database up to date, for deployments that do so before new servers start. */
import type { Config } from '../config.ts';
import { connect } from '../storage/connect.ts';
import { migrate } from '../storage/migrate.ts';
import { print } from './with-foundation.ts';

export const migrateDatabase = async ({ databaseUrl, dataDir, databasePoolSize }: Config): Promise<void> => {
  const storage = await connect({ url: databaseUrl, dataDir, poolSize: databasePoolSize });
  try {
    const applied = await migrate(storage);
    print(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
  } finally {
    await storage.close();
  }
};
