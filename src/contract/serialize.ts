/** Turns an operation's typed answer into the JSON that its shape describes; what the shape does not have does not leave the house. */
import { membersOf, shapeOf } from './members.ts';
import type { ServiceContract, Shape } from './service.ts';

type Serializer<S extends Shape> = (contract: ServiceContract, shape: S, value: never) => unknown;

const asIs = (_contract: ServiceContract, _shape: Shape, value: unknown) => value;

const serializers: { [Type in Shape['type']]: Serializer<Extract<Shape, { type: Type }>> } = {
  string: asIs,
  boolean: asIs,
  integer: asIs,
  long: asIs,
  // Epoch seconds, with milliseconds as the fraction.
  timestamp: (_contract, _shape, value: Date) => value.getTime() / 1000,
  blob: (_contract, _shape, value: Uint8Array) =>
    Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
  list: (contract, shape, value: readonly unknown[]) => {
    const member = shapeOf(contract, shape.member.shape);
    return value.map(item => serialize(contract, member, item));
  },
  map: (contract, shape, value: Readonly<Record<string, unknown>>) => {
    const member = shapeOf(contract, shape.value.shape);
    const map: Record<string, unknown> = Object.create(null);
    for (const key of Object.keys(value)) {
      if (value[key] !== undefined && value[key] !== null) map[key] = serialize(contract, member, value[key]);
    }
    return map;
  },
  structure: (contract, shape, value: Readonly<Record<string, unknown>>) => {
    if (shape.document) return value;
    const structure: Record<string, unknown> = {};
    for (const { name, shape: member } of membersOf(contract, shape)) {
      const item = value[name];
      if (item !== undefined && item !== null) structure[name] = serialize(contract, member, item);
    }
    return structure;
  },
};

/** The JSON-ready value of a typed value (neither undefined nor null); undefined, null and unknown members are left out. */
export const serialize = (contract: ServiceContract, shape: Shape, value: unknown): unknown =>
  (serializers[shape.type] as Serializer<Shape>)(contract, shape, value as never);
