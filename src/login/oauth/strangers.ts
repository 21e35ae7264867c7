/** Clients that nobody vouches for. */
import type { AppClient } from '../../storage/clients.ts';

/**
 * A client that has registered itself, with whatever name and address it likes. A link to its authorization request would otherwise
 * be enough to be given somebody's tokens while their browser is signed in: people are asked each time.
 */
export const isStranger = ({ config }: Pick<AppClient, 'config'>): boolean => config.ClientType === 'DCR';
