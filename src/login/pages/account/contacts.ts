/** `/account/contacts`: e-mail address and phone number: changed, verified by a code, taken away. */
import { type Html, html } from '../../../lib/html.ts';
import type { UserPool } from '../../../storage/pools.ts';
import { readableAttributes, writableAttributes } from '../../../user-pools/attributes/permissions.ts';
import { findAttribute } from '../../../user-pools/attributes/schema.ts';
import { type ContactAttribute, isContact } from '../../../user-pools/factors/contacts.ts';
import {
  deleteUserAttributes,
  getUserAttributeVerificationCode,
  updateUserAttributes,
  verifyUserAttribute,
} from '../../../user-pools/users/attributes.ts';
import { attributeLabel } from '../attribute-fields.ts';
import { button, codeField, field, form, hidden } from '../form.ts';
import { type Problem, problemOf } from '../refusals.ts';
import { type AccountVisit, accountPage, buttonForm, type Result } from './account-page.ts';

/** A code is on its way. */
type Awaiting = Result & { awaiting?: { attribute: ContactAttribute; destination: string } };

const all: readonly ContactAttribute[] = ['email', 'phone_number'];

const attributeIn = ({ form: { attribute = '' } }: AccountVisit): ContactAttribute =>
  isContact(attribute) ? attribute : 'email';

const isWritable = ({ call: { pool, client } }: AccountVisit, attribute: ContactAttribute): boolean =>
  writableAttributes(client).has(attribute) && findAttribute(pool, attribute)?.Mutable !== false;

/** What the pool needs, or what somebody signs in by, stays. */
const isRemovable = (pool: UserPool, attribute: ContactAttribute): boolean =>
  !findAttribute(pool, attribute)?.Required && !pool.config.UsernameAttributes?.includes(attribute);

const changeForm = (visit: AccountVisit, attribute: ContactAttribute, problem: Problem | undefined): Html => {
  const { say, call } = visit;
  const label = attributeLabel(say, attribute);
  const refused = problem !== undefined && visit.form.action === 'change' && attributeIn(visit) === attribute;
  const input = field({
    name: attribute,
    type: attribute === 'email' ? 'email' : 'tel',
    label,
    value: (refused ? visit.form[attribute] : undefined) ?? call.signedIn.user.attributes[attribute],
    autocomplete: attribute === 'email' ? 'email' : 'tel',
    hint: attribute === 'phone_number' ? say('field.phoneHint') : undefined,
    maxlength: 2048,
    error: problem?.fields?.[attribute],
  });
  return form(visit, {
    content: html`${hidden({ action: 'change', attribute })}${input}${button({
      label: say('account.contacts.change', { label }),
      kind: 'secondary',
    })}`,
  });
};

const codeForm = (visit: AccountVisit, { awaiting, problem }: Awaiting): Html | false => {
  const { say } = visit;
  if (awaiting === undefined) return false;
  const { attribute, destination } = awaiting;
  const code = codeField({
    label: say('field.code'),
    hint: say(attribute === 'email' ? 'code.sentEmail' : 'code.sentSms', { destination }),
    autofocus: true,
    error: problem?.fields?.code,
  });
  const content = html`${hidden({ action: 'verify', attribute, destination })}${code}${button({ label: say('account.contacts.verify') })}`;
  return form(visit, { content });
};

const section = (visit: AccountVisit, attribute: ContactAttribute, result: Awaiting): Html => {
  const { say, call } = visit;
  const { attributes } = call.signedIn.user;
  const [value, label] = [attributes[attribute], attributeLabel(say, attribute)];
  const isVerified = attributes[`${attribute}_verified`] === 'true';
  const isAwaited = result.awaiting?.attribute === attribute;
  const one = (action: string, text: string) => buttonForm(visit, { label: text, action, fields: { attribute } });
  return html`<section><h2>${label}</h2>${
    value && html`<p>${value} (${say(isVerified ? 'account.contacts.verified' : 'account.contacts.unverified')})</p>`
  }${isAwaited && codeForm(visit, result)}${
    value && !isVerified && one('send', say(isAwaited ? 'confirm.resend' : 'account.contacts.send', { label }))
  }${isWritable(visit, attribute) && !isAwaited && changeForm(visit, attribute, result.problem)}${
    value &&
    isWritable(visit, attribute) &&
    isRemovable(call.pool, attribute) &&
    one('remove', say('account.contacts.remove', { label }))
  }</section>`;
};

export const { show, submit } = accountPage({
  section: 'contacts',
  needsRecentSignIn: true,

  show(visit, result: Awaiting) {
    const { say, call, form: sent } = visit;
    const readable = readableAttributes(call.client);
    const refused = result.problem !== undefined && sent.action === 'verify';
    const awaiting = refused ? { attribute: attributeIn(visit), destination: sent.destination ?? '' } : result.awaiting;
    return {
      title: say('account.contacts.title'),
      content: html`${all.filter(name => readable.has(name)).map(name => section(visit, name, { ...result, awaiting }))}`,
    };
  },

  actions: {
    async change(visit): Promise<Awaiting> {
      const { say, call, form: sent } = visit;
      const attribute = attributeIn(visit);
      const Value = sent[attribute]?.trim();
      if (!Value) return { problem: { fields: { [attribute]: say('refused.missing') } } };
      const UserAttributes = [{ Name: attribute, Value }];
      const { CodeDeliveryDetailsList: [sentTo] = [] } = await updateUserAttributes(call, {
        AccessToken: '',
        UserAttributes,
      });
      if (sentTo === undefined) return { notice: say('account.contacts.done') };
      return { awaiting: { attribute, destination: sentTo.Destination ?? '' } };
    },

    async send(visit): Promise<Awaiting> {
      const attribute = attributeIn(visit);
      const asked = { AccessToken: '', AttributeName: attribute };
      const { CodeDeliveryDetails } = await getUserAttributeVerificationCode(visit.call, asked);
      return { awaiting: { attribute, destination: CodeDeliveryDetails?.Destination ?? '' } };
    },

    async verify(visit) {
      const Code = (visit.form.code ?? '').replace(/\s/g, '');
      await verifyUserAttribute(visit.call, { AccessToken: '', AttributeName: attributeIn(visit), Code });
      return { notice: visit.say('account.contacts.done') };
    },

    async remove(visit) {
      const attribute = attributeIn(visit);
      if (isRemovable(visit.call.pool, attribute))
        await deleteUserAttributes(visit.call, { AccessToken: '', UserAttributeNames: [attribute] });
      return { notice: visit.say('account.contacts.done') };
    },
  },

  problemOf: ({ say }, thrown) => problemOf(say, thrown, { code: 'code', attribute: name => name }),
});
