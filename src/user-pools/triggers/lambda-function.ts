/** Functions in AWS Lambda, or in a local runtime that speaks its Invoke API. */
import type { InvocationResponse, Lambda } from '@aws-sdk/client-lambda';
import type { FunctionAnswer, Functions } from '../call/functions.ts';
import { clientContext } from './client-context.ts';
import { withDeadline } from './deadline.ts';
import { checkEndpoint } from './endpoint.ts';
import type { Surroundings } from './functions.ts';
import { createLambdaClient } from './lambda-client.ts';
import { errorOf } from './thrown.ts';

/** `arn:aws:lambda:REGION:…` */
const regionOf = (arn: string): string => arn.split(':')[3] || 'us-east-1';

const read = ({ FunctionError, Payload }: InvocationResponse, asynchronous: boolean): FunctionAnswer => {
  const payload = Buffer.from(Payload ?? []).toString('utf8');
  if (FunctionError !== undefined) return { kind: 'error', message: errorOf(payload) ?? FunctionError };
  // Lambda has put the event into its queue and says no more.
  return { kind: 'result', payload: asynchronous ? 'null' : payload };
};

/** The name of the exception where Lambda itself has answered; else it could not be reached. */
const reasonOf = (error: unknown): string =>
  error instanceof Error && '$fault' in error && /^\w+Exception$/.test(error.name) ? error.name : 'ServiceException';

/** @param target `lambda:[<endpoint>][#<name of the function there>]`; by itself functions are called by their ARN */
export const createLambdaFunction = (
  target: string,
  { lambdaEndpoint, triggersHttp, log }: Surroundings,
): Functions => {
  const [address = '', name] = target.slice('lambda:'.length).split('#');
  const endpoint = address || lambdaEndpoint;
  if (endpoint !== undefined) checkEndpoint(endpoint, triggersHttp);
  const clients = new Map<string, Promise<Lambda>>();
  const clientFor = (region: string): Promise<Lambda> => {
    const client = clients.get(region) ?? createLambdaClient(region, endpoint);
    clients.set(region, client);
    client.catch(() => clients.delete(region));
    return client;
  };

  return {
    invoke(arn, event, options) {
      const { timeout, asynchronous = false } = options;
      return withDeadline(timeout, async signal => {
        try {
          const client = await clientFor(regionOf(arn));
          const answer = await client.invoke(
            {
              FunctionName: name ?? arn,
              InvocationType: asynchronous ? 'Event' : 'RequestResponse',
              ClientContext: Buffer.from(JSON.stringify(clientContext(options))).toString('base64'),
              Payload: Buffer.from(event),
            },
            { abortSignal: signal },
          );
          return read(answer, asynchronous);
        } catch (error) {
          const reason = reasonOf(error);
          if (!signal.aborted) log.warn({ function: arn, reason, err: error }, 'a function cannot be called');
          return { kind: 'unavailable', reason };
        }
      });
    },
    async close() {
      for (const client of clients.values()) (await client.catch(() => undefined))?.destroy();
    },
  };
};
