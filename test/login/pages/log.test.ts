/** What the log says of a visit to the pages: what was refused, by its name, and nothing of what was typed. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { createPages, type Pages } from './pages.ts';

type Line = { operation: string; status: number; error?: string };

describe('the log of the pages', () => {
  let world: World;
  let pages: Pages;
  let text = '';
  before(async () => {
    const output = {
      write(line: string) {
        text += line;
      },
    };
    world = await startWorld({ settings: { CENOTE_LOG_LEVEL: 'info' }, output });
    pages = await createPages(world, { AutoVerifiedAttributes: ['email'] });
    await world.createUser(pages.pool, 'ann', goodPassword);
  });
  after(() => world?.stop());

  /** The lines of what happens meanwhile. */
  const linesOf = async (work: () => Promise<unknown>): Promise<Line[]> => {
    text = '';
    await work();
    // The line of an answer is written once the answer is out.
    await new Promise(setImmediate);
    return text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
  };
  const refusalOf = async (work: () => Promise<unknown>) => {
    const { operation, status, error } = (await linesOf(work)).at(-1) ?? assert.fail('no line');
    return [operation, status, error];
  };

  it('names what was refused', async () => {
    const login = await pages.open('/login');
    const wrong = () => login.submit({ username: 'ann', password: 'wrong-Secret-1' });
    assert.deepEqual(await refusalOf(wrong), ['POST /login', 200, 'NotAuthorizedException']);
    const signUp = await pages.open('/signup');
    const weak = () => signUp.submit({ username: 'ben', password: 'weak' });
    assert.deepEqual(await refusalOf(weak), ['POST /signup', 200, 'InvalidPasswordException']);
    const link = () => fetch(`${world.url}/confirmUser?client_id=${pages.client}&user_name=ann&confirmation_code=1`);
    assert.deepEqual((await refusalOf(link)).slice(0, 2), ['GET /confirmUser', 400]);
    const foreign = () => login.submit({ username: 'ann', password: 'wrong-Secret-1', _csrf: 'x' });
    assert.deepEqual(await refusalOf(foreign), ['POST /login', 403, undefined]);
    const [line] = await linesOf(() => pages.open('/login', { redirect_uri: 'https://elsewhere.example' }));
    assert.deepEqual([line?.operation, line?.error], ['GET /login', 'redirect_mismatch']);
  });

  it('says nothing of what was typed', async () => {
    const login = await pages.open('/login');
    await linesOf(() => login.submit({ username: 'ann', password: 'wrong-Secret-1' }));
    assert.match(text, /NotAuthorizedException/);
    assert.doesNotMatch(text, /ann|Secret|client_id/);
  });
});
