/** The table of functions: how it is written, and which entry counts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findTarget, parseTriggers } from '../../../src/user-pools/triggers/targets.ts';

const arnOf = (name: string) => `arn:aws:lambda:us-east-1:123456789012:function:${name}`;

describe('CENOTE_TRIGGERS', () => {
  it('is a list of pairs, or JSON', () => {
    assert.deepEqual(parseTriggers(''), new Map());
    const table = new Map([
      [arnOf('a'), 'module:./a.mjs#handler'],
      ['b', 'lambda:'],
      ['*', 'https://example.com/?a=b'],
    ]);
    const text = `${arnOf('a')}=module:./a.mjs#handler, b=lambda: ,\n *=https://example.com/?a=b,`;
    assert.deepEqual(parseTriggers(text), table);
    assert.deepEqual(parseTriggers(` ${JSON.stringify(Object.fromEntries(table))} `), table);
    assert.deepEqual(
      parseTriggers('{"a":"https://example.com/?a=1,2"}'),
      new Map([['a', 'https://example.com/?a=1,2']]),
    );
  });

  it('says what it expects', () => {
    const message = /^a: ".*" is no target; expected module:.*lambda:.*https:/;
    for (const target of ['', 'module', './a.mjs', 'ftp://a', 'constructor:', '__proto__:'])
      assert.throws(() => parseTriggers(`a=${target}`), { message });
    for (const entry of ['a', '=module:a'])
      assert.throws(() => parseTriggers(entry), { message: `expected ARN=target, got "${entry}"` });
    assert.throws(() => parseTriggers('{"a":1}'), { message: /^a: "1" is no target/ });
    assert.throws(() => parseTriggers('{"a"'), SyntaxError);
  });
});

describe('the entry of a function', () => {
  const table = parseTriggers(
    [
      `${arnOf('a')}=module:exact`,
      'a=module:name',
      'ab*=module:names',
      'arn:aws:lambda:us-*=module:region',
      '*=lambda:',
    ].join(),
  );
  const entries: [arn: string, target: string][] = [
    [arnOf('a'), 'module:exact'],
    [`${arnOf('a')}:live`, 'module:name'],
    [arnOf('a').replace('us-east-1', 'eu-west-1'), 'module:name'],
    [arnOf('abc'), 'module:names'],
    [arnOf('b'), 'module:region'],
    [arnOf('b').replace('us-', 'eu-'), 'lambda:'],
  ];
  for (const [arn, target] of entries)
    it(`for ${arn} is ${target}`, () => assert.equal(findTarget(table, arn)?.[1], target));

  it('may be missing', () => {
    assert.equal(findTarget(new Map([['a', 'lambda:']]), arnOf('b')), undefined);
    assert.equal(findTarget(new Map([['b', 'lambda:']]), arnOf('ab')), undefined);
  });
});
