/** The table of the account page's sections: the address of each, who has it, and the file behind it. */
import type { User } from '../../../storage/users.ts';
import { identitiesOf } from '../../../user-pools/attributes/identities.ts';
import { allowsPasskeys } from '../../../user-pools/factors/relying-party.ts';
import { offeredFactors } from '../../../user-pools/factors/second-factors.ts';
import { tracksDevices } from '../../../user-pools/tokens/device-tracking.ts';
import type { LoginCall } from '../../host.ts';
import type { OwnVisit } from '../own-page.ts';
import type { PageFile } from '../routes.ts';

type Section = {
  load: () => Promise<PageFile<OwnVisit>>;
  /** Whether there is anything in it for this person. */
  isFor(pool: LoginCall['pool'], user: User): boolean;
};

const everybody = () => true;

/** In the order in which they are listed. */
export const sections = {
  profile: { load: () => import('./profile.ts'), isFor: everybody },
  contacts: { load: () => import('./contacts.ts'), isFor: everybody },
  password: {
    load: () => import('./password.ts'),
    // Somebody else keeps theirs.
    isFor: (_, { status }) => status !== 'EXTERNAL_PROVIDER',
  },
  'second-factors': {
    load: () => import('./second-factors.ts'),
    isFor: pool => (pool.config.MfaConfiguration ?? 'OFF') !== 'OFF' && offeredFactors(pool).length > 0,
  },
  passkeys: { load: () => import('./passkeys.ts'), isFor: allowsPasskeys },
  devices: { load: () => import('./devices.ts'), isFor: tracksDevices },
  sessions: { load: () => import('./sessions.ts'), isFor: everybody },
  providers: {
    load: () => import('./providers.ts'),
    isFor: (_, { attributes }) => identitiesOf(attributes).length > 0,
  },
  delete: { load: () => import('./delete.ts'), isFor: everybody },
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof sections;

export const sectionNames = Object.keys(sections) as SectionName[];

export const pathOf = (name?: SectionName): string => (name === undefined ? '/account' : `/account/${name}`);

/** Address → file. */
export const accountPages: Record<string, () => Promise<PageFile<OwnVisit>>> = {
  [pathOf()]: () => import('./overview.ts'),
  ...Object.fromEntries(sectionNames.map(name => [pathOf(name), sections[name].load])),
};
