/** `cenote keys …` beside a running server: what a key may do, and since when. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { goodPassword } from '../support/world.ts';
import { cenote, clientWith, type RunningServer, rootClient, serve, temporaryDirectory } from './program.ts';

const nameOfError = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'no error',
    error => error.name,
  );

/** Asks until the answer is the expected one; the last answer when it never comes. */
const becomes = async (expected: string, ask: () => Promise<string>): Promise<string> => {
  let answer = await ask();
  for (let tries = 0; answer !== expected && tries < 100; tries++) {
    await sleep(100);
    answer = await ask();
  }
  return answer;
};

describe('cenote keys', () => {
  const directory = temporaryDirectory();
  const env = { CENOTE_DATA_DIR: directory.path };
  let server: RunningServer;
  let root: CognitoIdentityProvider;
  let pool: string;
  let otherPool: string;
  const clients: CognitoIdentityProvider[] = [];
  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await cenote(['keys', ...args], env);
    assert.deepEqual([code, stderr], [0, ''], args.join(' '));
    return stdout;
  };
  const clientOf = (profile: string) => {
    const client = clientWith(profile, server.url);
    clients.push(client);
    return client;
  };
  before(async () => {
    server = await serve(env);
    root = rootClient(server.url, directory.path);
    clients.push(root);
    pool = (await root.createUserPool({ PoolName: 'one' })).UserPool?.Id as string;
    otherPool = (await root.createUserPool({ PoolName: 'other' })).UserPool?.Id as string;
  });
  after(async () => {
    for (const client of clients) client.destroy();
    await server.stop();
    directory.remove();
  });

  it('makes a key that may do what its policy allows; the rest is refused in the words of AWS', async () => {
    const arn = (id: string) => `arn:aws:cognito-idp:us-east-1:000000000000:userpool/${id}`;
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['cognito-idp:Admin*', 'cognito-idp:DescribeUserPool'], Resource: arn(pool) },
        { Effect: 'Deny', Action: 'cognito-idp:AdminDeleteUser', Resource: '*' },
      ],
    };
    const file = join(directory.path, 'policy.json');
    writeFileSync(file, JSON.stringify(policy));
    const profile = await run('create', 'support', '--policy', file);
    assert.match(
      profile,
      /^# .*\n\[support\]\naws_access_key_id=AKIA\w{16}\naws_secret_access_key=\S{40}\nregion=us-east-1\n$/,
    );
    const support = clientOf(profile);

    await support.adminCreateUser({ UserPoolId: pool, Username: 'jane', MessageAction: 'SUPPRESS' });
    assert.equal((await support.describeUserPool({ UserPoolId: pool })).UserPool?.Name, 'one');
    const refused = (operation: string, resource: string, because: string) => ({
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::000000000000:user/support is not authorized to perform: cognito-idp:${operation} on resource: ${resource} ${because}`,
    });
    const notAllowed = (operation: string) =>
      `because no identity-based policy allows the cognito-idp:${operation} action`;
    await assert.rejects(
      support.describeUserPool({ UserPoolId: otherPool }),
      refused('DescribeUserPool', arn(otherPool), notAllowed('DescribeUserPool')),
    );
    await assert.rejects(
      support.deleteUserPool({ UserPoolId: pool }),
      refused('DeleteUserPool', arn(pool), notAllowed('DeleteUserPool')),
    );
    await assert.rejects(
      support.listUserPools({ MaxResults: 1 }),
      refused('ListUserPools', '*', notAllowed('ListUserPools')),
    );
    await assert.rejects(
      support.adminDeleteUser({ UserPoolId: pool, Username: 'jane' }),
      refused('AdminDeleteUser', arn(pool), 'with an explicit deny in an identity-based policy'),
    );
  });

  it('disables, enables and deletes a key while the server runs', async () => {
    const profile = await run('create', 'ci');
    const id = /AKIA\w{16}/.exec(profile)?.[0] as string;
    const ci = clientOf(profile);
    const ask = () => nameOfError(ci.listUserPools({ MaxResults: 1 }));
    assert.equal(await ask(), 'no error');
    assert.match(await run('list'), new RegExp(`^${id} +ci +Active +everything in the account`, 'm'));

    assert.equal(await run('disable', id), `${id}: disabled\n`);
    assert.equal(await becomes('UnrecognizedClientException', ask), 'UnrecognizedClientException');
    await assert.rejects(ci.listUserPools({ MaxResults: 1 }), {
      message: 'The security token included in the request is invalid.',
    });
    assert.match(await run('list'), new RegExp(`^${id} +ci +Inactive`, 'm'));
    assert.equal(await run('enable', id), `${id}: enabled\n`);
    assert.equal(await becomes('no error', ask), 'no error');
    assert.equal(await run('delete', id), `${id}: deleted\n`);
    assert.equal(await becomes('UnrecognizedClientException', ask), 'UnrecognizedClientException');
    assert.doesNotMatch(await run('list'), new RegExp(id));
  });

  it('makes a key of another account, which sees nothing of this one', async () => {
    const other = clientOf(await run('create', 'tenant', '--account', '123456789012'));
    assert.deepEqual((await other.listUserPools({ MaxResults: 10 })).UserPools, []);
    assert.notEqual(await nameOfError(other.describeUserPool({ UserPoolId: pool })), 'no error');
    assert.doesNotMatch(await run('list'), /tenant/);
    assert.match(await run('list', '--account', '123456789012'), /tenant/);
  });

  it('shows secrets at creation only', async () => {
    const secret = /secret_access_key=(\S+)/.exec(await run('create', 'shown-once'))?.[1] as string;
    assert.ok(!(await run('list')).includes(secret));
  });

  it('rotates the signing keys of a pool: old tokens stay good, new ones bear new keys', async () => {
    const { UserPoolClient } = await root.createUserPoolClient({
      UserPoolId: pool,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    await root.adminCreateUser({ UserPoolId: pool, Username: 'joe', MessageAction: 'SUPPRESS' });
    await root.adminSetUserPassword({ UserPoolId: pool, Username: 'joe', Password: goodPassword, Permanent: true });
    const signIn = async () => {
      const { AuthenticationResult } = await root.initiateAuth({
        ClientId: UserPoolClient?.ClientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'joe', PASSWORD: goodPassword },
      });
      return AuthenticationResult?.AccessToken as string;
    };
    const kidOf = (token: string): string =>
      JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
    const published = async () => {
      const jwks = await (await fetch(`${server.url}/${pool}/.well-known/jwks.json`)).json();
      return (jwks as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    };
    const before = await signIn();
    const oldKids = await published();

    const printed = await run('rotate-signing', pool);
    assert.equal(await becomes('4', async () => String((await published()).length)), '4');
    const kids = await published();
    assert.deepEqual(
      oldKids.filter(kid => !kids.includes(kid)),
      [],
    );
    const newKids = kids.filter(kid => !oldKids.includes(kid));
    for (const kid of newKids) assert.ok(printed.includes(kid), printed);
    const token = await signIn();
    assert.ok(newKids.includes(kidOf(token)) && !newKids.includes(kidOf(before)));
    for (const AccessToken of [before, token]) assert.equal((await root.getUser({ AccessToken })).Username, 'joe');
  });
});
