/** `/account/profile`: the attributes that the app client lets its users read, and those that it lets them write. */
import { attributes, type Html, html } from '../../../lib/html.ts';
import { readableAttributes, writableAttributes } from '../../../user-pools/attributes/permissions.ts';
import { findAttribute, schemaOf } from '../../../user-pools/attributes/schema.ts';
import { isStandard, serviceAttributes, verifiedFlags } from '../../../user-pools/attributes/standard.ts';
import { isContact } from '../../../user-pools/factors/contacts.ts';
import { getUser } from '../../../user-pools/users/account.ts';
import { updateUserAttributes } from '../../../user-pools/users/attributes.ts';
import { attributeField, attributeFields, attributeLabel } from '../attribute-fields.ts';
import { button, form, hidden } from '../form.ts';
import { type Problem, problemOf } from '../refusals.ts';
import { type AccountVisit, accountPage } from './account-page.ts';

/** Sections of their own, or of no use to people. */
const elsewhere = (name: string): boolean =>
  isContact(name) || verifiedFlags.includes(name) || serviceAttributes.includes(name);

/**
 * What can be changed here. A client with a secret is an application that writes for its users: what it keeps of its own about them
 * (custom attributes) is not theirs to write.
 */
const editableNames = ({ call: { pool, client } }: AccountVisit): string[] => {
  const [readable, writable] = [readableAttributes(client), writableAttributes(client)];
  return schemaOf(pool)
    .filter(({ Mutable, DeveloperOnlyAttribute }) => Mutable !== false && !DeveloperOnlyAttribute)
    .map(({ Name = '' }) => Name)
    .filter(name => readable.has(name) && writable.has(name) && !elsewhere(name) && name !== 'updated_at')
    .filter(name => client.secrets.length === 0 || isStandard(name));
};

const currentOf = async ({ call }: AccountVisit): Promise<Record<string, string>> => {
  const { UserAttributes = [] } = await getUser(call, { AccessToken: '' });
  return Object.fromEntries(UserAttributes.map(({ Name = '', Value = '' }) => [Name, Value]));
};

/** As a field of one line gives it back. */
const asSent = (value: string): string => value.replace(/[\r\n]/g, '').trim();

const changesOf = (visit: AccountVisit, current: Record<string, string>) =>
  editableNames(visit).flatMap(Name => {
    const Value = visit.form[attributeField(Name)]?.trim();
    return Value === undefined || Value === asSent(current[Name] ?? '') ? [] : [{ Name, Value }];
  });

const fixed = ({ say }: AccountVisit, current: Record<string, string>, editable: string[]): Html | false => {
  const names = Object.keys(current).filter(name => !editable.includes(name) && !elsewhere(name));
  return (
    names.length > 0 &&
    html`<dl>${names.map(name => html`<dt>${attributeLabel(say, name)}</dt><dd>${current[name]}</dd>`)}</dl>`
  );
};

const fields = (visit: AccountVisit, current: Record<string, string>, problem: Problem | undefined): Html => {
  const editable = editableNames(visit);
  const isRequired = (name: string) => findAttribute(visit.call.pool, name)?.Required ?? false;
  const typed = Object.fromEntries(editable.map(name => [attributeField(name), current[name] ?? '']));
  const values = problem === undefined ? typed : { ...typed, ...visit.form };
  const options = { values, errors: problem?.fields, isOptional: (name: string) => !isRequired(name) };
  const isUsual = (name: string) => Boolean(current[name]) || isRequired(name) || !isStandard(name);
  const [usual, others] = [true, false].map(which => editable.filter(name => isUsual(name) === which));
  const isOpen = usual?.length === 0 || others?.some(name => problem?.fields?.[attributeField(name)] !== undefined);
  return html`${attributeFields(visit, usual ?? [], options)}${
    others?.length !== 0 &&
    html`<details${attributes({ open: isOpen ?? false })}><summary>${visit.say('account.profile.more')}</summary>${attributeFields(visit, others ?? [], options)}</details>`
  }`;
};

export const { show, submit } = accountPage({
  section: 'profile',

  async show(visit, { problem }) {
    const { say } = visit;
    const current = await currentOf(visit);
    const editable = editableNames(visit);
    // The server checks: values of other sources need not be what browsers take for an address of the web.
    const save = button({ label: say('account.profile.submit'), unchecked: true });
    const content = html`${hidden({ action: 'save' })}${fields(visit, current, problem)}${save}`;
    return {
      title: say('account.profile.title'),
      content: html`${fixed(visit, current, editable)}${editable.length > 0 && form(visit, { content })}`,
    };
  },

  actions: {
    async save(visit) {
      const UserAttributes = changesOf(visit, await currentOf(visit));
      if (UserAttributes.length > 0) await updateUserAttributes(visit.call, { AccessToken: '', UserAttributes });
      return { notice: visit.say('account.profile.done') };
    },
  },

  problemOf: ({ say }, thrown) => problemOf(say, thrown, { attribute: attributeField }),
});
