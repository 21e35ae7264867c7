/** USER_SRP_AUTH from both ends: what travels, what is refused, and what nobody's name looks like. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { engines } from '../../support/databases.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { closeSrp, srpProof, srpSignIn, srpStart } from './srp.ts';

const incorrect = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
const invalidSession = { name: 'NotAuthorizedException', message: 'Invalid session for the user.' };
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

after(closeSrp);

for (const engine of engines) {
  describe(`the SRP proof (${engine})`, () => {
    let world: World;
    let pool: string;
    let client: string;
    let way: { aws: World['browser']; client: string; pool: string; clock: World['clock']; username: string };
    before(async () => {
      world = await startWorld({ engine });
      pool = await world.createPool({ AliasAttributes: ['email'] });
      client = await world.createClient(pool);
      await world.createUser(pool, 'jane', goodPassword, { email: 'jane@example.com', email_verified: 'true' });
      way = { aws: world.browser, client, pool, clock: world.clock, username: 'jane' };
    });
    after(() => world.stop());

    const respond = (ChallengeResponses: Record<string, string>, more: { ClientId?: string; Session?: string } = {}) =>
      world.browser.respondToAuthChallenge({
        ClientId: client,
        ChallengeName: 'PASSWORD_VERIFIER',
        ChallengeResponses,
        ...more,
      });

    it('asks with the members that clients read, and without a Session', async () => {
      const { challenge } = await srpStart(way);
      assert.equal(challenge.ChallengeName, 'PASSWORD_VERIFIER');
      assert.equal(challenge.Session, undefined);
      const { SALT, SRP_B, SECRET_BLOCK, ...rest } = challenge.ChallengeParameters ?? {};
      assert.deepEqual(rest, { USERNAME: 'jane', USER_ID_FOR_SRP: 'jane' });
      assert.match(SALT ?? '', /^[4-7][0-9a-f]{31}$/);
      assert.match(SRP_B ?? '', /^[0-9a-f]{768}$/);
      assert.match(SECRET_BLOCK ?? '', /^[A-Za-z0-9+/]+={0,2}$/);
    });

    it('gives tokens for the right password, by username, by alias, and with any name of the user in the answer', async () => {
      for (const username of ['jane', 'jane@example.com']) {
        const outcome = await srpSignIn({ ...way, username });
        assert.deepEqual(outcome.ChallengeParameters, {});
        assert(outcome.AuthenticationResult?.RefreshToken);
      }
      const first = await srpStart({ ...way, username: 'jane@example.com' });
      const proof = await srpProof(first, way);
      await assert.rejects(respond({ ...proof, USERNAME: 'somebody-else' }), invalidSession);
      assert((await respond({ ...proof, USERNAME: 'jane@example.com' })).AuthenticationResult);
    });

    it('gives tokens once for one proof, also to racing answers', async () => {
      const proof = await srpProof(await srpStart(way), way);
      const outcomes = await Promise.allSettled([respond(proof), respond(proof), respond(proof)]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      const used = {
        name: 'NotAuthorizedException',
        message: 'Invalid session for the user, session can only be used once.',
      };
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.equal(outcome.reason.message, used.message);
      }
      await assert.rejects(respond(proof), used);
    });

    it('refuses a wrong password, a changed signature, a proof of another leg', async () => {
      const [one, two] = [await srpStart(way), await srpStart(way)];
      await assert.rejects(srpProof(one, { ...way, password: 'Wrong-Password-1' }).then(respond), incorrect);
      const [proof, other] = [await srpProof(one, way), await srpProof(two, way)];
      const { PASSWORD_CLAIM_SECRET_BLOCK } = other;
      await assert.rejects(respond({ ...proof, PASSWORD_CLAIM_SECRET_BLOCK } as Record<string, string>), incorrect);
      await assert.rejects(respond({ ...proof, PASSWORD_CLAIM_SIGNATURE: 'AAAA' }), incorrect);
      const minute = proof.TIMESTAMP?.replace(/:\d\d /, ':00 ') === proof.TIMESTAMP ? ':01 ' : ':00 ';
      const TIMESTAMP = proof.TIMESTAMP?.replace(/:\d\d /, minute) as string;
      await assert.rejects(respond({ ...proof, TIMESTAMP }), incorrect);
      assert((await respond(proof)).AuthenticationResult);
    });

    it('refuses clocks that are far off, and no clock at all', async () => {
      const first = await srpStart(way);
      const at = (ms: number) => srpProof(first, { ...way, clock: { now: () => world.clock.now() + ms } });
      await assert.rejects(at(-6 * 60_000).then(respond), incorrect);
      await assert.rejects(at(6 * 60_000).then(respond), incorrect);
      const proof = await at(0);
      await assert.rejects(respond({ ...proof, TIMESTAMP: '2026-01-01T00:00:00Z' }), {
        name: 'InvalidParameterException',
      });
      assert((await at(4 * 60_000).then(respond)).AuthenticationResult);
    });

    it('names the answer that is missing', async () => {
      const proof = await srpProof(await srpStart(way), way);
      for (const name of Object.keys(proof)) {
        const { [name]: _, ...rest } = proof;
        await assert.rejects(respond(rest), {
          name: 'InvalidParameterException',
          message: `Missing required parameter ${name}`,
        });
      }
    });

    it('takes no block of another client, of an earlier time, of another challenge', async () => {
      const other = await world.createClient(pool);
      const proof = await srpProof(await srpStart(way), way);
      await assert.rejects(respond(proof, { ClientId: other }), invalidSession);
      world.clock.advance(3 * 60_000);
      await assert.rejects(respond(proof), {
        name: 'NotAuthorizedException',
        message: 'Invalid session for the user, session is expired.',
      });
    });

    it('refuses an SRP_A with which anybody would know the key', async () => {
      for (const SRP_A of ['0', '00', 'xyz', `1${'0'.repeat(800)}`]) {
        const AuthParameters = { USERNAME: 'jane', SRP_A };
        await assert.rejects(
          world.browser.initiateAuth({ ClientId: client, AuthFlow: 'USER_SRP_AUTH', AuthParameters }),
          { name: 'InvalidParameterException' },
        );
      }
    });

    it('does not know users who have been deleted since', async () => {
      await world.createUser(pool, 'brief');
      const proof = await srpProof(await srpStart({ ...way, username: 'brief' }), way);
      await world.aws.adminDeleteUser({ UserPoolId: pool, Username: 'brief' });
      await assert.rejects(respond(proof), invalidSession);
    });

    it('tells standing before the proof, or only to whoever has proven the password', async () => {
      const discreet = await world.createClient(pool, { PreventUserExistenceErrors: 'ENABLED' });
      await world.createUser(pool, 'disabled');
      await world.aws.adminDisableUser({ UserPoolId: pool, Username: 'disabled' });
      await world.signUp(client, 'unconfirmed');
      const told = [
        ['disabled', { name: 'NotAuthorizedException', message: 'User is disabled.' }],
        ['unconfirmed', { name: 'UserNotConfirmedException', message: 'User is not confirmed.' }],
      ] as const;
      for (const [username, error] of told) {
        const wrong = { ...way, username, password: 'Wrong-Password-1' };
        await assert.rejects(srpSignIn(wrong), error);
        await assert.rejects(srpSignIn({ ...wrong, client: discreet }), incorrect);
        await assert.rejects(srpSignIn({ ...way, username, client: discreet }), error);
      }
    });

    it('shares its lockout with the password flow', async () => {
      await world.createUser(pool, 'bob');
      const wrong = { ...way, username: 'bob', password: 'Wrong-Password-1' };
      for (let count = 0; count < 3; count++) await assert.rejects(srpSignIn(wrong), incorrect);
      for (let count = 0; count < 2; count++)
        await assert.rejects(world.signIn(client, 'bob', 'Wrong-Password-1'), incorrect);
      const locked = { name: 'NotAuthorizedException', message: 'Password attempts exceeded' };
      await assert.rejects(srpSignIn({ ...way, username: 'bob' }), locked);
      await assert.rejects(world.signIn(client, 'bob'), locked);
      world.clock.advance(1000);
      assert((await srpSignIn({ ...way, username: 'bob' })).AuthenticationResult);
    });

    it('waits as long as AuthSessionValidity says', async () => {
      const patient = await world.createClient(pool, { AuthSessionValidity: 15 });
      const first = await srpStart({ ...way, client: patient });
      world.clock.advance(15 * 60_000 - 1000);
      const proof = await srpProof(first, way);
      assert((await respond(proof, { ClientId: patient })).AuthenticationResult);
    });
  });
}

describe('nobody’s name', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world.stop());

  const parametersFor = async (client: string, username: string) => {
    const { challenge } = await srpStart({ aws: world.browser, client, username });
    return challenge.ChallengeParameters ?? {};
  };

  it('is unknown at once to a client that may know', async () => {
    const client = await world.createClient(await world.createPool());
    await assert.rejects(parametersFor(client, 'nobody'), {
      name: 'UserNotFoundException',
      message: 'User does not exist.',
    });
  });

  it('looks like a user’s: same members, same forms, the same salt each time, and no proof is right', async () => {
    const pool = await world.createPool({ UsernameConfiguration: { CaseSensitive: false } });
    const client = await world.createClient(pool, { PreventUserExistenceErrors: 'ENABLED' });
    await world.createUser(pool, 'jane');
    const real = await parametersFor(client, 'Jane');
    const salts = new Set<string>();
    for (let count = 0; count < 12; count++) {
      const made = await parametersFor(client, `Nobody-${count}`);
      assert.deepEqual(Object.keys(made), Object.keys(real));
      assert.equal(made.USER_ID_FOR_SRP, `nobody-${count}`);
      assert.match(made.SALT ?? '', /^[4-7][0-9a-f]{31}$/);
      assert.match(made.SRP_B ?? '', /^[0-9a-f]{768}$/);
      salts.add(made.SALT ?? '');
    }
    assert.equal(salts.size, 12);
    const [one, two] = [await parametersFor(client, 'NOBODY'), await parametersFor(client, 'nobody')];
    assert.equal(one.SALT, two.SALT);
    assert.notEqual(one.SRP_B, two.SRP_B);
    const way = { aws: world.browser, client, pool, clock: world.clock, username: 'nobody' };
    for (let count = 0; count < 5; count++) await assert.rejects(srpSignIn(way), incorrect);
    await assert.rejects(srpSignIn(way), { message: 'Password attempts exceeded' });
  });

  it('has a stable id of a user’s form where names are aliases', async () => {
    const pool = await world.createPool({ UsernameAttributes: ['email'] });
    const client = await world.createClient(pool, { PreventUserExistenceErrors: 'ENABLED' });
    const sub = await world.createUser(pool, 'jane@example.com');
    assert.equal((await parametersFor(client, 'jane@example.com')).USER_ID_FOR_SRP, sub);
    const ids = await Promise.all(
      ['nobody@example.com', 'nobody@example.com', 'else@example.com'].map(async name => {
        const { USERNAME, USER_ID_FOR_SRP } = await parametersFor(client, name);
        assert.equal(USERNAME, USER_ID_FOR_SRP);
        assert.match(USER_ID_FOR_SRP ?? '', uuid);
        return USER_ID_FOR_SRP;
      }),
    );
    assert.equal(ids[0], ids[1]);
    assert.notEqual(ids[0], ids[2]);
  });
});
