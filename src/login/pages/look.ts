/** Which look the pages of an app client have. */
import type { LoginCall } from '../host.ts';
import { type Look, plainLook } from './theme.ts';

export const lookOf = async (_call: LoginCall, _clientId: string | undefined): Promise<Look> => plainLook;
