/** `node bench/import.ts`: how many users an import job takes in a second, and what the server holds in memory meanwhile. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { CognitoIdentityProvider, type UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { Command, Option } from 'commander';
import type { Engine } from '../src/storage/connect.ts';
import { createPlace } from './database.ts';
import { type ServerProcess, startServer } from './server-process.ts';

type Options = { users: string; engine: Engine; hashes: boolean };

const { users, engine, hashes } = new Command('bench/import')
  .description('Uploads a file made on the fly, imports it and prints rows a second and the peak memory of the server.')
  .option('--users <n>', 'rows of the file', '500000')
  .addOption(new Option('--engine <engine>', 'database').choices(['sqlite', 'postgres']).default('sqlite'))
  .option('--hashes', 'every user has a password hash', false)
  .parse()
  .opts<Options>();

/** bcrypt of "U*U", from the test vectors of its first implementation. */
const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW';

/** The same file each time: a generator of George Marsaglia's (xorshift32). */
const random = (() => {
  let state = 2463534242;
  return (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
})();
const word = (letters: number) => Array.from({ length: letters }, () => String.fromCharCode(97 + random(26))).join('');

// As many as people have: some 300 first names and 5,000 family names cover most of a country.
const givenNames = Array.from({ length: 300 }, () => word(6));
const familyNames = Array.from({ length: 5000 }, () => word(8));

/** Usernames in no order at all, which is the hardest for an index. */
const cellsOf = (row: number): Record<string, string> => {
  const [given = '', family = ''] = [givenNames[random(300)], familyNames[random(5000)]];
  const username = `${word(6)}${row.toString(36)}`;
  return {
    'cognito:username': username,
    given_name: given,
    family_name: family,
    email: `${username}@example.com`,
    email_verified: 'true',
    phone_number: `+1${2_000_000_000 + row}`,
    ...(hashes && { password_hash: hash }),
  };
};

const file = async function* (columns: string[], rows: number) {
  yield `${columns.join()}\n`;
  for (let row = 0; row < rows; ) {
    const some: string[] = [];
    for (; some.length < 1000 && row < rows; row++) {
      const cells = cellsOf(row);
      some.push(`${columns.map(column => cells[column] ?? '').join()}\n`);
    }
    yield some.join('');
  }
};

const clientOf = async (server: ServerProcess, dataDir: string) => {
  const credentials = await readFile(join(dataDir, 'credentials'), 'utf8');
  const value = (name: string) => new RegExp(`${name}=(.+)`).exec(credentials)?.[1] ?? '';
  return new CognitoIdentityProvider({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') },
  });
};

const say = (text: string) => process.stderr.write(`${text}\n`);
const mebibytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;

const rows = Number(users);
const place = await createPlace(engine);
const server = await startServer(place);
const aws = await clientOf(server, place.dataDir);
const { UserPool } = await aws.createUserPool({
  PoolName: 'import',
  AutoVerifiedAttributes: ['email'],
  AliasAttributes: ['email'],
});
const UserPoolId = UserPool?.Id ?? '';
const { CSVHeader = [] } = await aws.getCSVHeader({ UserPoolId });
const { UserImportJob: job } = await aws.createUserImportJob({
  UserPoolId,
  JobName: 'import',
  CloudWatchLogsRoleArn: 'arn:aws:iam::000000000000:role/import',
  ...(hashes && { PasswordHashingAlgorithm: 'BCRYPT' as const }),
});

const uploadStarted = performance.now();
const uploaded = await fetch(job?.PreSignedUrl ?? '', {
  method: 'PUT',
  headers: { 'x-amz-server-side-encryption': 'aws:kms' },
  body: Readable.toWeb(Readable.from(file(CSVHeader, rows))) as ReadableStream,
  duplex: 'half',
} as RequestInit);
if (!uploaded.ok) throw new Error(`the upload was answered ${uploaded.status}: ${await uploaded.text()}`);
const uploadSeconds = (performance.now() - uploadStarted) / 1000;
say(`${rows} rows uploaded in ${uploadSeconds.toFixed(1)} s`);

await server.usage('begin');
const JobId = job?.JobId ?? '';
await aws.startUserImportJob({ UserPoolId, JobId });
let now: UserImportJobType = {};
let peak = 0;
do {
  await sleep(1000);
  peak = Math.max(peak, (await server.usage('read')).rss);
  now = (await aws.describeUserImportJob({ UserPoolId, JobId })).UserImportJob ?? {};
  say(`${now.Status}: ${now.ImportedUsers}`);
} while (now.Status === 'Pending' || now.Status === 'InProgress');
const usage = await server.usage('read');
const seconds = (Number(now.CompletionDate) - Number(now.StartDate)) / 1000;
console.log(
  JSON.stringify({
    engine,
    hashes,
    status: now.Status,
    imported: now.ImportedUsers,
    failed: now.FailedUsers,
    seconds: Math.round(seconds * 10) / 10,
    rowsPerSecond: Math.round(Number(now.ImportedUsers) / seconds),
    peakMemory: mebibytes(peak),
    serverCpuSeconds: Math.round(usage.cpu / 1000),
    loopDelayMs: usage.loopDelay,
  }),
);
aws.destroy();
await server.stop();
place.remove();
process.exit();
