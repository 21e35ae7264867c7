/** Roles and what assuming them gives: whom a trust policy lets in, and who signs with the credentials afterwards. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { AwsError } from '../../src/contract/errors.ts';
import { createAccessKeys } from '../../src/iam/access-keys.ts';
import { type AssumeRoleRequest, createAssumeRole } from '../../src/iam/assume-role.ts';
import { decide } from '../../src/iam/authorize.ts';
import { guestSessionPolicy } from '../../src/iam/guest-policy.ts';
import { createRoles } from '../../src/iam/roles.ts';
import { createSessionTokens } from '../../src/iam/session-token.ts';
import { createSessionFinder } from '../../src/iam/sessions.ts';
import { createSealer } from '../../src/lib/seal.ts';
import { eachEngine } from '../support/databases.ts';

const accountId = '123456789012';
const identityPool = 'us-east-1:11111111-2222-3333-4444-555555555555';
const sub = 'us-east-1:99999999-2222-3333-4444-555555555555';
const provider = 'cognito-identity.amazonaws.com';
const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const trustStatement = (more: object = {}) => ({
  Effect: 'Allow',
  Principal: { Federated: provider },
  Action: ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'],
  Condition: {
    StringEquals: { [`${provider}:aud`]: identityPool },
    'ForAnyValue:StringLike': { [`${provider}:amr`]: 'authenticated' },
  },
  ...more,
});
const trust = document(trustStatement());
const folder = 'arn:aws:s3:::files/';
const own = document({
  Effect: 'Allow',
  Action: 's3:*',
  Resource: [`${folder}$`, `{${provider}:sub}/*`].join(''),
});

eachEngine('assuming roles', database => {
  const sealer = createSealer([{ id: 'a', key: randomBytes(32) }]);
  let count = 0;
  const open = () => {
    const clock = { at: Date.UTC(2026, 0, 31), now: () => clock.at };
    const deps = { db: database.db, sealer, clock };
    const roles = createRoles(deps);
    const keys = createAccessKeys(deps);
    const find = createSessionFinder({ tokens: createSessionTokens(deps), roles, findKey: keys.findKey, clock });
    const assume = createAssumeRole(deps);
    const role = async (more: object = {}) => {
      count += 1;
      const made = await roles.create({
        accountId,
        name: `role-${count}`,
        trustPolicy: trust,
        policies: { own },
        ...more,
      });
      assert(made);
      return made;
    };
    const request = (roleArn: string, more: object = {}): AssumeRoleRequest => ({
      roleArn,
      sessionName: 'CognitoIdentityCredentials',
      identity: { issuer: provider, claims: { sub, aud: identityPool, amr: ['authenticated', 'graph.facebook.com'] } },
      durationSeconds: 3600,
      ...more,
    });
    return { clock, roles, find, assume, role, request };
  };
  const refused = (promise: Promise<unknown>, name: string, message: RegExp = /./) =>
    assert.rejects(promise, (error: unknown) => {
      assert(error instanceof AwsError);
      assert.equal(error.name, name);
      assert.match(error.message, message);
      return true;
    });

  test('credentials act for the role, with the claims as variables', async () => {
    const { assume, role, request, find, clock } = open();
    const { arn, id, name } = await role();
    const issued = await assume(request(arn));
    assert.match(issued.accessKeyId, /^ASIA[A-Z2-7]{16}$/);
    assert.match(issued.secretAccessKey, /^[A-Za-z0-9+/]{40}$/);
    assert.equal(issued.expiration, clock.at + 3_600_000);
    const session = `arn:aws:sts::${accountId}:assumed-role/${name}/CognitoIdentityCredentials`;
    assert.deepEqual(issued.assumedRole, { arn: session, id: `${id}:CognitoIdentityCredentials` });
    const found = (await find(issued.accessKeyId, issued.sessionToken))!;
    assert.equal(found.secret, issued.secretAccessKey);
    assert.equal(found.principal.arn, session);
    assert.equal(found.principal.userId, `${id}:CognitoIdentityCredentials`);
    assert.equal(decide(found.principal, 's3:GetObject', `${folder}${sub}/a.txt`).allowed, true);
    assert.equal(decide(found.principal, 's3:GetObject', `${folder}us-east-1:someone/a.txt`).allowed, false);
    assert.equal(decide(found.principal, 'sqs:SendMessage', `arn:aws:sqs:us-east-1:${accountId}:q`).allowed, false);
  });

  const distrusted: Record<string, { identity?: object; trust?: object }> = {
    'another identity pool': { identity: { aud: 'us-east-1:00000000-2222-3333-4444-555555555555' } },
    'a guest, where only those who have signed in are trusted': { identity: { amr: ['unauthenticated'] } },
    'no way of signing in': { identity: { amr: [] } },
    'another provider': {
      trust: {
        Principal: { Federated: 'accounts.google.com' },
        Condition: { StringEquals: { 'accounts.google.com:aud': identityPool } },
      },
    },
    'another action': { trust: { Action: 'sts:AssumeRole' } },
    'another account': { trust: { Principal: { Federated: `arn:aws:iam::999999999999:oidc-provider/${provider}` } } },
    'a wildcard as principal': { trust: { Principal: '*' } },
    'a principal of another type': { trust: { Principal: { AWS: '*' } } },
    'a condition on the issuer of somebody else': {
      trust: { Condition: { StringEquals: { [`${provider}:aud`]: identityPool, 'accounts.google.com:sub': sub } } },
    },
  };
  for (const [what, { identity = {}, trust: more }] of Object.entries(distrusted))
    test(`the trust policy does not let in: ${what}`, async () => {
      const { assume, role, request } = open();
      const { arn } = await role(more && { trustPolicy: document(trustStatement(more)) });
      const whole = request(arn);
      Object.assign(whole.identity.claims, identity);
      await refused(assume(whole), 'AccessDenied', /^Not authorized to perform sts:AssumeRoleWithWebIdentity$/);
    });

  test('an explicit deny in a trust policy, also by "*"', async () => {
    const { assume, role, request } = open();
    const { arn } = await role({
      trustPolicy: document(trustStatement(), {
        Effect: 'Deny',
        Principal: '*',
        Action: 'sts:*',
        Condition: { StringEquals: { [`${provider}:sub`]: sub } },
      }),
    });
    await refused(assume(request(arn)), 'AccessDenied');
    const other = request(arn);
    other.identity.claims.sub = 'us-east-1:00000000-0000-0000-0000-000000000000';
    assert.ok(await assume(other));
  });

  test('tags need sts:TagSession, and become tags of the principal', async () => {
    const { assume, role, request, find } = open();
    const tagged = { ...request('').identity, tags: { team: 'red' } };
    const untagged = await role({
      trustPolicy: document(trustStatement({ Action: 'sts:AssumeRoleWithWebIdentity' })),
    });
    await refused(assume(request(untagged.arn, { identity: tagged })), 'AccessDenied');
    const { arn } = await role({ tags: { Team: 'blue', floor: '3' } });
    const issued = await assume(request(arn, { identity: tagged }));
    const { principal } = (await find(issued.accessKeyId, issued.sessionToken))!;
    assert.deepEqual(principal.context?.get('aws:principaltag/team'), ['red']);
    assert.deepEqual(principal.context?.get('aws:principaltag/floor'), ['3']);
  });

  test('no such role, a wrong path, an ARN that is none', async () => {
    const { assume, role, request } = open();
    const { name } = await role({ path: '/team/' });
    for (const arn of [
      `arn:aws:iam::${accountId}:role/nobody`,
      `arn:aws:iam::${accountId}:role/${name}`,
      `arn:aws:iam::999999999999:role/team/${name}`,
      `arn:aws:iam::${accountId}:user/${name}`,
      'role',
    ])
      await refused(assume(request(arn)), 'AccessDenied');
    assert.ok(await assume(request(`arn:aws:iam::${accountId}:role/team/${name}`)));
  });

  test('duration, session name and session policy are held to their bounds', async () => {
    const { assume, role, request } = open();
    const { arn } = await role();
    await refused(assume(request(arn, { durationSeconds: 899 })), 'ValidationError', /durationSeconds/);
    await refused(assume(request(arn, { durationSeconds: 3601 })), 'ValidationError', /MaxSessionDuration/);
    for (const sessionName of ['', 'x', 'a b', 'a'.repeat(65), 'a/b'])
      await refused(assume(request(arn, { sessionName })), 'ValidationError', /roleSessionName/);
    await refused(assume(request(arn, { sessionPolicy: '{' })), 'MalformedPolicyDocument');
    await refused(
      assume(
        request(arn, {
          sessionPolicy: document({ Effect: 'Allow', Action: 's3:*', Resource: `arn:${'x'.repeat(2048)}` }),
        }),
      ),
      'MalformedPolicyDocument',
    );
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`key-${n}`, 'v'.repeat(200)]));
    await refused(assume(request(arn, { identity: { ...request('').identity, tags: many } })), 'PackedPolicyTooLarge');
    await refused(
      assume(request(arn, { identity: { ...request('').identity, tags: { 'aws:x': '1' } } })),
      'ValidationError',
    );
  });

  test('a session policy narrows the role, and never widens it', async () => {
    const { assume, role, request, find } = open();
    const { arn } = await role({ policies: { all: document({ Effect: 'Allow', Action: 's3:*', Resource: '*' }) } });
    const sessionPolicy = document({ Effect: 'Allow', Action: ['s3:Get*', 'sqs:*'], Resource: '*' });
    const issued = await assume(request(arn, { sessionPolicy }));
    const { principal } = (await find(issued.accessKeyId, issued.sessionToken))!;
    assert.equal(decide(principal, 's3:GetObject', folder).allowed, true);
    assert.deepEqual(decide(principal, 's3:PutObject', folder), {
      allowed: false,
      explicit: false,
      reason: 'because no session policy allows the s3:PutObject action',
    });
    assert.equal(decide(principal, 'sqs:SendMessage', '*').allowed, false);
  });

  test('guests reach a few services at most, identity pools nobody whom they have identified', async () => {
    const { assume, role, request, find } = open();
    const { arn } = await role({ policies: { all: document({ Effect: 'Allow', Action: '*', Resource: '*' }) } });
    const asGuest = await assume(request(arn, { sessionPolicy: guestSessionPolicy }));
    assert.ok(asGuest.sessionToken.length < 1000, `the token has ${asGuest.sessionToken.length} characters`);
    const guest = (await find(asGuest.accessKeyId, asGuest.sessionToken))!.principal;
    const user = await assume(request(arn)).then(
      async each => (await find(each.accessKeyId, each.sessionToken))!.principal,
    );
    for (const [action, byGuest, byUser] of [
      ['s3:GetObject', true, true],
      ['cognito-idp:ListUsers', true, true],
      ['rum:PutRumEvents', true, true],
      ['kms:Decrypt', true, true],
      ['kms:CreateKey', false, true],
      ['iam:CreateUser', false, true],
      ['sts:AssumeRole', false, true],
      ['cognito-identity:ListIdentities', false, false],
    ] as const) {
      assert.equal(decide(guest, action, '*').allowed, byGuest, `guest ${action}`);
      assert.equal(decide(user, action, '*').allowed, byUser, `user ${action}`);
    }
  });

  test('policies are those that the role has now; a role that is gone, or made anew, is not the same', async () => {
    const { assume, role, request, find, roles } = open();
    const { arn, name } = await role();
    const key = { accountId, name };
    const { accessKeyId, sessionToken } = await assume(request(arn));
    const mayRead = async () => {
      const found = await find(accessKeyId, sessionToken);
      return found && decide(found.principal, 's3:GetObject', `${folder}${sub}/a`).allowed;
    };
    assert.equal(await mayRead(), true);
    assert.equal(await roles.putPolicy(key, 'never', document({ Effect: 'Deny', Action: '*', Resource: '*' })), true);
    assert.equal(await mayRead(), false);
    assert.equal(await roles.removePolicy(key, 'never'), true);
    assert.equal(await roles.removePolicy(key, 'never'), false);
    assert.equal(await mayRead(), true);
    await roles.remove(key);
    assert.equal(await mayRead(), undefined);
    await roles.create({ accountId, name, trustPolicy: trust, policies: { own } });
    assert.equal(await mayRead(), undefined);
  });

  test('a token is good until it expires, for its own key, and as it was made', async () => {
    const { assume, role, request, find, clock } = open();
    const { arn } = await role();
    const [one, two] = [await assume(request(arn)), await assume(request(arn))];
    assert.equal(await find(two.accessKeyId, one.sessionToken), undefined);
    assert.equal(await find(one.accessKeyId, `${one.sessionToken.slice(0, -2)}AA`), undefined);
    for (const nonsense of ['', 'x', 'x'.repeat(100_000), '__proto__'])
      assert.equal(await find(one.accessKeyId, nonsense), undefined);
    clock.at += 3_600_000 - 1;
    assert.ok(await find(one.accessKeyId, one.sessionToken));
    clock.at += 1;
    await refused(find(one.accessKeyId, one.sessionToken), 'ExpiredTokenException');
  });
});
