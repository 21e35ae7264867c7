/**
 * CSV as Cognito's import takes it: commas inside values are written `\,`, and values are trimmed. Values in quotation marks
 * (RFC 4180) are understood as well, because spreadsheets write them: what is between the marks is taken as it is.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';

export type CsvRow = {
  /** Trimmed, without escapes and quotation marks. */
  fields: string[];
  /** Where the row ends; the first line is 1. */
  line: number;
  /** In characters. */
  length: number;
};

/** The text is no UTF-8, or no CSV from some point on. */
export class UnreadableCsv extends Error {}

/** A longer row is not kept in memory to tell how long it is: most likely a quotation mark was left open. */
const longestRow = 100_000;
/** How much is read at a time, in bytes: well under a millisecond's work. */
const portion = 16 * 1024;

/** Inside quotation marks; behind a mark that may close them; anywhere else. */
type Mode = 'quoted' | 'closing' | 'plain';

type Reader = {
  /** Takes the next characters. @returns the rows that they complete */
  take(text: string): CsvRow[];
  end(): CsvRow[];
};

/** The next comma or end of line, from `at` on. */
const endOfPlain = (text: string, at: number): number => {
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === 44 /* , */ || code === 10 /* \n */) break;
  }
  return end;
};

/** Keeps what is unfinished, so that a portion may end anywhere. */
const createReader = (): Reader => {
  let rows: CsvRow[] = [];
  let fields: string[] = [];
  let value = '';
  /** The value with its marks, where it began with one. */
  let written = '';
  let isFresh = true;
  let mode: Mode = 'plain';
  let length = 0;
  let line = 1;
  let ended: 'full' | 'empty' | undefined;

  const endField = () => {
    fields.push(mode === 'closing' ? value : value.trim());
    value = '';
    written = '';
    isFresh = true;
    mode = 'plain';
  };
  const endRow = () => {
    const isEmpty = fields.length === 0 && mode === 'plain' && value.trim() === '';
    endField();
    if (!isEmpty) rows.push({ fields, line, length: 0 });
    ended = isEmpty ? 'empty' : 'full';
    fields = [];
    line++;
  };
  /** Once all of the row is counted. */
  const closeRow = () => {
    const last = rows.at(-1);
    if (ended === 'full' && last !== undefined) last.length = length - 1;
    ended = undefined;
    length = 0;
  };
  /** A comma or the end of a line, where it is not inside quotation marks. */
  const readDelimiter = (character: string) => {
    if (character === '\n') endRow();
    else if (mode === 'plain' && value.endsWith('\\')) value = `${value.slice(0, -1)},`;
    else endField();
  };
  const readQuoted = (text: string, at: number): number => {
    const mark = text.indexOf('"', at);
    const end = mark < 0 ? text.length : mark;
    const some = text.slice(at, end);
    value += some;
    written += some;
    for (let next = some.indexOf('\n'); next >= 0; next = some.indexOf('\n', next + 1)) line++;
    if (mark < 0) return end;
    written += '"';
    mode = 'closing';
    return mark + 1;
  };
  const readClosing = (text: string, at: number): number => {
    const character = text.charAt(at);
    // The carriage return of a line's end says nothing here.
    if (character === '\r') return at + 1;
    if (character === '"') {
      value += character;
      written += character;
      mode = 'quoted';
      return at + 1;
    }
    if (character === ',' || character === '\n') {
      readDelimiter(character);
      return at + 1;
    }
    // The marks are not around all of the value, so they are part of it.
    value = written;
    mode = 'plain';
    return at;
  };
  const readPlain = (text: string, at: number): number => {
    if (isFresh && text.charAt(at) === '"') {
      isFresh = false;
      written = '"';
      mode = 'quoted';
      return at + 1;
    }
    const end = endOfPlain(text, at);
    value += text.slice(at, end);
    isFresh = false;
    if (end === text.length) return end;
    readDelimiter(text.charAt(end));
    return end + 1;
  };
  const readers: Record<Mode, (text: string, at: number) => number> = {
    plain: readPlain,
    quoted: readQuoted,
    closing: readClosing,
  };

  return {
    take(text) {
      rows = [];
      for (let at = 0; at < text.length; ) {
        const next = readers[mode](text, at);
        length += next - at;
        at = next;
        if (length > longestRow) throw new UnreadableCsv(`The row that ends in line ${line} or later is too long.`);
        if (ended) closeRow();
      }
      return rows;
    },
    end() {
      if (mode === 'quoted') throw new UnreadableCsv('The text ends inside quotation marks.');
      rows = [];
      endRow();
      length++;
      closeRow();
      return rows;
    },
  };
};

/**
 * Reads rows, as many at a time as a small portion of the source holds; empty lines are left out.
 * @throws UnreadableCsv
 */
export async function* readCsv(source: AsyncIterable<Uint8Array>): AsyncGenerator<CsvRow[]> {
  const reader = createReader();
  // Drops a byte order mark, which there should not be.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (bytes: Uint8Array, stream: boolean) => {
    try {
      return decoder.decode(bytes, { stream });
    } catch (cause) {
      throw new UnreadableCsv('The text is not UTF-8.', { cause });
    }
  };
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; at += portion) {
      yield reader.take(decode(bytes.subarray(at, at + portion), true));
      await nextTurn();
    }
  }
  reader.take(decode(new Uint8Array(), false));
  yield reader.end();
}

/** Values that would be read as something else unless they stand in quotation marks. */
const ambiguous = /^\s|\s$|^"|\n|\\$|\\,/;

/** A value as `readCsv` reads it back. */
export const csvField = (value: string): string =>
  ambiguous.test(value) ? `"${value.replaceAll('"', '""')}"` : value.replaceAll(',', '\\,');

/** A row with the end of its line. */
export const csvRow = (values: readonly string[]): string => `${values.map(csvField).join(',')}\n`;
