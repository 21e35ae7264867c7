/** CSV: what is read, wherever a portion of it ends, and that what is written is read back. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type CsvRow, csvRow, readCsv, UnreadableCsv } from '../../src/lib/csv.ts';

/** `cut`: bytes of each piece that arrives. */
const read = async (text: string | Uint8Array, cut = 1000): Promise<CsvRow[]> => {
  const bytes = Buffer.from(text as string);
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += cut) yield bytes.subarray(at, at + cut);
  }
  const rows: CsvRow[] = [];
  for await (const some of readCsv(pieces())) rows.push(...some);
  return rows;
};
const fieldsOf = async (text: string) => (await read(text)).map(({ fields }) => fields);

describe('reading', () => {
  const cases: [what: string, text: string, rows: string[][]][] = [
    [
      'rows, the last one without the end of its line',
      'a,b\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'either end of a line',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'empty values, and no empty lines',
      'a,,\n\n \n,,b\n',
      [
        ['a', '', ''],
        ['', '', 'b'],
      ],
    ],
    ['escaped commas', '100 Main St\\, Town,x\n', [['100 Main St, Town', 'x']]],
    ['other backslashes as they are', 'C:\\dir,a\\\\b\n', [['C:\\dir', 'a\\\\b']]],
    ['a backslash at the end of a row', 'a,b\\\nc\n', [['a', 'b\\'], ['c']]],
    ['values without the white space around them', '  a b ,\tc\n', [['a b', 'c']]],
    ['quotation marks around values', '" a, b ","say ""hi""","two\nlines"\r\n', [[' a, b ', 'say "hi"', 'two\nlines']]],
    ['quotation marks inside values as they are', '12" pipe,{"a":1\\,"b":2}\n', [['12" pipe', '{"a":1,"b":2}']]],
    ['quotation marks around a part of the value as they are', '"Bob" Smith,x\n', [['"Bob" Smith', 'x']]],
    ['no byte order mark', '\uFEFFa,b\n', [['a', 'b']]],
    ['nothing', '', []],
  ];
  for (const [what, text, rows] of cases) {
    it(what, async () => assert.deepEqual(await fieldsOf(text), rows));
  }

  it('tells lines and lengths', async () => {
    const rows = await read('a,b\n\n"two\nlines",é\nlast');
    assert.deepEqual(
      rows.map(({ line, length }) => [line, length]),
      [
        [1, 3],
        [4, 13],
        [5, 4],
      ],
    );
  });

  it('refuses what is no UTF-8, also when it ends too early', async () => {
    await assert.rejects(read(Buffer.from('Jos\xe9,b\n', 'latin1')), UnreadableCsv);
    await assert.rejects(read(Buffer.from('José').subarray(0, 4)), UnreadableCsv);
  });

  it('refuses a quotation mark that is never closed, without reading all of the file', async () => {
    await assert.rejects(read('a,b\n"c,d\n'), UnreadableCsv);
    let taken = 0;
    async function* endless() {
      yield Buffer.from('"');
      for (;;) {
        taken += 1000;
        yield Buffer.alloc(1000, 'x\n');
      }
    }
    await assert.rejects(async () => {
      for await (const _ of readCsv(endless()));
    }, UnreadableCsv);
    assert(taken < 200_000, `${taken} bytes were read`);
  });
});

describe('writing', () => {
  const character = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('"', ',', '\\', ' ', '\n', '\r', 'a', '\t') },
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  );
  const value = fc.array(character, { maxLength: 8 }).map(characters => characters.join(''));

  it('is read back as it was, however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(value, { minLength: 2, maxLength: 4 })),
        fc.integer({ min: 1, max: 9 }),
        async (rows, cut) => {
          // A row without any value is an empty line only where it has one column.
          const read1 = await read(rows.map(csvRow).join(''), cut);
          assert.deepEqual(
            read1.map(({ fields }) => fields),
            rows,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it("writes what Cognito's files have in Cognito's way", () => {
    assert.equal(csvRow(['Doe, J', 'a"b', '{"x":1,"y":[2]}', '']), 'Doe\\, J,a"b,{"x":1\\,"y":[2]},\n');
  });
});
