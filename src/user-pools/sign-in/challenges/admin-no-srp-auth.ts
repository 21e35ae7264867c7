/** ADMIN_NO_SRP_AUTH: the older server-side flow, which may first name the user and then send the password. */
import { userIdOf } from '../names.ts';
import type { Challenge } from './challenge.ts';
import { password } from './password.ts';

export const adminNoSrpAuth: Challenge = {
  ...password,
  adminOnly: true,

  async ask(call, attempt) {
    return { parameters: { USER_ID_FOR_SRP: userIdOf(call, attempt) } };
  },
};
