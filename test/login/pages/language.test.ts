/** In which language a page speaks, and what it is written with. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { html, textOf } from '../../../src/lib/html.ts';
import { chooseLanguage, directionOf, languageNamed, speak } from '../../../src/login/pages/language.ts';
import { en } from '../../../src/login/pages/texts/en.ts';

describe('the language of a page', () => {
  it('is the one asked for, else that of the last visit, else what the browser prefers, else English', () => {
    const choices: [
      asked: string | undefined,
      cookie: string | undefined,
      browser: string | undefined,
      found: string,
    ][] = [
      ['ja', 'de', 'fr', 'ja'],
      [undefined, 'de', 'fr', 'de'],
      [undefined, undefined, 'fr', 'fr'],
      [undefined, undefined, undefined, 'en'],
      ['tlh', 'tlh', 'tlh, nl-BE;q=0.3', 'nl'],
      ['tlh', 'ko', 'fr', 'ko'],
      [undefined, undefined, 'de;q=0.5, it;q=0.8, es;q=0.1', 'it'],
      [undefined, undefined, 'tlh, de-CH, fr', 'de'],
      [undefined, undefined, 'de;q=0, fr;q=0.1', 'fr'],
      [undefined, undefined, '*', 'en'],
      [undefined, undefined, '*;q=x,;;,en;q=0', 'en'],
      [undefined, undefined, 'zh-Hant;q=0.9, tlh', 'zh-TW'],
    ];
    for (const [asked, cookie, browser, found] of choices)
      assert.equal(chooseLanguage(asked, cookie, browser), found, `${asked}, ${cookie}, ${browser}`);
  });

  it('is found by its name, or by that of a neighbour', () => {
    const names: Record<string, string[]> = {
      en: ['EN', ' en-US ', 'en-GB'],
      'pt-BR': ['pt', 'pt-PT', 'PT-br'],
      'zh-CN': ['zh', 'zh-Hans', 'zh-Hans-TW', 'zh-SG', 'zh-cn'],
      'zh-TW': ['zh-Hant', 'zh-Hant-CN', 'zh-HK', 'zh-MO', 'zh-tw'],
      es: ['es-419', 'es-MX'],
      id: ['id-ID'],
    };
    for (const [found, tags] of Object.entries(names))
      for (const tag of tags) assert.equal(languageNamed(tag), found, tag);
    for (const none of ['', '<en>', 'e', 'eng', 'constructor', undefined]) assert.equal(languageNamed(none), undefined);
  });

  it('is written in its direction', () => {
    assert.equal(directionOf('en'), 'ltr');
    assert.equal(directionOf('ar-EG'), 'rtl');
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
