/** `cenote settings`: every setting with its default. */
import { settings } from '../config.ts';
import { print } from './with-foundation.ts';

export const printSettings = (): void => {
  for (const { env, fallback, about } of Object.values(settings)) print(`${env}=${fallback}\n    ${about}\n`);
};
