/** A structure's members, resolved once: what parsing, validation and serialization walk over. */
import type { ServiceContract, Shape, StructureShape } from './service.ts';

export type Member = {
  readonly name: string;
  /** The name as AWS writes it in validation messages: `userPoolId`, `sMSMfaSettings`. */
  readonly camelName: string;
  readonly shape: Shape;
  readonly required: boolean;
};

const resolved = new WeakMap<StructureShape, readonly Member[]>();

/** The shape of that name; a name that the contract does not hold is a defect of the contract, hence an ordinary Error. */
export const shapeOf = (contract: ServiceContract, name: string): Shape => {
  const shape = contract.shapes[name];
  if (!shape) throw new Error(`The contract has no shape ${name}`);
  return shape;
};

/** The members of a structure in the order of the contract. */
export const membersOf = (contract: ServiceContract, structure: StructureShape): readonly Member[] => {
  let members = resolved.get(structure);
  if (!members) {
    const required = new Set(structure.required);
    members = Object.entries(structure.members).map(([name, reference]) => ({
      name,
      camelName: name.charAt(0).toLowerCase() + name.slice(1),
      shape: shapeOf(contract, reference.shape),
      required: required.has(name),
    }));
    resolved.set(structure, members);
  }
  return members;
};
