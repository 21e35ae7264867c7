/** Forms and their fields: labelled, with their hints and errors tied to them, and with the token that lets them be sent. */
import { attributes, type Html, html } from '../../lib/html.ts';
import { csrfField } from './csrf.ts';
import { linkTo, type Writing } from './visit.ts';

export type Field = {
  name: string;
  label: string;
  /** The name, unless said otherwise. */
  id?: string;
  type?: 'text' | 'password' | 'email' | 'tel' | 'number' | 'url' | 'date';
  value?: string | undefined;
  /** What browsers and password managers may fill in (HTML §4.10.18.7). */
  autocomplete?: string | undefined;
  inputmode?: 'numeric' | undefined;
  hint?: string | undefined;
  error?: string | undefined;
  optional?: boolean;
  autofocus?: boolean;
  classes?: string;
  maxlength?: number | undefined;
};

const described = (id: string, { hint, error }: Pick<Field, 'hint' | 'error'>): string | undefined =>
  [error && `${id}-error`, hint && `${id}-hint`].filter(Boolean).join(' ') || undefined;

export const field = (given: Field): Html => {
  const { name, label, id = name, type = 'text', hint, error, optional = false, classes = '' } = given;
  const input = attributes({
    class: `input inputField-customizable ${classes}`.trim(),
    id,
    name,
    type,
    value: type === 'password' ? undefined : given.value,
    autocomplete: given.autocomplete,
    inputmode: given.inputmode,
    maxlength: given.maxlength,
    autocapitalize: 'none',
    spellcheck: 'false',
    required: !optional,
    // What is wrong is what has to be corrected first.
    autofocus: error !== undefined || (given.autofocus ?? false),
    'aria-invalid': error === undefined ? undefined : 'true',
    'aria-describedby': described(id, given),
  });
  return html`<div class="field"><label class="label-customizable" for="${id}">${label}</label><input${input}>${
    error !== undefined && html`<p class="error errorMessage-customizable" id="${id}-error">${error}</p>`
  }${hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`}</div>`;
};

/** Where a one-time code is typed; phones offer the one that has just come. */
export const codeField = (given: Omit<Field, 'name' | 'autocomplete' | 'inputmode' | 'classes'>): Html =>
  field({
    name: 'code',
    autocomplete: 'one-time-code',
    inputmode: 'numeric',
    classes: 'code',
    maxlength: 20,
    ...given,
  });

type Box = { name: string; label: string; hint?: string; checked?: boolean; required?: boolean };

/** A box to tick. */
export const checkbox = ({ name, label, hint, checked = false, required = false }: Box): Html =>
  html`<div class="field"><label class="option" for="${name}"><input${attributes({
    type: 'checkbox',
    id: name,
    name,
    value: 'true',
    checked,
    required,
    'aria-describedby': hint && `${name}-hint`,
  })}><span>${label}</span></label>${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}</div>`;

export const hidden = (values: Record<string, string | undefined>): Html =>
  html`${Object.entries(values).map(
    ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">`,
  )}`;

type Button = {
  label: string;
  name?: string;
  value?: string;
  kind?: 'primary' | 'secondary' | 'link';
  id?: string;
  /** Sends the form whatever stands in its fields. */
  unchecked?: boolean;
  /** Shown once a script has found that it can be of use. */
  concealed?: boolean;
};

const looks = {
  primary: 'btn btn-primary submitButton-customizable',
  secondary: 'btn btn-secondary',
  link: 'link',
};

export const button = ({ label, name, value, kind = 'primary', id, unchecked, concealed }: Button): Html =>
  html`<button${attributes({
    class: looks[kind],
    type: 'submit',
    name,
    value,
    id,
    formnovalidate: unchecked ?? false,
    hidden: concealed ?? false,
  })}>${label}</button>`;

type FormOptions = { action?: string; name?: string; id?: string; content: Html };

/** @param options.action the path that it is sent to: the page's own unless said otherwise; the visit's query goes along */
export const form = (writing: Writing, { action = writing.path, name, id, content }: FormOptions): Html =>
  html`<form${attributes({ method: 'post', action: linkTo(writing, action), name, id })}>${hidden({
    [csrfField]: writing.csrf,
    // Filled in by scripts of applications that use Cognito's threat protection.
    cognitoAsfData: '',
  })}${content}</form>`;
