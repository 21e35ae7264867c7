/** Templates of HTML: nothing that is put into one becomes markup. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { attributes, html, json, raw, textOf } from '../../src/lib/html.ts';

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
/** What a browser makes of escaped text. */
const read = (text: string) => text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);

describe('an HTML template', () => {
  it('shows any text as it is, and lets none out of its place', () => {
    const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'<>&"\'`=/ a;#39') }));
    fc.assert(
      fc.property(texts, texts, (title, body) => {
        const found = /^<p title="([^"<>]*)" lang='([^'<>]*)'>([^<>"']*)<\/p>$/.exec(
          textOf(html`<p title="${title}" lang='${title}'>${body}</p>`),
        );
        assert.ok(found, 'the value has left its place');
        assert.deepEqual(
          found.slice(1).map(each => read(each as string)),
          [title, title, body],
        );
        const attribute = /^<i data-a="([^"<>]*)"><\/i>$/.exec(textOf(html`<i${attributes({ 'data-a': title })}></i>`));
        assert.equal(read(attribute?.[1] ?? ''), title);
      }),
    );
  });

  it('shows any data to a script, and lets none end it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, text) => {
        const data = { value, text, hostile: '</script><!--' };
        const found = /^<script>([^<]*)<\/script>$/.exec(textOf(html`<script>${json(data)}</script>`));
        assert.deepEqual(JSON.parse(found?.[1] ?? ''), JSON.parse(JSON.stringify(data)));
      }),
    );
  });

  it('takes templates, lists and nothing', () => {
    const items = ['<a>', 'b'].map(each => html`<li>${each}</li>`);
    assert.equal(
      textOf(html`<ul class="x">${items}${false}${null}${undefined}${[1, [' ', 2]]}</ul>`),
      '<ul class="x"><li>&lt;a&gt;</li><li>b</li>1 2</ul>',
    );
    assert.equal(
      textOf(html`<!doctype html><!-- x --><style>${raw('a>b{}')}</style>`),
      '<!doctype html><!-- x --><style>a>b{}</style>',
    );
  });

  it('writes attributes that are there', () => {
    const given = { required: true, disabled: false, value: '"', size: 3, title: undefined, value2: '' };
    assert.equal(textOf(html`<input${attributes(given)}>`), '<input required value="&quot;" size="3" value2="">');
    assert.throws(() => attributes({ 'a b': 'c' }), TypeError);
    assert.throws(() => attributes({ onclick: 'x' }), TypeError);
  });

  const written = (address: string) => /"(.*)"/.exec(textOf(html`<a href="${address}"></a>`))?.[1];
  it('links to nothing that runs', () => {
    for (const hostile of [
      'javascript:alert(1)',
      'JavaScript:alert(1)',
      ' java\nscript:alert(1)',
      '\u0001javascript:alert(1)',
      'data:text/html,x',
      'vbscript:x',
    ]) {
      assert.equal(written(hostile), 'about:blank', JSON.stringify(hostile));
      assert.match(textOf(html`<form${attributes({ action: hostile })}></form>`), /action="about:blank"/);
    }
    for (const good of [
      '/login?a=b',
      'https://a.example/',
      'http://localhost:1/',
      '?x=javascript:',
      '#a',
      'mailto:a@b',
    ])
      assert.equal(written(good), good);
    assert.equal(textOf(html`<a href="/login?${'javascript:'}"></a>`), '<a href="/login?javascript:"></a>');
  });

  it('refuses what no escaping would make safe', () => {
    // What a request's body could hold is never taken for markup.
    const forged = JSON.parse('{"kind":"raw","html":"<b>"}');
    const refused: [string, () => unknown][] = [
      ['a string in a script', () => html`<script>${'x'}</script>`],
      ['markup in a script', () => html`<script>${html`${'x'}`}</script>`],
      ['a string in a style sheet', () => html`<style>${'x'}</style>`],
      ['a string in a tag', () => html`<p ${'x'}></p>`],
      ['markup in a tag', () => html`<p ${raw('x')}></p>`],
      ['markup in an attribute', () => html`<p title="${html`x`}"></p>`],
      ['attributes in text', () => html`<p>${attributes({ a: 'b' })}</p>`],
      ['an attribute without quotation marks', () => html`<p title=${'x'}></p>`],
      ['an event handler', () => html`<p onclick="${'x'}"></p>`],
      ['a style', () => html`<p style="${'x'}"></p>`],
      ['a comment', () => html`<!-- ${'x'} -->`],
      ['the name of an element', () => html`<${'p'}></p>`],
      ['the name of an element that ends', () => html`<p></${'p'}>`],
      ['an open tag', () => html`<p title="x"`],
      ['an open attribute', () => html`<p title="${'x'}`],
      ['an open script', () => html`<script>`],
    ];
    for (const [what, write] of refused)
      assert.throws(write, /cannot stand|must stand|must not compute|ends within/, what);
    assert.equal(textOf(html`<p>${forged}</p>`), '<p>[object Object]</p>');
  });
});
