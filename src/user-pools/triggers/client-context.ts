/** What functions find in `context.clientContext`, which Cognito leaves empty: how to tell a repeated try. Pure. */
import type { InvokeOptions } from '../call/functions.ts';

/** Node's types spell the member `Custom`, the runtimes of other languages `custom`. */
export const clientContext = ({ idempotencyKey, requestId }: InvokeOptions) => {
  const custom = { idempotencyKey, ...(requestId === undefined ? {} : { requestId }) };
  return { client: {}, custom, Custom: custom, env: {} };
};
