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

// An unclosed comment runs to the end: looking for its end again and again would take quadratic time.
const comment = /\/\*(?:[\s\S]*?\*\/|[\s\S]*$)/g;
/** `selectors { declarations }`; a brace inside quotation marks ends nothing. */
const rule = /([^{}]*)\{(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|[^{}"'])*\}/y;
/** What would run script, load other rules, or leave the style sheet. */
const forbidden =
  /@(?:import|supports|page|media)|<\/|<!--|javascript:|vbscript:|expression\s*\(|behavior\s*:|-moz-binding/i;

const refuse = (message: string) => invalidParameter(`Invalid CSS: ${message}`);

/** @throws InvalidParameterException for rules of other classes, for at-rules and script, and for what is no style sheet */
export const checkCss = (text: string): void => {
  const css = text.replace(comment, ' ').trim();
  const found = forbidden.exec(css);
  if (found !== null) throw refuse(`${found[0]} is not allowed.`);
  rule.lastIndex = 0;
  while (rule.lastIndex < css.length) {
    const match = rule.exec(css);
    if (match === null) throw refuse('it cannot be read as a list of rules.');
    const unknown = (match[1] as string).split(',').find(selector => !selectors.has(selector.trim()));
    if (unknown !== undefined) throw refuse(`the selector ${unknown.trim().slice(0, 100)} is not customizable.`);
  }
};
