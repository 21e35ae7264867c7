import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isSignedWebhook, signWebhook, webhookKey } from '../../src/lib/webhook-signature.ts';

const now = 1_614_265_330_000;
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const key = webhookKey(secret);
const other = webhookKey(Buffer.alloc(32, 7).toString('base64'));
const body = '{"test": 2432232314}';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';

describe('webhook signatures', () => {
  // The example of the reference libraries.
  it('are those of Standard Webhooks', () => {
    assert.deepEqual(signWebhook([key], { id, now, body }), {
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('are recognised, under any of the keys while a secret is replaced', () => {
    const headers = signWebhook([other, key], { id, now, body });
    for (const keys of [[key], [other], [key, other]]) assert.ok(isSignedWebhook(keys, headers, { now, body }));
    assert.ok(isSignedWebhook([webhookKey(secret.slice(6))], headers, { now, body }));
  });

  it('are refused when anything is changed, or after five minutes', () => {
    const headers = signWebhook([key], { id, now, body });
    const minutes = (count: number) => count * 60_000;
    const accepts = (changed: Record<string, string>, at = now, text = body, keys = [key]) =>
      isSignedWebhook(keys, { ...headers, ...changed }, { now: at, body: text });
    assert.ok(accepts({}, now + minutes(5)));
    assert.ok(accepts({}, now - minutes(5)));
    const refused = [
      accepts({}, now + minutes(5) + 1000),
      accepts({}, now - minutes(5) - 1000),
      accepts({}, now, `${body} `),
      accepts({}, now, body, [other]),
      accepts({ 'webhook-id': 'another' }),
      accepts({ 'webhook-timestamp': '1614265331' }),
      accepts({ 'webhook-timestamp': 'NaN' }),
      accepts({ 'webhook-signature': headers['webhook-signature']!.replace('v1,', 'v2,') }),
      accepts({ 'webhook-signature': '' }),
    ];
    assert.deepEqual(refused, Array(refused.length).fill(false));
    assert.equal(isSignedWebhook([key], {}, { now, body }), false);
  });

  it('need a secret that cannot be guessed, and no error tells it', () => {
    for (const bad of [
      '',
      'whsec_',
      'secret',
      'whsec_c2hvcnQ=',
      `whsec_${'A'.repeat(200)}`,
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La aSw',
    ])
      assert.throws(
        () => webhookKey(bad),
        (error: Error) =>
          /whsec_ and 24 to 64 bytes/.test(error.message) && (bad.length < 20 || !error.message.includes(bad)),
      );
  });
});
