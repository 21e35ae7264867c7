/** A server that is killed in the middle of an import, again and again: the next one goes on, and every row makes one user. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CognitoIdentityProvider, type UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { type RunningServer, serve, temporaryDirectory } from '../../../cli/program.ts';
import { createDatabase, engines } from '../../../support/databases.ts';
import { csvOf, encrypted, person, roleArn } from './importing.ts';

const users = 12_000;
const kills = 3;

for (const engine of engines) {
  describe(`an import and servers that die (${engine})`, () => {
    const directory = temporaryDirectory();
    after(() => directory.remove());

    it('takes every row once', { timeout: 240_000 }, async () => {
      const database = await createDatabase(engine);
      const databaseUrl = database.options.url?.replace('@/', '@localhost/');
      const start = () =>
        serve({ CENOTE_DATA_DIR: directory.path, ...(databaseUrl && { CENOTE_DATABASE_URL: databaseUrl }) });
      const clientOf = (server: RunningServer) => {
        const credentials = readFileSync(join(directory.path, 'credentials'), 'utf8');
        const value = (name: string) => new RegExp(`${name}=(.+)`).exec(credentials)?.[1] ?? '';
        return new CognitoIdentityProvider({
          endpoint: server.url,
          region: 'us-east-1',
          credentials: { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') },
        });
      };

      let server = await start();
      let aws = clientOf(server);
      const { UserPool } = await aws.createUserPool({ PoolName: 'x', AutoVerifiedAttributes: ['email'] });
      const UserPoolId = UserPool?.Id ?? '';
      const created = await aws.createUserImportJob({ UserPoolId, JobName: 'x', CloudWatchLogsRoleArn: roleArn });
      const JobId = created.UserImportJob?.JobId ?? '';
      const body = csvOf(Array.from({ length: users }, (_, index) => person(`user${index}`)));
      await fetch(created.UserImportJob?.PreSignedUrl ?? '', { method: 'PUT', headers: encrypted, body });
      await aws.startUserImportJob({ UserPoolId, JobId });

      const jobNow = async (): Promise<UserImportJobType> =>
        (await aws.describeUserImportJob({ UserPoolId, JobId })).UserImportJob ?? {};
      /** Waits for progress beyond `imported`, or the end. */
      const progress = async (imported: number): Promise<UserImportJobType> => {
        for (;;) {
          const job = await jobNow();
          if (job.Status !== 'InProgress' && job.Status !== 'Pending') return job;
          if ((job.ImportedUsers ?? 0) > imported) return job;
          await sleep(20);
        }
      };
      let job: UserImportJobType = {};
      let interrupted = 0;
      for (let kill = 0; kill < kills; kill++) {
        job = await progress(job.ImportedUsers ?? 0);
        if (job.Status === 'InProgress') interrupted++;
        await server.stop('SIGKILL');
        server = await start();
        aws = clientOf(server);
      }
      assert(interrupted > 0, 'no server was killed during the import');
      job = await progress(users);
      assert.deepEqual([job.Status, job.ImportedUsers, job.SkippedUsers, job.FailedUsers], ['Succeeded', users, 0, 0]);
      const described = await aws.describeUserPool({ UserPoolId });
      assert.equal(described.UserPool?.EstimatedNumberOfUsers, users);
      const names = new Set<string | undefined>();
      let PaginationToken: string | undefined;
      do {
        const page = await aws.listUsers({ UserPoolId, PaginationToken });
        for (const { Username } of page.Users ?? []) names.add(Username);
        PaginationToken = page.PaginationToken;
      } while (PaginationToken !== undefined);
      assert.equal(names.size, users);
      await server.stop();
      await database.drop();
    });
  });
}
