/** The table of the account page's sections: the address of each, who has it, and the file behind it. */
import type { User } from '../../../storage/users.ts';
import { identitiesOf } from '../../../user-pools/attributes/identities.ts';
import { allowsPasskeys } from '../../../user-pools/factors/relying-party.ts';
import { offeredFactors } from '../../../user-pools/factors/second-factors.ts';
import { tracksDevices } from '../../../user-pools/tokens/device-tracking.ts';
import type { LoginCall } from '../../host.ts';
import type { OwnVisit } from '../own-page.ts';
import type { PageEntry } from '../routes.ts';

type Section = PageEntry<OwnVisit> & {
  /** Whether there is anything in it for this person. */
  isFor(pool: LoginCall['pool'], user: User): boolean;
};

const everybody = () => true;

/** In the order in which they are listed. */
export const sections = {
  profile: { load: () => import('./profile.ts'), operation: 'UpdateUserAttributes', isFor: everybody },
  contacts: { load: () => import('./contacts.ts'), operation: 'UpdateUserAttributes', isFor: everybody },
  password: {
    load: () => import('./password.ts'),
    operation: 'ChangePassword',
    // Somebody else keeps theirs.
    isFor: (_, { status }) => status !== 'EXTERNAL_PROVIDER',
  },
  'second-factors': {
    load: () => import('./second-factors.ts'),
    operation: 'SetUserMFAPreference',
    isFor: pool => (pool.config.MfaConfiguration ?? 'OFF') !== 'OFF' && offeredFactors(pool).length > 0,
  },
  passkeys: { load: () => import('./passkeys.ts'), operation: 'DeleteWebAuthnCredential', isFor: allowsPasskeys },
  devices: { load: () => import('./devices.ts'), operation: 'ForgetDevice', isFor: tracksDevices },
  sessions: { load: () => import('./sessions.ts'), operation: 'RevokeUserSession', isFor: everybody },
  providers: {
    load: () => import('./providers.ts'),
    operation: 'GetUser',
    isFor: (_, { attributes }) => identitiesOf(attributes).length > 0,
  },
  delete: { load: () => import('./delete.ts'), operation: 'DeleteUser', isFor: everybody },
} as const satisfies Record<string, Section>;

export type SectionName = keyof typeof sections;

export const sectionNames = Object.keys(sections) as SectionName[];

export const pathOf = (name?: SectionName): string => (name === undefined ? '/account' : `/account/${name}`);

/** Address → page. */
export const accountPages: Record<string, PageEntry<OwnVisit>> = {
  [pathOf()]: { load: () => import('./overview.ts'), operation: 'GlobalSignOut' },
  ...Object.fromEntries(sectionNames.map(name => [pathOf(name), sections[name]])),
};
