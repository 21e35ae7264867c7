/** The contract against the AWS SDK: the same operations, and both ends read what the other writes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as identitySdk from '@aws-sdk/client-cognito-identity';
import * as poolsSdk from '@aws-sdk/client-cognito-identity-provider';
import { HttpResponse } from '@smithy/protocol-http';
import fc from 'fast-check';
import { parseJson } from '../../src/contract/json.ts';
import { shapeOf } from '../../src/contract/members.ts';
import { parse } from '../../src/contract/parse.ts';
import { readInput, writeOutput } from '../../src/contract/request.ts';
import {
  identityPoolsContract,
  type ServiceContract,
  type Shape,
  userPoolsContract,
} from '../../src/contract/service.ts';

type AnyClient = { send(command: unknown): Promise<Record<string, unknown>> };
type Commands = Record<string, new (input: unknown) => unknown>;
type Wire = { request: string; answer: string };

const settings = (wire: Wire) => ({
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  maxAttempts: 1,
  requestHandler: {
    handle: async (request: { body: string | Uint8Array }) => {
      wire.request = typeof request.body === 'string' ? request.body : new TextDecoder().decode(request.body);
      const headers = { 'content-type': 'application/x-amz-json-1.1' };
      return { response: new HttpResponse({ statusCode: 200, headers, body: Buffer.from(wire.answer) }) };
    },
  },
});

const services = [
  {
    name: 'user pools',
    contract: userPoolsContract(),
    commands: poolsSdk as unknown as Commands,
    client: (wire: Wire) => new poolsSdk.CognitoIdentityProviderClient(settings(wire) as never) as unknown as AnyClient,
  },
  {
    name: 'identity pools',
    contract: identityPoolsContract(),
    commands: identitySdk as unknown as Commands,
    client: (wire: Wire) => new identitySdk.CognitoIdentityClient(settings(wire) as never) as unknown as AnyClient,
  },
];

// The SDK reads integers over 2^53 as bigint; a document of JavaScript's making has none.
const smaller = (_key: string, value: unknown) =>
  typeof value === 'number' ? Math.trunc(value % 1000) / 8 + 0 : value;
const anyDocument = fc
  .jsonValue({ maxDepth: 2 })
  .filter(value => value !== null && !JSON.stringify(value).includes('__proto__'))
  .map(value => JSON.parse(JSON.stringify(value), smaller));

/** Typed values of a shape, whatever its constraints say: parsing and serialization come before those. */
const valuesOf = (contract: ServiceContract, shape: Shape): fc.Arbitrary<unknown> => {
  if (shape.type === 'string') return fc.string({ unit: 'grapheme', maxLength: 8 });
  if (shape.type === 'boolean') return fc.boolean();
  if (shape.type === 'timestamp') return fc.integer({ min: -1e12, max: 4e12 }).map(ms => new Date(ms));
  if (shape.type === 'blob') return fc.uint8Array({ maxLength: 12 });
  if (shape.type === 'list')
    return fc.array(valuesOf(contract, shapeOf(contract, shape.member.shape)), { maxLength: 2 });
  if (shape.type === 'map') {
    const keys = fc.string({ maxLength: 5 }).filter(key => key !== '__proto__');
    return fc.dictionary(keys, valuesOf(contract, shapeOf(contract, shape.value.shape)), {
      maxKeys: 2,
      noNullPrototype: true,
    });
  }
  if (shape.type !== 'structure') return fc.integer();
  if (shape.document) return anyDocument;
  const members = Object.entries(shape.members).map(([name, { shape: member }]) => [
    name,
    valuesOf(contract, shapeOf(contract, member)),
  ]);
  return fc.record(Object.fromEntries(members), { requiredKeys: [], noNullPrototype: true });
};

/** Maps without a prototype compare as ordinary objects. */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || value instanceof Date || value instanceof Uint8Array) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
};

for (const { name, contract, commands, client } of services) {
  describe(`the SDK and the contract of ${name}`, () => {
    it('know the same operations', () => {
      const known = Object.keys(commands).filter(key => key.endsWith('Command') && key !== '$Command');
      assert.deepEqual(
        known.map(key => key.slice(0, -'Command'.length)).sort(),
        Object.keys(contract.operations).sort(),
      );
      assert.ok(known.length > 20);
    });

    it('read what the other writes, in every operation', async () => {
      const wire = { request: '', answer: '' };
      const sdk = client(wire);
      for (const [operation, { input, output }] of Object.entries(contract.operations)) {
        const inputs = valuesOf(contract, shapeOf(contract, input!));
        const outputs = output ? valuesOf(contract, shapeOf(contract, output)) : fc.constant({});
        const samples = fc.asyncProperty(inputs, outputs, async (sent, answered) => {
          wire.answer = writeOutput(contract, operation, answered);
          assert.equal(wire.answer === '', output === undefined);
          const Command = commands[`${operation}Command`]!;
          const { $metadata, ...received } = await sdk.send(new Command(sent));
          assert.ok($metadata);
          assert.deepEqual(plain(received), plain(answered), operation);
          assert.deepEqual(
            plain(parse(contract, shapeOf(contract, input!), parseJson(wire.request))),
            plain(sent),
            operation,
          );
        });
        await fc.assert(samples, { numRuns: 8 });
      }
    });
  });
}

describe('an answer', () => {
  it('carries only what its shape has', () => {
    const group = {
      GroupName: 'g',
      CreationDate: new Date(1700000000123),
      PasswordVerifier: 'secret',
      RoleArn: undefined,
    };
    const text = writeOutput(userPoolsContract(), 'GetGroup', { Group: group, secret: 1 });
    assert.equal(text, '{"Group":{"GroupName":"g","CreationDate":1700000000.123}}');
  });

  it('is empty, or an empty object, as the operation has it', () => {
    assert.equal(writeOutput(userPoolsContract(), 'DeleteGroup', {}), '');
    assert.equal(writeOutput(userPoolsContract(), 'AdminEnableUser', {}), '{}');
    assert.equal(writeOutput(userPoolsContract(), 'AdminEnableUser', undefined), '{}');
  });

  it('keeps documents as they are, and a slice of bytes within its bounds', () => {
    const document = { a: [1, null, { b: 'x' }] };
    const text = writeOutput(userPoolsContract(), 'StartWebAuthnRegistration', { CredentialCreationOptions: document });
    assert.deepEqual(JSON.parse(text), { CredentialCreationOptions: document });
    const body = JSON.stringify({ AccessToken: 'a', Credential: document });
    assert.deepEqual(readInput(userPoolsContract(), 'CompleteWebAuthnRegistration', body).Credential, document);
    const bytes = new Uint8Array([9, 104, 105, 9]).subarray(1, 3);
    const branding = { ManagedLoginBranding: { Assets: [{ Bytes: bytes }] } };
    const answer = JSON.parse(writeOutput(userPoolsContract(), 'DescribeManagedLoginBranding', branding));
    assert.equal(answer.ManagedLoginBranding.Assets[0].Bytes, 'aGk=');
  });
});
