/** Which SVG images managed login takes, as a table. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { svgProblem } from '../../../src/login/managed/svg.ts';

const svg = (inside: string, attributes = '') => `<svg xmlns="http://www.w3.org/2000/svg"${attributes}>${inside}</svg>`;

describe('SVG images', () => {
  const good = {
    'a gradient': svg(
      '<g clip-path="url(#a)"><rect width="9" height="9" fill="url(#b)"/><path d="M0 0H9V9H0Z" fill-opacity="0.5"/></g>' +
        '<defs><linearGradient id="b" x1="0" x2="9" gradientUnits="userSpaceOnUse"><stop offset="1" stop-color="#FFF"/></linearGradient></defs>',
      ' viewBox="0 0 9 9"',
    ),
    'what drawing programs write': `\uFEFF<?xml version="1.0" encoding="utf-8"?>\n<!-- Generator -->\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n${svg('', ' version="1.1" xml:space="preserve"')}\n`,
    'a style sheet': svg('<style>.a { fill: red }</style><rect class="a"/>'),
    'references into itself and to the web': svg(
      `<a href="https://example.com"><text>x</text></a><path xlink:href='#a'/>`,
    ),
    'a picture within': svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'),
    'text with entities': svg('<text>a &amp; b &lt; c</text>'),
  };
  for (const [title, text] of Object.entries(good))
    it(`takes ${title}`, () => assert.equal(svgProblem(Buffer.from(text)), undefined));

  const bad: Record<string, [string, RegExp]> = {
    script: [svg('<script>alert(1)</script>'), /element script/],
    'a handler': [svg('', ' onload="alert(1)"'), /attribute onload/],
    'a handler behind a line break': [svg('', '\nonload\n=\n"alert(1)"'), /attribute onload/],
    'foreign objects': [svg('<foreignObject></foreignObject>'), /element foreignObject/],
    'another name space': [svg('<x:script>alert(1)</x:script>'), /element x:script/],
    'an attribute that Cognito does not list': [svg('<text dominant-baseline="middle"/>'), /dominant-baseline/],
    'script in a link': [svg('<a href="javascript:alert(1)"/>'), /href must not refer/],
    'script in a disguised link': [svg('<a xlink:href="java&#115;cript:alert(1)"/>'), /href must not refer/],
    'a page within': [svg('<image href="data:text/html,<b>"/>'), /not well-formed/],
    'a page within, escaped': [svg('<image href="data:text/html,x"/>'), /href must not refer/],
    'script in a value': [svg('<path style="fill: url(javascript:alert(1))"/>'), /value of style/],
    'imported rules': [svg('<style>@import url(//example.com)</style>'), /style sheet/],
    'imported rules behind an element': [svg('<style><g/>@import url(//example.com)</style>'), /style sheet/],
    entities: ['<!DOCTYPE svg [<!ENTITY x "y">]><svg>&x;</svg>', /not well-formed/],
    CDATA: [svg('<![CDATA[<script>]]>'), /not well-formed/],
    'processing instructions': [`<?xml-stylesheet href="x"?>${svg('')}`, /not well-formed/],
    'comments within comments': [svg('<!-- --!><script>alert(1)</script> -->'), /not well-formed/],
    'attributes without quotation marks': [svg('<rect width=9/>'), /not well-formed/],
    'a tag without end': [`${svg('')}<rect`, /not well-formed/],
    'another root': ['<g></g>', /its root is/],
    nothing: ['', /its root is/],
  };
  for (const [title, [text, why]] of Object.entries(bad))
    it(`refuses ${title}`, () => assert.match(svgProblem(Buffer.from(text)) ?? '', why));

  it('ends on a long hostile file', () => {
    for (const piece of ['<', '<!--', '<g ', '<g a="', ' ', '-', '<?xml ', '<svg><', '&', '<g id="1" '])
      svgProblem(Buffer.from(`<svg ${piece.repeat(1_000_000 / piece.length)}`));
    assert.equal(svgProblem(Buffer.from(svg(`<!--${' '.repeat(900_000)}-->`))), undefined);
    assert.equal(svgProblem(Buffer.from(svg(`<path${' id="a"'.repeat(100_000)}/>`))), undefined);
  });
});
