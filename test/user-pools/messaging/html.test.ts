import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { escapeHtml, htmlToText } from '../../../src/user-pools/messaging/html.ts';

const bodies: [html: string, text: string][] = [
  ['Your code is 123456', 'Your code is 123456'],
  ['  spread\n over\tlines ', 'spread over lines'],
  ['<p>Hello Jane,</p><p>your code is <b>123456</b>.</p>', 'Hello Jane,\n\nyour code is 123456.'],
  ['one<br>two<br/>three<BR />four', 'one\ntwo\nthree\nfour'],
  ['<ul><li>first</li><li>second</li></ul>', '- first\n\n- second'],
  ['<a href="https://example.com/x?a=1&amp;b=2">Sign in</a> now', 'Sign in (https://example.com/x?a=1&b=2) now'],
  ['<a href="https://example.com">https://example.com</a>', 'https://example.com'],
  ['<a name="top">plain</a>', 'plain'],
  ['<!doctype html><head><title>T</title><style>p { color: red }</style></head><body><header>Hi</header></body>', 'Hi'],
  ['a<!-- <b>not</b> seen -->b<script>if (1 < 2) x()</script>c', 'abc'],
  ['1 &lt; 2 &amp;&amp; 3 &gt; 2 &quot;q&quot; &#39;s&#x27; &nbsp; &euro;', '1 < 2 && 3 > 2 "q" \'s\'   &euro;'],
  ['&amp;lt; stays escaped once', '&lt; stays escaped once'],
  ['2 < 3 and 3 > 2', '2 < 3 and 3 > 2'],
  ['broken <b', 'broken'],
];

for (const [html, text] of bodies) {
  test(`text of ${JSON.stringify(html)}`, () => {
    assert.equal(htmlToText(html), text);
  });
}

test('what was escaped comes out of the text as it went in, whatever it holds', () => {
  const word = fc.string({ unit: fc.constantFrom('<', '>', '&', '"', "'", '/', 'b', 'lt;', '#39;', '{', '!--') });
  fc.assert(
    fc.property(word, value => {
      const html = `<p>Dear <b>${escapeHtml(value)}</b>!</p>`;
      assert.doesNotMatch(html.slice('<p>Dear <b>'.length, -'</b>!</p>'.length), /[<>"']/);
      assert.equal(htmlToText(html), `Dear ${value}!`);
    }),
  );
});
