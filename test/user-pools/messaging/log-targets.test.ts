/** CENOTE_LOG_TARGETS: both notations, which target an ARN gets, and what is refused without a secret being said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfig } from '../../../src/config.ts';
import { fileOf, parseLogTargets, targetOf } from '../../../src/user-pools/messaging/log-targets.ts';

const group = 'arn:aws:logs:us-east-1:123456789012:log-group:errors';

describe('log targets', () => {
  it('are pairs separated by commas, or JSON', () => {
    const both = [
      { arn: group, to: 'file:errors.jsonl' },
      { arn: 'arn:aws:s3:::a=b', to: 'https://user:p%40ss@collector.example.com/in?a=b' },
    ];
    assert.deepEqual(parseLogTargets(both.map(({ arn, to }) => ` ${arn}=${to} `).join(',')), both);
    assert.deepEqual(parseLogTargets(JSON.stringify(Object.fromEntries(both.map(({ arn, to }) => [arn, to])))), both);
    assert.deepEqual(parseLogTargets(''), []);
    assert.deepEqual(parseLogTargets('*=file:/var/log/all.jsonl,'), [{ arn: '*', to: 'file:/var/log/all.jsonl' }]);
  });

  it('are found by the first ARN that fits', () => {
    const targets = parseLogTargets(`${group}=file:a,arn:aws:logs:*:log-group:*=file:b,*=file:c`);
    const to = (arn: string) => targetOf(targets, arn)?.to;
    assert.equal(to(group), 'file:a');
    assert.equal(to('arn:aws:logs:eu-west-1:1:log-group:x'), 'file:b');
    assert.equal(to('arn:aws:s3:::bucket'), 'file:c');
    assert.equal(targetOf(targets.slice(0, 2), 'arn:aws:s3:::bucket'), undefined);
  });

  it('name files in the data directory, or anywhere', () => {
    assert.equal(fileOf('file:a.jsonl', '/data'), '/data/logs/a.jsonl');
    assert.equal(fileOf('file:/var/log/a.jsonl', '/data'), '/var/log/a.jsonl');
    assert.equal(fileOf('https://example.com/file:x', '/data'), undefined);
  });

  it('that cannot be read stop the start, and are not repeated', () => {
    for (const text of [
      group,
      `${group}=`,
      `${group}=ftp://x`,
      `${group}=https://`,
      '{',
      `{"${group}":1}`,
      '{"a":"b"}',
    ])
      assert.throws(
        () => readConfig({ CENOTE_LOG_TARGETS: `${text}` }),
        { message: 'Configuration:\n  CENOTE_LOG_TARGETS: the value cannot be read' },
        text,
      );
  });
});
