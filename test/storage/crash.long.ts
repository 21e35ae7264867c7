/** A server that is killed at any moment, under load, has every write that it acknowledged, and nothing by halves. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { type RunningServer, rootClient, serve, temporaryDirectory } from '../cli/program.ts';
import { assertConsistent } from './crash/consistency.ts';
import { createLedger, type Target } from './crash/ledger.ts';
import { makeSubjects, writeUntilCut } from './crash/writers.ts';

const rounds = 20;
const directory = temporaryDirectory('cenote-crash-');
after(directory.remove);

const start = () => serve({ CENOTE_DATA_DIR: directory.path });

const clientOf = ({ url }: RunningServer) => rootClient(url, directory.path);

const makePool = async (aws: CognitoIdentityProvider) => {
  const { UserPool } = await aws.createUserPool({ PoolName: 'crash', AutoVerifiedAttributes: ['email'] });
  const pool = UserPool?.Id as string;
  const { UserPoolClient } = await aws.createUserPoolClient({
    UserPoolId: pool,
    ClientName: 'app',
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  return { pool, client: UserPoolClient?.ClientId as string };
};

it(`killed ${rounds} times under write load`, { timeout: 170_000 }, async t => {
  const ledger = createLedger();
  let server = await start();
  const fixed = await makePool(clientOf(server));
  let target: Target = { aws: clientOf(server), url: server.url, ...fixed };
  await makeSubjects(ledger, target);
  let missing = 0;
  const waiting = { queued: 0, sending: 0 };

  for (let round = 1; round <= rounds; round++) {
    const before = ledger.figures.acknowledged;
    const cut = writeUntilCut(ledger, target);
    await Promise.race([cut, sleep(randomInt(300, 1000))]);
    const { signal } = await server.stop('SIGKILL');
    assert.equal(signal, 'SIGKILL', 'the server ran until it was killed');
    await cut;
    target.aws.destroy();
    assert.ok(ledger.figures.acknowledged > before, `nothing was written in round ${round}`);

    const state = assertConsistent(directory.path);
    waiting.queued += state.queued;
    waiting.sending += state.sending;
    server = await start();
    target = { aws: clientOf(server), url: server.url, ...fixed };
    const lost = await ledger.check(target);
    missing += lost.length;
    assert.deepEqual(lost.slice(0, 5), [], `round ${round}: ${lost.length} acknowledged writes are missing or changed`);
  }

  target.aws.destroy();
  assert.equal((await server.stop()).code, 0);
  // What a killed server was about to send stays reserved for a while, so that it is not sent twice at once.
  const { users, messages, queued } = assertConsistent(directory.path);
  assert.equal(queued, 0, 'messages that waited at a kill were sent after it');

  const { acknowledged, cutOff } = ledger.figures;
  t.diagnostic(
    `${rounds} rounds, ${acknowledged} acknowledged writes, ${missing} missing; ${cutOff} cut off in flight, all whole or absent; ` +
      `${ledger.size} things checked after every kill; ${users} users, ${messages} messages, of which ${waiting.queued} waited and ${waiting.sending} were being sent at a kill`,
  );
  assert.ok(acknowledged > 20 * rounds, `only ${acknowledged} writes: too few to prove anything`);
  assert.ok(cutOff > rounds, `only ${cutOff} writes were in flight at a kill`);
});
