/** Amplify, unmodified, as an application configures it; what would be the browser's storage is in memory. */
import { Amplify } from 'aws-amplify';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { ConsoleLogger } from 'aws-amplify/utils';
import type { World } from '../support/world.ts';

// It warns of an endpoint that is not AWS's.
ConsoleLogger.LOG_LEVEL = 'ERROR';

// After a sign-up Amplify waits three minutes for the confirmation. A page that is left takes its timers along; so does a test.
const { setTimeout } = globalThis;
globalThis.setTimeout = Object.assign((...args: Parameters<typeof setTimeout>) => {
  const timer = setTimeout(...args);
  return (args[1] ?? 0) > 60_000 ? timer.unref() : timer;
}, setTimeout);

/** A browser's storage: tokens and what Amplify keeps of a remembered device. */
const createStorage = () => {
  const items = new Map<string, string>();
  return {
    setItem: async (key: string, value: string) => void items.set(key, value),
    getItem: async (key: string) => items.get(key) ?? null,
    removeItem: async (key: string) => void items.delete(key),
    clear: async () => items.clear(),
  };
};

export type Device = ReturnType<typeof createStorage>;

/** Amplify is one per page: this turns to the application (pool and client) on that device, by default a new one. */
export const openPage = (
  world: World,
  { pool, client }: { pool: string; client: string },
  device: Device = createStorage(),
): Device => {
  Amplify.configure({
    Auth: { Cognito: { userPoolId: pool, userPoolClientId: client, userPoolEndpoint: world.url } },
  });
  cognitoUserPoolsTokenProvider.setKeyValueStorage(device);
  return device;
};
