/** The style sheet of the classic login pages: rules for Cognito's own classes and nothing else. Pure. */
import { invalidParameter } from '../../contract/errors.ts';

/** What a rule may select; see "Customizing hosted UI (classic) branding" in the developer guide. */
const selectors = new Set(
  [
    'background-customizable',
    'banner-customizable',
    'errorMessage-customizable',
    'idpButton-customizable',
    'idpButton-customizable:hover',
    'idpDescription-customizable',
    'inputField-customizable',
    'inputField-customizable:focus',
    'label-customizable',
    'legalText-customizable',
    'logo-customizable',
    'passwordCheck-valid-customizable',
    'passwordCheck-notValid-customizable',
    'redirect-customizable',
    'socialButton-customizable',
    'submitButton-customizable',
    'submitButton-customizable:hover',
    'textDescription-customizable',
  ].map(name => `.${name}`),
);

// What stands in quotation marks begins no comment. An unclosed comment runs to the end: looking for its end again and again
// would take quadratic time.
const quotedOrComment = /("(?:\\.|[^"\\\n\r\f])*"|'(?:\\.|[^'\\\n\r\f])*')|\/\*(?:[\s\S]*?\*\/|[\s\S]*$)/g;
/** Nor does what stands in an address without quotation marks. */
const inAddress = /\([^()"']*\/\*/;
/** HTML knows no comments of CSS: this ends or hides a style element wherever it stands. */
const leavesElement = /<\/|<!--/;
/** `selectors { declarations }`; a brace inside quotation marks ends nothing. */
const rule = /([^{}]*)\{(?:"(?:\\.|[^"\\\n\r\f])*"|'(?:\\.|[^'\\\n\r\f])*'|[^{}"'])*\}/y;
/** What would run script or load other rules. */
const forbidden = /@(?:import|supports|page|media)|javascript:|vbscript:|expression\s*\(|behavior\s*:|-moz-binding/i;

const refuse = (message: string) => invalidParameter(`Invalid CSS: ${message}`);

/** @throws InvalidParameterException for rules of other classes, for at-rules and script, and for what is no style sheet */
export const checkCss = (text: string): void => {
  if (inAddress.test(text)) throw refuse('a comment must not begin in parentheses.');
  const css = text.replace(quotedOrComment, (_, quoted?: string) => quoted ?? ' ').trim();
  const found = leavesElement.exec(text) ?? forbidden.exec(css);
  if (found !== null) throw refuse(`${found[0]} is not allowed.`);
  rule.lastIndex = 0;
  while (rule.lastIndex < css.length) {
    const match = rule.exec(css);
    if (match === null) throw refuse('it cannot be read as a list of rules.');
    const unknown = (match[1] as string).split(',').find(selector => !selectors.has(selector.trim()));
    if (unknown !== undefined) throw refuse(`the selector ${unknown.trim().slice(0, 100)} is not customizable.`);
  }
};
