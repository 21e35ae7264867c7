/** In which language a page speaks, and what it is written with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { html, textOf } from '../../../src/lib/html.ts';
import { chooseLanguage, directionOf, languageNamed, languages, speak } from '../../../src/login/pages/language.ts';
import { en, type TextId } from '../../../src/login/pages/texts/en.ts';

const placeholders = (text: string) => Array.from(text.matchAll(/\{(\w+)\}/g), ([, name]) => name).toSorted();

describe('the language of a page', () => {
  it('is the one asked for, else that of the last visit, else what the browser prefers, else English', () => {
    assert.equal(chooseLanguage('en', undefined, undefined), 'en');
    assert.equal(chooseLanguage(undefined, 'en', 'xx'), 'en');
    assert.equal(chooseLanguage('tlh', 'tlh', 'tlh, en-GB;q=0.3'), 'en');
    assert.equal(chooseLanguage(undefined, undefined, undefined), 'en');
    assert.equal(chooseLanguage(undefined, undefined, '*;q=x,;;,en;q=0'), 'en');
  });

  it('is found by its name, or by that of a neighbour', () => {
    assert.equal(languageNamed('EN'), 'en');
    assert.equal(languageNamed(' en-US '), 'en');
    for (const none of ['', '<en>', 'e', undefined]) assert.equal(languageNamed(none), undefined);
  });

  it('is written in its direction', () => {
    assert.equal(directionOf('en'), 'ltr');
    assert.equal(directionOf('ar-EG'), 'rtl');
  });

  it('has a text of its own for every id, with the same placeholders', async () => {
    for (const [code, { texts }] of Object.entries(languages)) {
      const found = await texts();
      assert.deepEqual(Object.keys(found).toSorted(), Object.keys(en).toSorted(), code);
      for (const id of Object.keys(en) as TextId[]) {
        assert.deepEqual(placeholders(found[id]), placeholders(en[id]), `${code} ${id}`);
        assert.notEqual(found[id].trim(), '', `${code} ${id}`);
      }
    }
  });
});

describe('a text', () => {
  const say = speak({ ...en, 'code.sentEmail': 'to {destination}, {destination} {nobody}' });

  it('takes values, and leaves unknown placeholders', () => {
    assert.equal(
      say('code.sentEmail', { destination: '{nobody} $& $1' }),
      'to {nobody} $& $1, {nobody} $& $1 {nobody}',
    );
  });

  it('takes HTML as values, and is itself none', () => {
    const said = speak({ ...en, 'signUp.terms': '<b> {terms} & {none}' }).html('signUp.terms', {
      terms: html`<a>x</a>`,
    });
    assert.equal(textOf(said), '&lt;b&gt; <a>x</a> &amp; ');
  });
});
