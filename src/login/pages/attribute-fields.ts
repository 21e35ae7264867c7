/** Fields for a user's attributes: named as in Cognito's forms, `requiredAttributes[email]`. */
import { type Html, html } from '../../lib/html.ts';
import { findAttribute } from '../../user-pools/attributes/schema.ts';
import { type Field, field } from './form.ts';
import type { Say } from './language.ts';
import { en, type TextId } from './texts/en.ts';
import type { Form, Visit } from './visit.ts';

/** How browsers know the attribute: what they fill in, and which keyboard they show. */
const known: Record<string, Pick<Field, 'type' | 'autocomplete'>> = {
  address: { autocomplete: 'street-address' },
  birthdate: { type: 'date', autocomplete: 'bday' },
  email: { type: 'email', autocomplete: 'email' },
  family_name: { autocomplete: 'family-name' },
  gender: { autocomplete: 'sex' },
  given_name: { autocomplete: 'given-name' },
  middle_name: { autocomplete: 'additional-name' },
  name: { autocomplete: 'name' },
  nickname: { autocomplete: 'nickname' },
  phone_number: { type: 'tel', autocomplete: 'tel' },
  picture: { type: 'url' },
  profile: { type: 'url' },
  website: { type: 'url', autocomplete: 'url' },
};

const isText = (id: string): id is TextId => Object.hasOwn(en, id);

/** A custom attribute is called by its name. */
export const attributeLabel = (say: Say, name: string): string => {
  const id = `attribute.${name}`;
  return isText(id) ? say(id) : name.replace(/^custom:/, '');
};

export const attributeField = (name: string): string => `requiredAttributes[${name}]`;

type Options = {
  values?: Form;
  errors?: Record<string, string> | undefined;
  /** Which of them may be left empty; none unless said otherwise. */
  isOptional?: (name: string) => boolean;
};

/** A browser shows nothing in place of a value that it takes for no date, and would send that. */
const isShown = (type: Field['type'], value: string | undefined): boolean =>
  type !== 'date' || !value || /^\d{4}-\d\d-\d\d$/.test(value);

export const attributeFields = (
  { say, call: { pool } }: Pick<Visit, 'say' | 'call'>,
  names: readonly string[],
  { values = {}, errors = {}, isOptional = () => false }: Options = {},
): Html =>
  html`${names.map(name => {
    const fieldName = attributeField(name);
    const isNumber = findAttribute(pool, name)?.AttributeDataType === 'Number';
    return field({
      name: fieldName,
      id: `attribute-${name.replace(/[^\w-]/g, '-')}`,
      label: attributeLabel(say, name),
      value: values[fieldName],
      error: errors[fieldName],
      hint: name === 'phone_number' ? say('field.phoneHint') : undefined,
      maxlength: 2048,
      optional: isOptional(name),
      ...(isNumber ? { inputmode: 'numeric' as const } : {}),
      ...known[name],
      ...(isShown(known[name]?.type, values[fieldName]) ? {} : { type: 'text' as const }),
    });
  })}`;

/** The attributes of the form, without the empty ones. */
export const readAttributeFields = (form: Form, names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap(name => {
      const value = form[attributeField(name)]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
