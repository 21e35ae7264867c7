/** How an error is logged: name, code, message, place and causes; not the fields that libraries hang onto errors, which hold values. */

type Described = { name: string; code?: string; message: string; at: string[]; cause?: Described | string };

const withheld = '(withheld: it may quote a value)';

/** Messages that quote what was given: of JSON.parse, of Node's argument checks, of PostgreSQL's data exceptions (class 22). */
const quotesValues = (error: Error, code: string | undefined) =>
  error instanceof SyntaxError || /^(ERR_INVALID_|ERR_OUT_OF_RANGE|22)/.test(code ?? '');

const framesOf = (error: Error) =>
  (error.stack ?? '')
    .split('\n')
    .filter(line => /^\s+at /.test(line))
    .slice(0, 20)
    .map(line => line.trim());

/** A pino serializer. Follows `cause` up to five levels. */
export const errorForLog = (error: unknown, depth = 0): Described | string => {
  if (!(error instanceof Error)) return `thrown: ${typeof error}`;
  const { code } = error as { code?: unknown };
  const shownCode = typeof code === 'string' ? code : undefined;
  return {
    name: error.name,
    ...(shownCode === undefined ? {} : { code: shownCode }),
    message: quotesValues(error, shownCode) ? withheld : error.message,
    at: framesOf(error),
    ...(error.cause === undefined || depth >= 5 ? {} : { cause: errorForLog(error.cause, depth + 1) }),
  };
};
