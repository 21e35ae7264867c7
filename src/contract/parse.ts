/** Turns a JSON value into the typed value that its shape describes: timestamps become Dates, blobs bytes, and nothing is silently converted. */
import { AwsError } from './errors.ts';
import { membersOf, shapeOf } from './members.ts';
import type { ListShape, MapShape, ServiceContract, Shape, StructureShape } from './service.ts';

type Parser<S extends Shape> = (contract: ServiceContract, shape: S, value: unknown) => unknown;

const refused = (message: string) => new AwsError('SerializationException', message);

/** The JSON token as AWS names it in messages. */
const tokenOf = (value: unknown): string => {
  if (typeof value === 'string') return 'STRING_VALUE';
  if (typeof value === 'number') return Number.isInteger(value) ? 'NUMBER_VALUE' : 'DECIMAL_VALUE';
  return value === true ? 'TRUE_VALUE' : 'FALSE_VALUE';
};

/** What AWS says of a value where a scalar was expected. */
const notA = (wanted: string, value: unknown) => {
  if (Array.isArray(value)) return refused('Start of list found where not expected');
  if (typeof value === 'object') return refused('Start of structure or map found where not expected.');
  return refused(`${tokenOf(value)} can not be converted to ${wanted}`);
};

type JsonObject = Record<string, unknown>;

const objectFrom = (value: unknown): JsonObject => {
  if (Array.isArray(value)) throw refused('Start of list found where not expected');
  if (typeof value !== 'object' || value === null) throw refused('Expected null');
  return value as JsonObject;
};

/** Text that a database would refuse or change: U+0000, and halves of surrogate pairs. */
const textFrom = (value: string): string => {
  if (value.includes('\0')) throw refused('Strings can not contain the character U+0000');
  if (!value.isWellFormed()) throw refused('Strings must be well-formed Unicode');
  return value;
};

const parseStructure: Parser<StructureShape> = (contract, shape, value) => {
  if (shape.document) return value;
  const raw = objectFrom(value);
  const structure: JsonObject = {};
  for (const member of membersOf(contract, shape)) {
    const item = raw[member.name];
    if (item !== undefined && item !== null) structure[member.name] = parse(contract, member.shape, item);
  }
  return structure;
};

// Cognito's lists and maps are dense: as Smithy has it for dense collections, a null in them counts as absent and is left out.
const parseList: Parser<ListShape> = (contract, shape, value) => {
  if (!Array.isArray(value)) {
    throw refused(
      typeof value === 'object' ? 'Start of structure or map found where not expected.' : 'Expected list or null',
    );
  }
  const member = shapeOf(contract, shape.member.shape);
  return value.filter(item => item !== null).map(item => parse(contract, member, item));
};

const parseMap: Parser<MapShape> = (contract, shape, value) => {
  const raw = objectFrom(value);
  const member = shapeOf(contract, shape.value.shape);
  // No prototype: a key that a client made up, `__proto__` or `constructor`, is a key like any other, to write and to look up.
  const map: JsonObject = Object.create(null);
  for (const key of Object.keys(raw)) {
    if (raw[key] !== null) map[textFrom(key)] = parse(contract, member, raw[key]);
  }
  return map;
};

const isoDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;

/** Epoch seconds, as AWS JSON has it, or ISO 8601, as people write by hand. */
const parseTimestamp: Parser<Shape> = (_contract, _shape, value) => {
  let date: Date | undefined;
  if (typeof value === 'number') date = new Date(Math.round(value * 1000));
  if (typeof value === 'string' && isoDate.test(value)) date = new Date(value);
  if (!date || Number.isNaN(date.getTime())) throw notA('milliseconds since epoch', value);
  return date;
};

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

const parseBlob: Parser<Shape> = (_contract, _shape, value) => {
  if (typeof value !== 'string' || value.length % 4 !== 0 || !base64.test(value)) throw notA('a Blob', value);
  return new Uint8Array(Buffer.from(value, 'base64'));
};

const parseNumber: Parser<Shape> = (_contract, shape, value) => {
  if (!Number.isInteger(value)) throw notA(shape.type === 'long' ? 'a Long' : 'an Integer', value);
  return value;
};

const parsers: { [Type in Shape['type']]: Parser<Extract<Shape, { type: Type }>> } = {
  string: (_contract, _shape, value) => {
    if (typeof value !== 'string') throw notA('a String', value);
    return textFrom(value);
  },
  boolean: (_contract, _shape, value) => {
    if (typeof value !== 'boolean') throw notA('a Boolean', value);
    return value;
  },
  integer: parseNumber,
  long: parseNumber,
  timestamp: parseTimestamp,
  blob: parseBlob,
  list: parseList,
  map: parseMap,
  structure: parseStructure,
};

/**
 * The typed value of a JSON value (not null). Unknown members are ignored, null members are absent, documents stay as they are.
 * @throws AwsError SerializationException, in AWS's words, for a value of another JSON type.
 */
export const parse = (contract: ServiceContract, shape: Shape, value: unknown): unknown =>
  (parsers[shape.type] as Parser<Shape>)(contract, shape, value);
