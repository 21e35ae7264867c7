/** The colors that a managed login style gives to the buttons of single identity providers. Pure. */
import type { Settings } from '../../storage/brandings.ts';
import { setting, type Themed, variablesOf } from './theme.ts';

const states = ['defaults', 'hover', 'active'] as const;
const properties = { backgroundColor: 'background-color', textColor: 'color', borderColor: 'border-color' };

/** Rules for the class of a provider, in the names of the variables of all of them. */
const rulesOf = (number: number, { common, light, dark }: Themed): string =>
  states
    .map(state => {
      const set = Object.entries(properties).flatMap(([name, property]) => {
        const own = `--standard-${state}-${name}`;
        const isSet = [common, light, dark].some(variables => own in variables);
        return isSet ? [`${property}:var(--idp${number}-${state}-${name})`] : [];
      });
      return set.length === 0 ? '' : `.idp-${number}${state === 'defaults' ? '' : `:${state}`}{${set.join(';')}}`;
    })
    .join('');

const sheet = states.flatMap(state => Object.keys(properties).map(name => `var(--standard-${state}-${name})`)).join();

const renamed = (number: number, variables: Themed['common']): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name.replace('--standard', `--idp${number}`), value]),
  );

/** Buttons of more providers than these look like all others. */
const mostProviders = 50;

export type ProviderButtons = { css: string; themed: Themed; classOf(name: string): string | undefined };

/** `components.idpButton.custom.{provider}`; names become numbers, since a name may be anything. */
export const providerButtonsOf = (settings: Settings): ProviderButtons => {
  const custom = setting(settings, 'components.idpButton.custom');
  const names = typeof custom === 'object' && custom !== null ? Object.keys(custom).slice(0, mostProviders) : [];
  const each = names.map((name, number) => {
    const standard = Object.getOwnPropertyDescriptor(custom, name)?.value;
    const themed = variablesOf({ components: { standard }, componentClasses: {} }, sheet);
    return { number, themed, css: rulesOf(number, themed) };
  });
  const joined = (mode: keyof Themed) =>
    Object.assign({}, ...each.map(({ number, themed }) => renamed(number, themed[mode])));
  return {
    css: each.map(({ css }) => css).join(''),
    themed: { common: joined('common'), light: joined('light'), dark: joined('dark') },
    classOf: name => (names.includes(name) ? `idp-${names.indexOf(name)}` : undefined),
  };
};
