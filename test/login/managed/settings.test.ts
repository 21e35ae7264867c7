/** Settings of managed login styles: what is refused, and how they are laid over one another. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { defaultSettings } from '../../../src/login/managed/default-settings.ts';
import { checkSettings, mergeSettings } from '../../../src/login/managed/settings.ts';

const refusal = { name: 'InvalidParameterException', message: /^Invalid Settings: / };
const form = (value: unknown) => ({ components: { form: value } });
const json = fc.jsonValue({ maxDepth: 4 }).filter(value => value !== null && typeof value === 'object');
const object = json.filter(value => !Array.isArray(value)) as fc.Arbitrary<Record<string, unknown>>;

describe('settings of managed login styles', () => {
  it('may be the defaults, a part of them, and say more than these', () => {
    for (const settings of [
      defaultSettings,
      {},
      form({ borderRadius: 12.5 }),
      form({ lightMode: { backgroundColor: 'AABBCCDD' } }),
      form({ somethingNew: { deep: [1, 'x'] } }),
      { components: { idpButton: { custom: { 'My provider': { lightMode: {} } } } } },
    ])
      assert.equal(checkSettings(settings), settings);
  });

  it('are refused where they contradict the form', () => {
    for (const settings of [
      [],
      'x',
      null,
      { theme: {} },
      { components: [] },
      form(null),
      form({ borderRadius: '8' }),
      form({ lightMode: { backgroundColor: 'red' } }),
      form({ lightMode: { backgroundColor: '#ffffff' } }),
      form({ logo: { enabled: 'yes' } }),
      { categories: { auth: { authMethodOrder: {} } } },
    ])
      assert.throws(() => checkSettings(settings), refusal);
  });

  it('merge member by member, whatever members are called', () => {
    const base = JSON.parse('{"a":{"b":1,"c":[1,2],"__proto__":{"x":1}},"d":1}');
    const over = JSON.parse('{"a":{"c":[3],"e":null,"__proto__":{"y":2}},"constructor":{"z":1}}');
    const text = '{"a":{"b":1,"c":[3],"__proto__":{"x":1,"y":2},"e":null},"d":1,"constructor":{"z":1}}';
    assert.equal(JSON.stringify(mergeSettings(base, over)), text);
    assert.equal(({} as { y?: number }).y, undefined);
  });

  it('merge with themselves, and with nothing, to themselves; what lies on top wins', () => {
    fc.assert(
      fc.property(object, object, (base, over) => {
        assert.deepEqual(mergeSettings(base, base), base);
        assert.deepEqual(mergeSettings(base, {}), base);
        assert.deepEqual(mergeSettings({}, over), over);
        const once = mergeSettings(base, over);
        assert.deepEqual(mergeSettings(once, over), once);
      }),
    );
  });
});
