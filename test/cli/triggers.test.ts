/** `cenote triggers …`: what a developer sees of the functions behind triggers, and tries without a server. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { cenote, temporaryDirectory } from './program.ts';

const folder = temporaryDirectory();
after(() => folder.remove());
const write = (name: string, content: string): string => {
  const file = join(folder.path, name);
  writeFileSync(file, content);
  return file;
};
const event = {
  version: '1',
  triggerSource: 'PreSignUp_SignUp',
  userName: 'jane',
  request: { userAttributes: { email: 'jane@example.com' } },
  response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
};
const eventFile = write('event.json', JSON.stringify(event));
const module = write(
  'functions.mjs',
  `export const handler = async event => {
    console.log('hello', event.userName);
    return { ...event, response: { ...event.response, autoConfirmUser: true } };
  };
  export const refuse = async () => { throw new Error('no \\u001b[31mentry'); };
  export const odd = async event => ({ ...event, response: { autoConfirmUser: 'yes' } });`,
);
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:hello';
const env = {
  CENOTE_TRIGGERS: ['hello=', 'refuse=', 'odd=']
    .map(key => `${key}module:${module}#${key === 'hello=' ? 'handler' : key.slice(0, -1)}`)
    .join(),
};

describe('cenote triggers', () => {
  it('lists the table', async () => {
    const { code, stdout } = await cenote(['triggers'], env);
    assert.equal(code, 0);
    assert.match(stdout, /^FUNCTION +TARGET\nhello +module:.*functions\.mjs#handler\nrefuse /);
    const empty = await cenote(['triggers', 'list'], {});
    assert.match(empty.stdout, /^CENOTE_TRIGGERS is empty/);
  });

  it('says what would keep a server from starting', async () => {
    const { code, stdout } = await cenote(['triggers'], {
      CENOTE_TRIGGERS: `a=module:none.mjs,b=https://example.com,c=lambda:`,
    });
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^FUNCTION +TARGET +PROBLEM\na .*there is no file .*\nb .*needs CENOTE_TRIGGERS_SECRET.*\nc +lambda:\n$/,
    );
  });

  it('calls a function, and shows what it prints and answers', async () => {
    const { code, stdout, stderr } = await cenote(['triggers', 'invoke', arn, eventFile], env);
    assert.deepEqual([code, stderr], [0, 'hello jane\n']);
    assert.deepEqual(JSON.parse(stdout), { ...event, response: { ...event.response, autoConfirmUser: true } });
  });

  it('reads the event from standard input', async () => {
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
    const child = spawn(process.execPath, [main, 'triggers', 'invoke', 'hello', '-'], { env });
    child.stdin.end(JSON.stringify(event));
    const [stdout] = await Promise.all([child.stdout.setEncoding('utf8').toArray(), child.stderr.resume().toArray()]);
    assert.equal(JSON.parse(stdout.join('')).response.autoConfirmUser, true);
  });

  it('fails with the exception of the operation', async () => {
    const refused = await cenote(['triggers', 'invoke', 'refuse', eventFile], env);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(refused.stderr, /at refuse .*functions\.mjs/);
    assert.match(
      refused.stderr,
      /^cenote: UserLambdaValidationException: PreSignUp failed with error no \ufffd\[31mentry\.$/m,
    );
    const odd = await cenote(['triggers', 'invoke', 'odd', eventFile], env);
    assert.equal(odd.code, 1);
    assert.match(odd.stdout, /"autoConfirmUser": "yes"/);
    assert.match(odd.stderr, /^cenote: InvalidLambdaResponseException: Unrecognizable lambda output$/m);
  });

  it('tells of what is no event of a trigger how it ended', async () => {
    const plain = write('plain.json', '{"any":1}');
    const answered = await cenote(['triggers', 'invoke', 'hello', plain], env);
    assert.deepEqual(
      [answered.code, JSON.parse(answered.stdout)],
      [0, { any: 1, response: { autoConfirmUser: true } }],
    );
    const refused = await cenote(['triggers', 'invoke', 'refuse', plain], env);
    assert.match(refused.stderr, /^cenote: the function has thrown: no .*entry$/m);
  });

  it('says why a function cannot be called', async () => {
    const server = createServer((_, response) => response.writeHead(403).end());
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const settings = {
      CENOTE_TRIGGERS: `hook=http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      CENOTE_TRIGGERS_SECRET: `whsec_${Buffer.alloc(24).toString('base64')}`,
    };
    const { code, stderr } = await cenote(['triggers', 'invoke', 'hook', eventFile], settings);
    server.close();
    assert.equal(code, 1);
    assert.match(stderr, /^a webhook has refused an event: 403$/m);
    assert.match(
      stderr,
      /^cenote: UnexpectedLambdaException: PreSignUp invocation failed due to error AccessDeniedException\.$/m,
    );
  });

  const mistakes: [what: string, args: string[], stderr: RegExp][] = [
    [
      'an unknown function',
      ['none', eventFile],
      /^cenote: CENOTE_TRIGGERS has no entry for none; it has hello, refuse, odd\n$/,
    ],
    [
      'a missing file',
      ['hello', join(folder.path, 'none.json')],
      /^cenote: .*none\.json: no such file or directory\n$/,
    ],
    ['no JSON', ['hello', module], /^cenote: .*functions\.mjs is no JSON: /],
    ['no object', ['hello', write('text.json', '"text"')], /^cenote: an event is a JSON object\n$/],
  ];
  for (const [what, args, stderr] of mistakes) {
    it(`refuses ${what}`, async () => {
      const outcome = await cenote(['triggers', 'invoke', ...args], env);
      assert.equal(outcome.code, 1);
      assert.match(outcome.stderr, stderr);
    });
  }

  it('teaches', async () => {
    const { stdout } = await cenote(['triggers', 'invoke', '--help'], {});
    assert.match(stdout, /CENOTE_TRIGGERS='hello=module:.*"triggerSource":"PreSignUp_SignUp"/s);
    const empty = await cenote(['triggers', 'invoke', 'hello', eventFile], {});
    assert.match(empty.stderr, /^cenote: CENOTE_TRIGGERS is empty/);
  });
});
