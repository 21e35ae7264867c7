/** `npm run build` makes a program that runs without the sources: contract beside it, worker threads found. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import packageJson from '../package.json' with { type: 'json' };
import { type Checkout, makeCheckout, newcomersEnvironment } from './support/checkout.ts';

const run = promisify(execFile);
let checkout: Checkout;
before(async () => {
  checkout = await makeCheckout(['bin', 'package.json']);
  const build = fileURLToPath(new URL('../scripts/build.ts', import.meta.url));
  await run(process.execPath, [build, join(checkout.directory, 'dist')]);
});
after(() => checkout?.remove());

it('serves, and computes passwords in its threads', async () => {
  assert.ok(!existsSync(join(checkout.directory, 'src')));
  const endpoint = await checkout.serve(process.execPath, ['dist/main.js', 'serve']);
  const file = await readFile(join(checkout.directory, 'data', 'credentials'), 'utf8');
  const [accessKeyId = '', secretAccessKey = ''] = [...file.matchAll(/^aws_\w+=(.+)$/gm)].map(([, value]) => value);
  const credentials = { accessKeyId, secretAccessKey };
  const client = (signed: boolean) =>
    new CognitoIdentityProvider({ endpoint, region: 'us-east-1', ...(signed && { credentials }) });
  const [admin, anyone] = [client(true), client(false)];
  try {
    const { UserPool } = await admin.createUserPool({ PoolName: 'built' });
    const UserPoolId = UserPool?.Id;
    const { UserPoolClient } = await admin.createUserPoolClient({ UserPoolId, ClientName: 'built' });
    const person = { ClientId: UserPoolClient?.ClientId, Username: 'jane', Password: 'Correct-Horse-7' };
    assert.ok((await anyone.signUp(person)).UserSub);
  } finally {
    admin.destroy();
    anyone.destroy();
  }
});

it('is what bin/cenote runs', async () => {
  const { stdout } = await run(process.execPath, ['bin/cenote', '--version'], {
    cwd: checkout.directory,
    env: newcomersEnvironment(),
  });
  assert.equal(stdout.trim(), packageJson.version);
});
