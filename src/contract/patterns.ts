/** Compiles the contract's patterns, which are Java's, into expressions that mean the same here and take linear time on any text. */

const asciiSpace = ' \\t\\n\\v\\f\\r';
const visible = '\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}';
const body = `[${visible}\\s*]*`;

/**
 * Patterns that backtrack for minutes on hostile text, and their equals that do not. All say "only such characters, and these marks
 * among them"; a lookahead finds the marks (from the first opening, which leaves most room for the rest), then one class reads the whole.
 */
const linear: Readonly<Record<string, string>> = {
  [`[${visible}]+@[${visible}]+`]: `(?=[^][^@]*@[^])[${visible}]*`,
  [`${body}\\{####\\}${body}`]: `(?=[^]*?\\{####\\})${body}`,
  [`${body}\\{##${body}##\\}${body}`]: `(?=(?=([^]*?\\{##))\\1[^]*?##\\})${body}`,
  '.*\\{####\\}.*': '(?=.*?\\{####\\}).*',
};

/** Where AWS's own service accepts more than its published pattern says. */
const wider: Readonly<Record<string, string>> = {
  // DomainType: a custom domain is dotted. What a prefix may be the operation then tells by itself.
  '^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$': '[a-z0-9](?:[a-z0-9.\\-]{0,61}[a-z0-9])?',
};

const compile = (pattern: string): RegExp => {
  const [inline = '', flags = ''] = /^\(\?([a-z]+)\)/.exec(pattern) ?? [];
  const source = (linear[pattern] ?? wider[pattern] ?? pattern.slice(inline.length))
    // In Java \s is ASCII alone: a no-break space is an ordinary character, good in a password. \S and \s only stand in brackets here.
    .replaceAll('[\\S]', `[^${asciiSpace}]`)
    .replaceAll('\\s', asciiSpace);
  const whole = `^(?:${source})$`;
  try {
    return new RegExp(whole, `${flags}u`);
  } catch {
    return new RegExp(whole, flags);
  }
};

const compiled = new Map<string, RegExp>();

/** Whether the whole of the text matches the pattern. Patterns are compiled when first met, since most are never needed. */
export const matches = (pattern: string, text: string): boolean => {
  let expression = compiled.get(pattern);
  if (!expression) {
    expression = compile(pattern);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
};
