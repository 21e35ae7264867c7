/** What the call of a function in a thread costs at least: its event as text there, its own work, its answer as text back. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { FloorAnswer } from './floor.ts';

/** As long as the event of a sign-in. */
const event = JSON.stringify({
  version: '2',
  triggerSource: 'TokenGeneration_Authentication',
  region: 'us-east-1',
  userPoolId: 'us-east-1_Pool00001',
  userName: 'person0000001',
  callerContext: { awsSdkVersion: 'aws-sdk-unknown-unknown', clientId: '1234567890abcdefghijklmnop' },
  request: {
    userAttributes: {
      sub: '00000000-0000-4000-8000-000000000000',
      'cognito:user_status': 'CONFIRMED',
      email: 'person0000001@example.com',
      email_verified: 'true',
      name: 'Person 1',
    },
    groupConfiguration: { groupsToOverride: [], iamRolesToOverride: [], preferredRole: null },
    scopes: ['aws.cognito.signin.user.admin'],
  },
  response: { claimsAndScopeOverrideDetails: null },
});

/** Milliseconds of CPU of both threads for one call. */
export const measureCall = async (seconds: number): Promise<FloorAnswer> => {
  const worker = new Worker(new URL('call-floor-worker.ts', import.meta.url), { execArgv: [] });
  /** One after the other: calls of the server, too, seldom fall together. */
  const callFor = async (milliseconds: number) => {
    const end = performance.now() + milliseconds;
    let count = 0;
    for (; performance.now() < end; count++) {
      worker.postMessage(event);
      const [answer] = await once(worker, 'message');
      JSON.parse(answer);
    }
    return count;
  };
  await callFor(200);
  const before = process.cpuUsage();
  const begin = performance.now();
  const count = await callFor(seconds * 1000);
  const elapsed = performance.now() - begin;
  const { user, system } = process.cpuUsage(before);
  await worker.terminate();
  return { perSecond: (count / elapsed) * 1000, cpuMs: (user + system) / 1000 / count };
};
