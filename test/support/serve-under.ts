/** A server over a database that outlives it, under chosen master keys: for tests of what a change of keys leaves readable. */
import { readFile } from 'node:fs/promises';
import { CognitoIdentityProvider } from '@aws-sdk/client-cognito-identity-provider';
import { startApp } from '../../src/app.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { createLog } from '../../src/wire/request-log.ts';
import { recordAnswers } from './record.ts';

export const configUnder = (dataDir: string, databaseUrl: string | undefined, masterKeys: string[]): Config => {
  const settings = {
    CENOTE_PORT: '0',
    CENOTE_DATA_DIR: dataDir,
    CENOTE_LOG_LEVEL: 'error',
    // The port is another one each time.
    CENOTE_ISSUER: 'https://issuer.example/{poolId}',
    CENOTE_MASTER_KEY: masterKeys.join(),
  };
  return { ...readConfig(settings), ...(databaseUrl === undefined ? {} : { databaseUrl }) };
};

/** The server, and a client that signs with its root key. */
export const serveUnder = async (dataDir: string, databaseUrl: string | undefined, masterKeys: string[]) => {
  const config = configUnder(dataDir, databaseUrl, masterKeys);
  const app = await startApp(config, { log: createLog('error'), print: () => {} });
  const file = await readFile(app.credentialsFile, 'utf8');
  const value = (name: string) => new RegExp(`${name}=(.+)`).exec(file)?.[1] ?? '';
  const aws = new CognitoIdentityProvider({
    endpoint: app.publicUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: value('aws_access_key_id'), secretAccessKey: value('aws_secret_access_key') },
  });
  recordAnswers(aws);
  return { app, aws };
};
