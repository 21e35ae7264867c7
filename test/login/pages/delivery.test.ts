/** Codes that cannot be sent: the page says so, and the person can ask for another. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startSmsService } from '../../support/sms-service.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { createAccountPool, signInToAccount } from './account-pages.ts';
import { createPages } from './pages.ts';

const undelivered = 'The code could not be sent. Try again later.';

describe('a code that is refused on its way', () => {
  let sms: Awaited<ReturnType<typeof startSmsService>>;
  let world: World;
  before(async () => {
    sms = await startSmsService();
    world = await startWorld({
      settings: { ...sms.settings, CENOTE_DELIVERY_WAIT: '10000', CENOTE_LOG_LEVEL: 'silent' },
    });
  });
  after(async () => {
    await world?.stop();
    sms.close();
  });

  it('leaves the new account where it can be confirmed', async () => {
    const pages = await createPages(
      world,
      { AutoVerifiedAttributes: ['phone_number'] },
      { PreventUserExistenceErrors: 'LEGACY' },
    );
    const number = '+15550000400';
    const typed = { username: 'ann', password: goodPassword, 'requiredAttributes[phone_number]': number };
    const page = await (await pages.open('/signup')).submit(typed);
    assert.deepEqual([page.heading, page.alert], ['Confirm your account', undelivered]);
    assert.equal((await page.press('Send a new code')).alert, undelivered);
    assert.match((await page.submit({ code: await world.codeTo(number) })).notice ?? '', /^Your account is confirmed/);
  });

  it('is told to whoever changes their number', async () => {
    const pages = await createAccountPool(world, { AutoVerifiedAttributes: ['phone_number'] });
    await world.createUser(pages.pool, 'ben', goodPassword, { given_name: 'Given' });
    const { open } = await signInToAccount(world, pages, 'ben');
    const page = await (await open('contacts')).press('Change: Phone number', { phone_number: '+15550000400' });
    assert.equal(page.alert, undelivered);
  });
});
