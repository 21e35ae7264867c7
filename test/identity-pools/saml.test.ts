/** SAML assertions as logins: read where they are signed, and nowhere else. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { saveSamlProvider } from '../../src/storage/federated-providers.ts';
import { startWorld, type World } from '../support/world.ts';
import { account, createIdentityPool, createRole, setRoles } from './house.ts';
import { assertionOf, base64, createSamlProvider, responseOf, signed } from './saml-provider.ts';

let world: World;
let pool: string;
let provider: Awaited<ReturnType<typeof createSamlProvider>>;
const arn = `arn:aws:iam::${account}:saml-provider/Example`;

before(async () => {
  provider = await createSamlProvider();
  world = await startWorld();
  const { db } = world.app.foundation.storage;
  await saveSamlProvider(db, { accountId: account, name: 'Example', metadata: provider.metadata, createdAt: 0 });
  pool = await createIdentityPool(world, {
    SamlProviderARNs: [arn, `arn:aws:iam::${account}:saml-provider/Unknown`],
  });
});
after(() => world.stop());

const getId = (xml: string) =>
  world.guest.getId({ IdentityPoolId: pool, Logins: { [arn]: base64(xml) } }).then(({ IdentityId }) => IdentityId);
const one = (options = {}) => responseOf(assertionOf('_one', options));
const signedAssertion = (options = {}) => signed(one(options), 'Assertion', provider.privateKey);

describe('a SAML login', () => {
  it('is the same identity each time, whether assertion or response is signed', async () => {
    const id = await getId(signedAssertion());
    assert.equal(await getId(signed(one(), 'Response', provider.privateKey)), id);
    assert.notEqual(await getId(signedAssertion({ subject: 'joe' })), id);
    const { Logins } = await world.identity.describeIdentity({ IdentityId: id });
    assert.deepEqual(Logins, [arn]);
  });

  it('is not cut short by a comment, which no signature covers', async () => {
    const honest = signedAssertion({ subject: 'root.example' });
    const cut = honest.replace('root.example', 'root<!-- -->.example');
    assert.equal(await getId(cut), await getId(honest));
  });

  it('chooses its role by the attributes of the assertion', async () => {
    const Roles = await setRoles(world, pool, 'saml');
    const RoleARN = await createRole(world, pool, 'saml-sales');
    const Rules = [{ Claim: 'department', MatchType: 'Equals' as const, Value: 'sales', RoleARN }];
    const mapping = { Type: 'Rules' as const, AmbiguousRoleResolution: 'Deny' as const, RulesConfiguration: { Rules } };
    await world.identity.setIdentityPoolRoles({ IdentityPoolId: pool, Roles, RoleMappings: { [arn]: mapping } });
    const credentialsOf = async (department: string) => {
      const xml = signedAssertion({ attributes: { department: [department] } });
      const Logins = { [arn]: base64(xml) };
      return world.guest.getCredentialsForIdentity({ IdentityId: await getId(xml), Logins });
    };
    assert.ok((await credentialsOf('sales')).Credentials?.SessionToken);
    await assert.rejects(credentialsOf('legal'), { name: 'NotAuthorizedException' });
  });
});

const evil = () => assertionOf('_evil', { subject: 'root' });
const bodyOf = (xml: string) => xml.slice(xml.indexOf('<saml:Assertion'), xml.lastIndexOf('</samlp:Response>'));
/** What is tried with a response that jane has honestly come by. */
const attempts: [what: string, xml: () => string][] = [
  ['no XML', () => 'nonsense'],
  ['no signature', () => one()],
  ['a stranger’s signature', () => signed(one(), 'Assertion', provider.strangersKey)],
  ['another subject', () => signedAssertion().replace('>jane<', '>root<')],
  ['another attribute', () => signedAssertion({ attributes: { a: ['b'] } }).replace('>b<', '>c<')],
  ['an assertion of the past', () => signedAssertion({ ends: -1 })],
  ['another audience', () => signedAssertion({ audience: 'urn:other' })],
  ['another recipient', () => signedAssertion({ recipient: 'https://evil.example.com' })],
  ['another issuer', () => signedAssertion({ issuer: 'https://evil.example.com' })],
  [
    'wrapping: the forged assertion before the signed one',
    () => signedAssertion().replace('<saml:Assertion', `${evil()}<saml:Assertion`),
  ],
  [
    'wrapping: the forged assertion behind the signed one',
    () => signedAssertion().replace('</samlp:Response>', `${evil()}</samlp:Response>`),
  ],
  [
    'wrapping: the signed assertion in an extension',
    () => {
      const xml = signedAssertion();
      return xml.replace(bodyOf(xml), `<samlp:Extensions>${bodyOf(xml)}</samlp:Extensions>${evil()}`);
    },
  ],
  [
    'wrapping: the signed assertion within the forged one',
    () => {
      const xml = signedAssertion();
      return xml.replace(
        bodyOf(xml),
        evil().replace('</saml:Issuer>', `</saml:Issuer><saml:Advice>${bodyOf(xml)}</saml:Advice>`),
      );
    },
  ],
  [
    'wrapping: the forged assertion with the id of the signed one',
    () => {
      const xml = signedAssertion();
      return xml.replace('<saml:Assertion', `${evil().replace('_evil', '_one')}<saml:Assertion`);
    },
  ],
  [
    'an external entity',
    () => `<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>${signedAssertion().replace('>jane<', '>&x;<')}`,
  ],
  [
    'entities that multiply',
    () =>
      `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>${signedAssertion().replace('>jane<', '>&c;<')}`,
  ],
];

describe('a SAML login is refused', () => {
  for (const [what, xml] of attempts)
    it(what, () =>
      assert.rejects(getId(xml()), {
        name: 'NotAuthorizedException',
        message: 'Invalid login token. Not a valid SAML assertion.',
      }),
    );

  it('of a provider that is not registered, or not the pool’s', async () => {
    for (const name of ['Unknown', 'Other']) {
      const Logins = { [`arn:aws:iam::${account}:saml-provider/${name}`]: base64(signedAssertion()) };
      await assert.rejects(world.guest.getId({ IdentityPoolId: pool, Logins }), {
        name: 'NotAuthorizedException',
        message: 'Token is not from a supported provider of this identity pool.',
      });
    }
  });
});
