/** Keeps two servers from using one data directory. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes the directory until the returned function is called or the process ends, however it ends: the lock is the
 * operating system's, held through an empty SQLite file (`server.lock`), so nothing stale can remain.
 * Throws when another process (or this one) holds it.
 */
export function holdDataDirectory(dataDir: string): () => void {
  const lock = new DatabaseSync(join(dataDir, 'server.lock'));
  try {
    lock.exec('begin exclusive');
  } catch (cause) {
    lock.close();
    throw new Error(`Another Cenote server is using the data directory ${dataDir}`, { cause });
  }
  return () => lock.close();
}
