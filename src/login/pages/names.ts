/** The field for the name that somebody signs in with: what it is called depends on what a name can be in the pool. */
import type { Html } from '../../lib/html.ts';
import type { UserPool } from '../../storage/pools.ts';
import { field } from './form.ts';
import type { TextId } from './texts/en.ts';
import type { Visit } from './visit.ts';

const labels: Record<string, TextId> = {
  email: 'field.email',
  phone_number: 'field.phone',
  'email,phone_number': 'field.emailOrPhone',
  'email,username': 'field.usernameOrEmail',
  'phone_number,username': 'field.usernameOrPhone',
  'email,phone_number,username': 'field.usernameEmailOrPhone',
};

/** At sign-up an alias is an attribute, not a name. */
export const nameLabel = ({ config }: UserPool, { signingUp = false } = {}): TextId => {
  const { UsernameAttributes, AliasAttributes = [] } = config;
  const aliases: string[] = signingUp ? [] : AliasAttributes.filter(each => each !== 'preferred_username');
  const kinds = UsernameAttributes?.length ? UsernameAttributes : [...aliases, 'username'];
  return labels[[...kinds].sort().join()] ?? 'field.username';
};

type Options = {
  value?: string | undefined;
  error?: string | undefined;
  autofocus?: boolean;
  id?: string;
  autocomplete?: string;
  signingUp?: boolean;
};

export const nameField = ({ say, call }: Visit, options: Options = {}): Html => {
  const { value, error, autofocus = !value, id = 'username', autocomplete = 'username', signingUp = false } = options;
  const label = nameLabel(call.pool, { signingUp });
  return field({
    name: 'username',
    id,
    label: say(label),
    value,
    error,
    autofocus,
    autocomplete,
    maxlength: 2048,
    hint: label === 'field.phone' ? say('field.phoneHint') : undefined,
  });
};
