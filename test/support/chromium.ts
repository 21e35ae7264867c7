/** A real browser for tests: Debian's Chromium, without a window. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { type Browser, type CDPSession, chromium, type Page } from 'playwright-core';

const isExecutable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** `CENOTE_TEST_CHROMIUM` names one; else Debian's. */
const executablePath = process.env.CENOTE_TEST_CHROMIUM ?? '/usr/bin/chromium';

/** A suite that needs the browser. Without one it is skipped, and says so; in continuous integration it fails. */
export const browserSuite = (name: string, tests: () => void): void => {
  if (isExecutable(executablePath)) {
    describe(name, tests);
    return;
  }
  const absent = `no Chromium at ${executablePath} (Debian: chromium)`;
  it(name, { skip: process.env.CI === undefined && absent }, () => assert.fail(absent));
};

/**
 * Speaks to nobody but the pages of the test.
 * @param hosts names that lead to this machine; those that end in `localhost` do by themselves
 */
export const launchChromium = (hosts: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...(hosts.length === 0 ? [] : [`--host-resolver-rules=${hosts.map(host => `MAP ${host} 127.0.0.1`).join()}`]),
    ],
  });

/** Serves one page on `http://localhost`, which browsers treat as secure. */
export const servePage = async (html: string): Promise<{ url: string; close(): Promise<void> }> => {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8').end(html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Gives the page an authenticator (the WebAuthn domain of the DevTools protocol) whose user is always there and willing. */
export const addAuthenticator = async (
  page: Page,
  { transport = 'internal' }: { transport?: 'internal' | 'usb' } = {},
): Promise<{ cdp: CDPSession; authenticatorId: string }> => {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { cdp, authenticatorId };
};
