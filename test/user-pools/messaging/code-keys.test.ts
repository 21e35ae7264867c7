/** Keys for the codes of custom senders, as settings give them. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadCodeKeys } from '../../../src/user-pools/messaging/code-encryption.ts';

const id = 'arn:aws:kms:us-east-1:123456789012:key/a';
const key = randomBytes(32);
const load = async (value: string) => (await loadCodeKeys(new Map([[id, value]]))).get(id);

describe('a key for codes', () => {
  it('is 32 bytes, in base64 or hexadecimal, or in a file', async t => {
    const folder = await mkdtemp(join(tmpdir(), 'cenote-keys-'));
    t.after(() => rm(folder, { recursive: true }));
    const file = join(folder, 'key');
    await writeFile(file, `${key.toString('base64')}\n`);
    for (const value of [key.toString('base64'), key.toString('hex'), file])
      assert.deepEqual(Buffer.from((await load(value)) ?? []), key);
  });

  it('is refused with what to do, and never shown', async () => {
    for (const value of ['', 'c2hvcnQ=', '/no/such/file', `${key.toString('base64')}A`])
      await assert.rejects(load(value), {
        message: `CENOTE_CODE_KEYS: ${id} needs 32 bytes in base64 or hexadecimal, or a file with them ("openssl rand -base64 32" makes some)`,
      });
  });
});
