/** `/account/devices`: the devices that are remembered, and how they are forgotten. */
import { html } from '../../../lib/html.ts';
import { forgetDevice, listDevices } from '../../../user-pools/factors/devices.ts';
import { accountPage, buttonForm } from './account-page.ts';
import { moreLink, positionIn, rows, time } from './rows.ts';

export const { show, submit } = accountPage({
  section: 'devices',

  async show(visit) {
    const { say, call } = visit;
    const { Devices = [], PaginationToken: next } = await listDevices(call, {
      AccessToken: '',
      PaginationToken: positionIn(visit),
    });
    const list = Devices.map(({ DeviceKey: device = '', DeviceAttributes = [], DeviceLastAuthenticatedDate: last }) => {
      const attribute = (wanted: string) => DeviceAttributes.find(({ Name }) => Name === wanted)?.Value;
      const name = attribute('device_name') || say('account.devices.unnamed');
      return {
        title: name,
        details: [
          say.html('account.lastUsed', { time: time(visit, last) ?? html`` }),
          say('account.address', { address: attribute('last_ip_used') ?? '' }),
        ],
        actions: buttonForm(visit, {
          label: say('account.devices.forget', { name }),
          action: 'forget',
          fields: { device },
        }),
      };
    });
    return {
      title: say('account.devices.title'),
      lead: say(list.length === 0 ? 'account.devices.none' : 'account.devices.about'),
      content: html`${rows(list)}${moreLink(visit, next)}`,
    };
  },

  actions: {
    async forget({ say, call, form: { device = '' } }) {
      if (device === '') return {};
      await forgetDevice(call, { AccessToken: '', DeviceKey: device });
      return { notice: say('account.devices.done') };
    },
  },
});
