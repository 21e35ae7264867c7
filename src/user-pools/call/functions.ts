/** What the rest of the house sees of the functions behind triggers; `triggers/functions.ts` finds and runs them. */

/** What a function has answered, or how it has failed. */
export type FunctionAnswer =
  | { kind: 'result'; payload: string }
  /** The function threw, or returned an error. */
  | { kind: 'error'; message: string }
  | { kind: 'timeout' }
  /** It could not be reached or started; an AWS error name. */
  | { kind: 'unavailable'; reason: string };

export type InvokeOptions = {
  /** Milliseconds. */
  timeout: number;
  /** The same when a try is repeated: who acts on it can tell. */
  idempotencyKey: string;
  /** Of the request that has caused the event, as in the log; deliveries have none. */
  requestId?: string | undefined;
  /** Nobody waits for what the function answers (Lambda's invocation type `Event`): custom senders. */
  asynchronous?: boolean;
};

export type Functions = {
  /** @param event JSON */
  invoke(arn: string, event: string, options: InvokeOptions): Promise<FunctionAnswer>;
  close(): Promise<void>;
};
