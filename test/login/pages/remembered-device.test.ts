/** Remembered browsers: after a second factor once, none is asked for again, until somebody forgets the device. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { DeviceConfigurationType } from '@aws-sdk/client-cognito-identity-provider';
import type { FormBrowser } from '../../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../../support/world.ts';
import { createPages, type Pages, signedInAs } from './pages.ts';

describe('a browser', () => {
  let world: World;
  before(async () => {
    world = await startWorld();
  });
  after(() => world?.stop());

  const setUp = async (DeviceConfiguration: DeviceConfigurationType): Promise<Pages> => {
    const pages = await createPages(world, { DeviceConfiguration });
    await world.aws.setUserPoolMfaConfig({
      UserPoolId: pages.pool,
      MfaConfiguration: 'ON',
      SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' } },
    });
    await world.createUser(pages.pool, 'ann', goodPassword, { phone_number: '+15550001111' });
    await world.createUser(pages.pool, 'ben', goodPassword, { phone_number: '+15550002222' });
    return pages;
  };
  const begin = async (pages: Pages, username = 'ann', browser?: FormBrowser) => {
    if (browser !== undefined) browser.cookies.delete(`cognito.${pages.pool}`);
    return (await pages.open('/login', {}, browser)).submit({ username, password: goodPassword });
  };
  const devices = async (pages: Pages, Username = 'ann') =>
    (await world.aws.adminListDevices({ UserPoolId: pages.pool, Username })).Devices ?? [];

  it('is remembered if the person says so', async () => {
    const pages = await setUp({ ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true });
    const asked = await begin(pages);
    assert.equal(asked.field('remember').checked, false);
    const without = await asked.submit({ code: await world.codeTo('+15550001111') });
    assert.ok((await signedInAs(world, pages, without)).sub);
    assert.deepEqual(await devices(pages), []);

    const again = await begin(pages, 'ann', asked.browser);
    const wrong = await again.submit({ code: '1', remember: 'true' });
    assert.equal(wrong.field('remember').checked, true);
    await wrong.submit({ code: await world.codeTo('+15550001111') });
    assert.equal((await devices(pages)).length, 1);
    for (let times = 0; times < 2; times++)
      assert.ok((await signedInAs(world, pages, await begin(pages, 'ann', asked.browser))).sub);

    // It is nobody else's.
    assert.equal((await begin(pages, 'ben', asked.browser)).heading, 'Enter your code');
    assert.equal((await begin(pages, 'ann')).heading, 'Enter your code');
  });

  it('is remembered without a word where the pool wants it, until it is forgotten', async () => {
    const pages = await setUp({ ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false });
    const asked = await begin(pages);
    assert.doesNotMatch(asked.text, /Remember/);
    await asked.submit({ code: await world.codeTo('+15550001111') });
    assert.ok((await signedInAs(world, pages, await begin(pages, 'ann', asked.browser))).sub);
    const [device] = await devices(pages);
    await world.aws.adminForgetDevice({ UserPoolId: pages.pool, Username: 'ann', DeviceKey: device?.DeviceKey });
    const forgotten = await begin(pages, 'ann', asked.browser);
    assert.equal(forgotten.heading, 'Enter your code');
    await forgotten.submit({ code: await world.codeTo('+15550001111') });
    assert.equal((await devices(pages)).length, 1);
  });

  it('does not help whoever has the cookie but not the password, nor one that was changed', async () => {
    const pages = await setUp({ ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false });
    const asked = await begin(pages);
    await asked.submit({ code: await world.codeTo('+15550001111') });
    const { browser } = asked;
    const wrong = await (await pages.open('/login', { prompt: 'login' }, browser)).submit({
      username: 'ann',
      password: 'Wrong-Pass-1',
    });
    assert.equal(wrong.alert, 'Incorrect username or password.');
    const name = `cognito-device.${pages.pool}`;
    const cookie = browser.cookies.get(name) ?? assert.fail('no cookie');
    browser.cookies.set(name, `${cookie.slice(0, -2)}AA`);
    assert.equal((await begin(pages, 'ann', browser)).heading, 'Enter your code');
  });

  it('is not remembered where devices stand for nothing', async () => {
    const pages = await setUp({ ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: false });
    const asked = await begin(pages);
    await asked.submit({ code: await world.codeTo('+15550001111') });
    assert.deepEqual(await devices(pages), []);
    assert.equal((await begin(pages, 'ann', asked.browser)).heading, 'Enter your code');
  });
});
