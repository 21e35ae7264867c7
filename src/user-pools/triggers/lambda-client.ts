/** Clients of AWS Lambda's API: AWS itself, or a local runtime that speaks it. The SDK is loaded with the first of them. */
import { type Readable, Transform } from 'node:stream';
import type { Lambda } from '@aws-sdk/client-lambda';

/** Bytes of an answer: Lambda's own limit. AWS keeps to it, a local runtime need not. */
const longestAnswer = 6 * 1024 * 1024;
/** As many as a new AWS account may run at once. */
const connections = 1000;
/** Milliseconds to look for credentials where a local runtime may do without any. */
const credentialsWait = 1500;

/** Local runtimes look at the form of the signature only, if at all. */
const anyCredentials = { accessKeyId: 'cenote', secretAccessKey: 'cenote' };

const bounded = (body: Readable): Readable => {
  let length = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length <= longestAnswer) return done(null, chunk);
      body.destroy();
      done(new Error('the answer is longer than Lambda allows'));
    },
  });
  body.on('error', error => counter.destroy(error));
  return body.pipe(counter);
};

/** A client that fails after one try, and takes no more of an answer than Lambda would give. */
export const createLambdaClient = async (region: string, endpoint?: string): Promise<Lambda> => {
  const { Lambda } = await import('@aws-sdk/client-lambda');
  const agent = { maxSockets: connections, keepAlive: true };
  const settings = {
    region,
    maxAttempts: 1,
    requestHandler: { httpAgent: agent, httpsAgent: agent },
  };
  let client = new Lambda({ ...settings, ...(endpoint === undefined ? {} : { endpoint }) });
  if (endpoint !== undefined && !(await hasCredentials(client))) {
    client.destroy();
    client = new Lambda({ ...settings, endpoint, credentials: anyCredentials });
  }
  client.middlewareStack.add(
    next => async args => {
      const result = await next(args);
      const response = result.response as { body?: Readable };
      if (typeof response.body?.pipe === 'function') response.body = bounded(response.body);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'boundedAnswer' },
  );
  return client;
};

/** Whether AWS's own chain (environment, files, the machine's role) finds any, and soon. */
const hasCredentials = async (client: Lambda): Promise<boolean> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>(resolve => {
    timer = setTimeout(resolve, credentialsWait, false);
  });
  const found = client.config.credentials().then(
    () => true,
    () => false,
  );
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
};
