/** User agents as browsers and programs send them. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readUserAgent } from '../../src/lib/user-agent.ts';

const safari = 'AppleWebKit/605.1.15 (KHTML, like Gecko)';
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const known: [userAgent: string, app: string | undefined, system: string | undefined][] = [
  [
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${webkit} Chrome/125.0.0.0 Safari/537.36`,
    'Chrome 125',
    'macOS 10.15',
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${webkit} Chrome/125.0.0.0 Safari/537.36 Edg/125.0.2535.51`,
    'Edge 125',
    'Windows 10',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0', 'Firefox 126', 'Linux'],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) ${safari} Version/17.5 Mobile/15E148 Safari/604.1`,
    'Safari 17',
    'iOS 17.5',
  ],
  [
    `Mozilla/5.0 (iPad; CPU OS 16_2 like Mac OS X) ${safari} CriOS/120.0.6099.119 Mobile/15E148 Safari/604.1`,
    'Chrome 120',
    'iOS 16.2',
  ],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) ${safari} Version/17.5 Safari/605.1.15`, 'Safari 17', 'macOS 14.5'],
  [
    `Mozilla/5.0 (Linux; Android 14; Pixel 8) ${webkit} Chrome/125.0.0.0 Mobile Safari/537.36`,
    'Chrome 125',
    'Android 14',
  ],
  ['aws-sdk-js/3.600.0 ua/2.1 os/linux#6.1.0 lang/js md/nodejs#24.1.0 api/cognito', 'aws-sdk-js 3', 'Linux'],
  ['aws-cli/2.15.30 Python/3.11.8 Windows/10 exe/AMD64', 'aws-cli 2', undefined],
  ['okhttp/4.12.0', 'okhttp 4', undefined],
  ['MyApp/7.1 CFNetwork/1494.0.7 Darwin/23.4.0', 'MyApp 7', undefined],
  ['Mozilla/5.0', undefined, undefined],
  ['something odd', undefined, undefined],
  ['', undefined, undefined],
];

for (const [userAgent, app, system] of known) {
  it(`reads ${userAgent.slice(0, 60) || 'nothing'}`, () => assert.deepEqual(readUserAgent(userAgent), { app, system }));
}

it('says no more of a hostile header than of an honest one', () => {
  for (const text of [
    'A'.repeat(1e6),
    `${'A'.repeat(5000)}/1`,
    'iPhone '.repeat(1e5),
    `Mozilla/5.0 (${'X11 '.repeat(1e5)}`,
  ]) {
    const { app, system } = readUserAgent(text);
    assert.ok((app?.length ?? 0) < 80 && (system?.length ?? 0) < 80);
  }
});
