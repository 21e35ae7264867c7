/** Whatever a client sends to whatever operation, it is answered with a typed input or with an AwsError. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isDeclared } from '../../src/contract/declared.ts';
import { AwsError } from '../../src/contract/errors.ts';
import { shapeOf } from '../../src/contract/members.ts';
import { readInput } from '../../src/contract/request.ts';
import {
  identityPoolsContract,
  type ServiceContract,
  type Shape,
  userPoolsContract,
} from '../../src/contract/service.ts';

const junk = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>('', ' ', null, -1, 1e308, 1.5, [], {}, [null], 'x'.repeat(3000), '\ud800', '{####}', '@@'),
);

const texts = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'eu-west-1_abc',
      'eu-west-1:abc',
      'x'.repeat(20),
      'abc',
      'arn:aws:iam::123456789012:role/x',
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
);

const oneIn = (n: number) => fc.integer({ min: 1, max: n }).map(i => i === 1);

/** JSON of roughly the right form, with junk in every eighth place or so. */
const almost = (contract: ServiceContract, shape: Shape): fc.Arbitrary<unknown> =>
  oneIn(8).chain(spoiled => (spoiled ? junk : formed(contract, shape)));

const formed = (contract: ServiceContract, shape: Shape): fc.Arbitrary<unknown> => {
  const of = (name: string) => almost(contract, shapeOf(contract, name));
  if (shape.type === 'string') return shape.enum ? fc.constantFrom(...shape.enum) : texts;
  if (shape.type === 'boolean') return fc.boolean();
  if (shape.type === 'timestamp') return fc.double();
  if (shape.type === 'blob') return fc.base64String({ maxLength: 20 });
  if (shape.type === 'list') return fc.array(of(shape.member.shape), { maxLength: 3 });
  if (shape.type === 'map') return fc.dictionary(fc.string({ maxLength: 5 }), of(shape.value.shape), { maxKeys: 3 });
  if (shape.type !== 'structure') return fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer());
  const members: Record<string, fc.Arbitrary<unknown>> = {};
  for (const [name, member] of Object.entries(shape.members)) members[name] = of(member.shape);
  return fc.record(members, { requiredKeys: [...(shape.required ?? [])] });
};

for (const contract of [userPoolsContract(), identityPoolsContract()]) {
  describe(`hostile input to ${contract.metadata.serviceId}`, () => {
    it('is answered by every operation with an input or a refusal', { timeout: 60_000 }, () => {
      const outcomes = { taken: 0, SerializationException: 0, invalid: 0 };
      for (const [operation, { input }] of Object.entries(contract.operations)) {
        const bodies = fc.oneof(junk, almost(contract, shapeOf(contract, input!)));
        const property = fc.property(bodies, body => {
          try {
            readInput(contract, operation, JSON.stringify(body));
            outcomes.taken++;
          } catch (error) {
            if (!(error instanceof AwsError)) throw error;
            assert.ok(isDeclared(contract, operation, error.name) || error.name === 'InvalidParameterException');
            assert.ok(error.message.length < 60_000);
            outcomes[error.name === 'SerializationException' ? error.name : 'invalid']++;
          }
        });
        fc.assert(property, { numRuns: 60 });
      }
      // Each road was travelled.
      assert.ok(
        Object.values(outcomes).every(count => count > 20),
        JSON.stringify(outcomes),
      );
    });
  });
}

describe('declared errors', () => {
  it('are those of the operation and the common ones', () => {
    const contract = userPoolsContract();
    assert.equal(isDeclared(contract, 'SignUp', 'UsernameExistsException'), true);
    assert.equal(isDeclared(contract, 'DeleteGroup', 'UsernameExistsException'), false);
    assert.equal(isDeclared(contract, 'DeleteGroup', 'TooManyRequestsException'), true);
    assert.equal(isDeclared(contract, 'constructor', 'UsernameExistsException'), false);
  });
});
