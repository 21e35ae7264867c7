/** Which style sheets the classic login pages take, as a table. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkCss } from '../../../src/login/managed/css.ts';

const refusal = { name: 'InvalidParameterException', message: /^Invalid CSS: / };

describe('style sheets', () => {
  const good = {
    nothing: '',
    'one rule': '.label-customizable {font-weight: 400;}',
    'two rules with space around':
      '\n.logo-customizable { max-width: 60%; }\n\n.banner-customizable{padding:25px 0px}\n',
    'a state': '.submitButton-customizable:hover { color: #fff; }.inputField-customizable:focus{outline:0}',
    'several selectors': '.idpButton-customizable, .socialButton-customizable { height: 40px }',
    comments: '/* a { } */ .label-customizable /* b */ { color: red } /* c',
    'an apostrophe in a comment': "/* don't */ .label-customizable { color: red } /* can't */",
    'a brace in quotation marks': `.legalText-customizable { quotes: "{" '}' }`,
  };
  for (const [title, css] of Object.entries(good)) it(`takes ${title}`, () => checkCss(css));

  const bad = {
    'another class': '.label { color: red }',
    'an element': 'body { color: red }',
    'a class among allowed ones': '.label-customizable, .other { color: red }',
    'a descendant': '.label-customizable a { color: red }',
    'another state': '.label-customizable:hover { color: red }',
    '@import': '@import url(https://example.com/x.css);',
    '@media': '@media print { .label-customizable { color: red } }',
    '@font-face': '@font-face { font-family: x }',
    'an at-rule inside': '.label-customizable { color: red } @page { margin: 0 }',
    'an at-rule written with an escape': '@\\69mport url(x); .label-customizable { color: red }',
    script: '.label-customizable { background: url(JavaScript:alert(1)) }',
    expressions: '.label-customizable { width: expression (alert(1)) }',
    'the end of a style element': '.label-customizable { color: red } </style><script>',
    'the end of a style element in a comment': '/*</style><script>*/.label-customizable { color: red }',
    'the beginning of a comment of HTML in one of CSS': '/*<!--*/.label-customizable { color: red }',
    'a rule between what only looks like a comment':
      '.label-customizable { quotes: "/*" } body { display: none } .label-customizable { quotes: "*/" }',
    'a rule between addresses that only look like a comment':
      '.label-customizable { background: url(/*) } body { display: none } .label-customizable { background: url(*/) }',
    'a rule behind quotation marks that end with their line':
      '.label-customizable { quotes: "\r} body { display: none } .label-customizable { quotes: "" }',
    'rules within rules': '.label-customizable { .logo-customizable { color: red } }',
    'a rule without end': '.label-customizable { color: red',
    'a quotation without end': '.label-customizable { quotes: " }',
    text: 'just text',
  };
  for (const [title, css] of Object.entries(bad))
    it(`refuses ${title}`, () => assert.throws(() => checkCss(css), refusal));

  it('ends on long hostile text', () => {
    for (const piece of ['/* ', ' ', '{', '"', '\\', '(', '"/*', 'expression ', '.label-customizable{', ',', "'a"]) {
      const css = `.label-customizable{}${piece.repeat(131_000 / piece.length)}`;
      // Quadratic time would take minutes: the runner's own limit tells.
      if (piece === '/* ' || piece === ' ') checkCss(css);
      else assert.throws(() => checkCss(css), refusal);
    }
  });
});
