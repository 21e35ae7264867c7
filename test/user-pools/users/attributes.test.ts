/** Attributes: the schema's constraints, what a client may read and write, and changes that wait for a proof. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { attributeList, goodPassword, startWorld, type World } from '../../support/world.ts';
import { refused } from './refused.ts';

describe('attributes', () => {
  let world: World;
  let pool: string;
  let client: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool({
      Schema: [
        { Name: 'given_name', Required: true, AttributeDataType: 'String' },
        { Name: 'nickname', Mutable: false, AttributeDataType: 'String' },
        {
          Name: 'short',
          AttributeDataType: 'String',
          Mutable: true,
          StringAttributeConstraints: { MinLength: '2', MaxLength: '4' },
        },
        {
          Name: 'age',
          AttributeDataType: 'Number',
          Mutable: true,
          NumberAttributeConstraints: { MinValue: '18', MaxValue: '99' },
        },
        { Name: 'member', AttributeDataType: 'Boolean', Mutable: true },
        { Name: 'since', AttributeDataType: 'DateTime', Mutable: true },
        { Name: 'fixed', AttributeDataType: 'String', Mutable: false },
        { Name: 'secret', AttributeDataType: 'String', Mutable: true, DeveloperOnlyAttribute: true },
      ],
    });
    const custom = ['custom:short', 'custom:age', 'custom:member', 'custom:since', 'custom:fixed'];
    const written = ['given_name', 'nickname', 'name', 'email', 'birthdate', 'updated_at', 'phone_number', ...custom];
    client = await world.createClient(pool, {
      ReadAttributes: ['given_name', 'email', 'email_verified', ...custom],
      WriteAttributes: written,
    });
  });
  after(() => world.stop());

  let people = 0;
  const signedIn = async (attributes: Record<string, string> = {}) => {
    const name = `person${++people}`;
    await world.createUser(pool, name, goodPassword, { given_name: 'Given', ...attributes });
    const { AccessToken } = await world.signIn(client, name);
    const update = (changes: Record<string, string>) =>
      world.browser.updateUserAttributes({ AccessToken, UserAttributes: attributeList(changes) });
    const read = async () => {
      const { UserAttributes } = await world.aws.adminGetUser({ UserPoolId: pool, Username: name });
      return Object.fromEntries((UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]));
    };
    return { name, AccessToken, update, read };
  };

  it('are held to the schema at sign-up, by the person and by administrators', async () => {
    const { name, update, read } = await signedIn();
    const prefix = 'Attributes did not conform to the schema: ';
    const wrong: [Record<string, string>, RegExp][] = [
      [{ 'custom:nope': 'x' }, /custom:nope: Attribute does not exist in the schema\.\n$/],
      [{ sub: 'x' }, /sub: Attribute does not exist in the schema\.\n$/],
      [{ identities: '[]' }, /identities: Attribute does not exist in the schema\.\n$/],
      [{ __proto__x: 'x' }, /__proto__x: Attribute does not exist/],
      [JSON.parse('{"__proto__":"x"}'), /__proto__: Attribute does not exist/],
      [{ constructor: 'x' }, /constructor: Attribute does not exist/],
      [{ 'custom:short': 'a' }, /custom:short: .*less than 2\n$/],
      [{ 'custom:short': 'abcde' }, /custom:short: .*more than 4\n$/],
      [{ 'custom:age': '17' }, /custom:age: .*18\n$/],
      [{ 'custom:age': '100' }, /custom:age: .*99\n$/],
      [{ 'custom:age': 'old' }, /custom:age: /],
      [{ 'custom:member': 'perhaps' }, /custom:member: /],
      [{ 'custom:since': 'yesterday' }, /custom:since: /],
      [{ birthdate: '1999-9-9' }, /birthdate: /],
      [{ updated_at: '-1' }, /updated_at: /],
    ];
    const beforehand = await read();
    for (const [changes, message] of wrong) {
      const attempts = [
        () => world.signUp(client, `new${++people}`, { given_name: 'x', ...changes }),
        () => update(changes),
        () => world.aws.adminCreateUser({ UserPoolId: pool, Username: 'new', UserAttributes: attributeList(changes) }),
        () =>
          world.aws.adminUpdateUserAttributes({
            UserPoolId: pool,
            Username: name,
            UserAttributes: attributeList(changes),
          }),
      ];
      for (const attempt of attempts) {
        await assert.rejects(attempt(), (error: Error) => {
          assert.equal(error.name, 'InvalidParameterException');
          assert.ok(error.message.startsWith(prefix), error.message);
          assert.match(error.message, message);
          return true;
        });
      }
    }
    await refused(update({ email: 'no address' }), 'InvalidParameterException', 'Invalid email address format.');
    await refused(update({ phone_number: '0151' }), 'InvalidParameterException', 'Invalid phone number format.');
    assert.deepEqual(await read(), beforehand);
    const right = { 'custom:short': 'abcd', 'custom:age': '18', 'custom:member': 'true', 'custom:since': '2026-01-01' };
    await update(right);
    assert.deepEqual(await read(), { ...beforehand, ...right });
  });

  it('that are required must be given at sign-up, not by administrators, and stay', async () => {
    const message = 'Attributes did not conform to the schema: given_name: The attribute is required\n';
    await refused(world.signUp(client, 'lacking'), 'InvalidParameterException', message);
    await world.aws.adminCreateUser({ UserPoolId: pool, Username: 'lacking', MessageAction: 'SUPPRESS' });
    const { name, AccessToken, update, read } = await signedIn();
    await refused(update({ given_name: '' }), 'InvalidParameterException', message);
    const UserAttributeNames = ['given_name'];
    await refused(
      world.browser.deleteUserAttributes({ AccessToken, UserAttributeNames }),
      'InvalidParameterException',
      message,
    );
    await refused(
      world.aws.adminDeleteUserAttributes({ UserPoolId: pool, Username: name, UserAttributeNames }),
      'InvalidParameterException',
      message,
    );
    assert.equal((await read()).given_name, 'Given');
  });

  it('that are immutable are set once, when the account is made', async () => {
    const { name, update, read } = await signedIn({ nickname: 'first', 'custom:fixed': 'first' });
    for (const attribute of ['nickname', 'custom:fixed']) {
      const message = `user.${attribute}: Attribute cannot be updated.`;
      await refused(update({ [attribute]: 'second' }), 'InvalidParameterException', message);
      await refused(
        world.aws.adminUpdateUserAttributes({
          UserPoolId: pool,
          Username: name,
          UserAttributes: attributeList({ [attribute]: 'second' }),
        }),
        'InvalidParameterException',
        message,
      );
    }
    const { nickname, 'custom:fixed': fixed } = await read();
    assert.deepEqual([nickname, fixed], ['first', 'first']);
  });

  it('are written and read as the client may', async () => {
    const unauthorized = 'A client attempted to write unauthorized attribute';
    const { name, AccessToken, update, read } = await signedIn({ email: 'p@example.com', name: 'Hidden' });
    const forbidden = [{ family_name: 'x' }, { email_verified: 'true' }, { 'dev:custom:secret': 'x' }];
    for (const changes of forbidden) {
      await refused(update(changes as never), 'NotAuthorizedException', unauthorized);
      await refused(
        world.signUp(client, `new${++people}`, { given_name: 'x', ...changes } as never),
        'NotAuthorizedException',
        unauthorized,
      );
    }
    await refused(
      world.browser.deleteUserAttributes({ AccessToken, UserAttributeNames: ['family_name'] }),
      'NotAuthorizedException',
      unauthorized,
    );
    await world.aws.adminUpdateUserAttributes({
      UserPoolId: pool,
      Username: name,
      UserAttributes: attributeList({ 'dev:custom:secret': 'admin only', 'custom:member': 'True' }),
    });
    const seen = (await world.browser.getUser({ AccessToken })).UserAttributes?.map(({ Name }) => Name);
    assert.deepEqual(seen, ['sub', 'given_name', 'email', 'custom:member']);
    assert.equal((await read())['dev:custom:secret'], 'admin only');
    await world.browser.deleteUserAttributes({ AccessToken, UserAttributeNames: ['custom:member', 'name'] });
    assert.deepEqual(Object.keys(await read()).sort(), ['dev:custom:secret', 'email', 'given_name', 'sub']);
    assert.equal((await read()).name, undefined);
  });

  it('of the standard kind are all writable where the client has no list, custom ones none', async () => {
    const open = await world.createClient(pool);
    await world.signUp(open, 'open', { given_name: 'x', family_name: 'y', nickname: 'z', address: '{}' });
    await refused(
      world.signUp(open, 'open2', { given_name: 'x', 'custom:age': '20' }),
      'NotAuthorizedException',
      'A client attempted to write unauthorized attribute',
    );
  });

  describe('that are contacts', () => {
    const contactPool = async (heldBack: boolean) => {
      const id = await world.createPool({
        UsernameAttributes: ['email'],
        AutoVerifiedAttributes: ['email', 'phone_number'],
        ...(heldBack
          ? { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email', 'phone_number'] } }
          : {}),
      });
      return { id, client: await world.createClient(id) };
    };
    const someone = async (heldBack: boolean) => {
      const { id, client: clientId } = await contactPool(heldBack);
      const old = `old${++people}@example.com`;
      const sub = await world.createUser(id, old, goodPassword, { email_verified: 'true' });
      const { AccessToken } = await world.signIn(clientId, old);
      const update = (changes: Record<string, string>) =>
        world.browser.updateUserAttributes({ AccessToken, UserAttributes: attributeList(changes) });
      const read = async () => {
        const { UserAttributes } = await world.aws.adminGetUser({ UserPoolId: id, Username: sub });
        const all = Object.fromEntries((UserAttributes ?? []).map(({ Name, Value }) => [Name, Value]));
        return [all.email, all.email_verified];
      };
      const verify = (Code: string) => world.browser.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code });
      return { id, clientId, old, sub, next: `new${people}@example.com`, AccessToken, update, read, verify };
    };

    it('lose their verification with a new value, and get it back with the code', async () => {
      const { clientId, old, next, AccessToken, update, read, verify } = await someone(false);
      const { CodeDeliveryDetailsList } = await update({ email: next });
      assert.deepEqual(CodeDeliveryDetailsList, [
        { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' },
      ]);
      assert.deepEqual(await read(), [next, 'false']);
      await world.signIn(clientId, next);
      await refused(world.signIn(clientId, old), 'UserNotFoundException');
      const [mail] = await world.mailTo(next);
      assert.equal(mail?.subject, 'Your verification code');
      assert.match(mail?.text ?? '', /^Your confirmation code is \d{6}$/);
      const code = await world.codeTo(next);
      await refused(
        verify(code === '000000' ? '000001' : '000000'),
        'CodeMismatchException',
        'Invalid verification code provided, please try again.',
      );
      await verify(code);
      assert.deepEqual(await read(), [next, 'true']);
      await refused(verify(code), 'ExpiredCodeException', 'Invalid code provided, please request a code again.');
      // The same value again changes nothing and sends nothing.
      assert.equal((await update({ email: next })).CodeDeliveryDetailsList?.length ?? 0, 0);
      assert.deepEqual(await read(), [next, 'true']);
      await refused(
        world.browser.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'name' }),
        'InvalidParameterException',
      );
    });

    it('wait for the code where the pool says so, and nothing changes before', async () => {
      const { clientId, old, next, AccessToken, update, read, verify } = await someone(true);
      await update({ email: next });
      assert.deepEqual(await read(), [old, 'true']);
      await world.signIn(clientId, old);
      await refused(world.signIn(clientId, next), 'UserNotFoundException');
      const first = await world.codeTo(next);
      const again = await world.browser.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' });
      assert.equal(again.CodeDeliveryDetails?.Destination, 'n***@e***');
      const second = await world.codeTo(next);
      if (first !== second) await refused(verify(first), 'CodeMismatchException');
      await verify(second);
      assert.deepEqual(await read(), [next, 'true']);
      await world.signIn(clientId, next);
      await refused(world.signIn(clientId, old), 'UserNotFoundException');
    });

    it('that waited are forgotten when the person sets the present value again, or after a day', async () => {
      const { old, next, update, read, verify } = await someone(true);
      await update({ email: next });
      const code = await world.codeTo(next);
      await update({ email: old });
      await refused(verify(code), 'ExpiredCodeException');
      await update({ email: next });
      const late = await world.codeTo(next);
      world.clock.advance(24 * 3_600_000);
      assert.deepEqual(await read(), [old, 'true']);
      await refused(verify(late), 'NotAuthorizedException', 'Access Token has expired');
    });

    it('that waited and belong to somebody else by then are refused', async () => {
      const { id, next, update, read, verify, old } = await someone(true);
      await update({ email: next });
      await world.createUser(id, next);
      await refused(
        verify(await world.codeTo(next)),
        'AliasExistsException',
        'An account with the given email already exists.',
      );
      assert.deepEqual(await read(), [old, 'true']);
    });

    it('take effect at once by the word of an administrator', async () => {
      const { id, sub, next, read, verify } = await someone(true);
      const set = (changes: Record<string, string>) =>
        world.aws.adminUpdateUserAttributes({
          UserPoolId: id,
          Username: sub,
          UserAttributes: attributeList(changes),
        });
      await set({ email: next });
      const waiting = await world.codeTo(next);
      await set({ email: `x${next}`, email_verified: 'true' });
      assert.deepEqual(await read(), [`x${next}`, 'true']);
      assert.deepEqual(await world.mailTo(`x${next}`), []);
      await refused(verify(waiting), 'ExpiredCodeException');
    });

    it('that were given up are not brought back by an old code', async () => {
      const manual = await world.createPool();
      const clientId = await world.createClient(manual);
      const name = `manual${++people}`;
      const [first, second] = [`${name}-1@example.com`, `${name}-2@example.com`];
      await world.createUser(manual, name, goodPassword, { email: first });
      const { AccessToken } = await world.signIn(clientId, name);
      await world.browser.getUserAttributeVerificationCode({ AccessToken, AttributeName: 'email' });
      const Code = await world.codeTo(first);
      await world.browser.updateUserAttributes({ AccessToken, UserAttributes: attributeList({ email: second }) });
      await refused(
        world.browser.verifyUserAttribute({ AccessToken, AttributeName: 'email', Code }),
        'ExpiredCodeException',
      );
      const { UserAttributes } = await world.browser.getUser({ AccessToken });
      assert.deepEqual(UserAttributes?.slice(1), attributeList({ email: second, email_verified: 'false' }));
    });

    it('go with their verification', async () => {
      const { clientId, id, sub, AccessToken, update, read } = await someone(false);
      await update({ phone_number: '+15550004444' });
      await world.browser.deleteUserAttributes({ AccessToken, UserAttributeNames: ['email', 'phone_number'] });
      assert.deepEqual(await read(), [undefined, undefined]);
      await world.signIn(clientId, sub);
      const { UserAttributes } = await world.aws.adminGetUser({ UserPoolId: id, Username: sub });
      assert.deepEqual(
        UserAttributes?.map(({ Name }) => Name),
        ['sub'],
      );
    });
  });
});
