/** Writes an access key as a file that every AWS tool reads (`AWS_SHARED_CREDENTIALS_FILE`), profile `cenote`. */
import { open, rename, rm } from 'node:fs/promises';
import { uuid } from '../lib/random.ts';
import type { NewAccessKey } from './access-keys.ts';

export const credentialsProfile = 'cenote';

const contentOf = ({ accessKeyId, secret, region }: NewAccessKey & { region: string }) =>
  `[${credentialsProfile}]
aws_access_key_id=${accessKeyId}
aws_secret_access_key=${secret}
region=${region}
`;

/**
 * Replaces the file as a whole: no reader sees half of it, and nobody but its owner can read it at any moment.
 * @param path in a directory that exists
 */
export const writeCredentialsFile = async (path: string, key: NewAccessKey & { region: string }): Promise<void> => {
  const draft = `${path}.${uuid()}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(contentOf(key));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
};
