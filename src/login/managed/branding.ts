/** The operations on managed login styles: each belongs to one app client. */
import type {
  AssetType,
  CreateManagedLoginBrandingRequest,
  ManagedLoginBrandingType,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  brandingExists,
  brandingNotFound,
  clientNotFound,
  invalidParameter,
  missingParameter,
} from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import {
  type Asset,
  type Branding,
  deleteAssets,
  deleteBranding,
  findBranding,
  holdBranding,
  insertBranding,
  listAssets,
  putAsset,
  saveBranding,
} from '../../storage/brandings.ts';
import { holdClient } from '../../storage/clients.ts';
import type { Operation, PoolCall } from '../../user-pools/call/call.ts';
import { findPoolOf, inPool } from '../../user-pools/doors/in-pool.ts';
import { checkAssets } from './assets.ts';
import { defaultSettings } from './default-settings.ts';
import { checkSettings, mergeSettings } from './settings.ts';

/** Images make these requests larger than all others; AWS takes two megabytes. */
export const brandingBodyLimits = {
  CreateManagedLoginBranding: 2 * 1024 * 1024,
  UpdateManagedLoginBranding: 2 * 1024 * 1024,
};

/** Settings are absent where none were given; assets are a list in any case. */
const describe = (branding: Branding, Assets: AssetType[], merged = false): ManagedLoginBrandingType => ({
  ManagedLoginBrandingId: branding.id,
  UserPoolId: branding.poolId,
  UseCognitoProvidedValues: branding.useCognitoProvidedValues,
  Settings: (merged
    ? mergeSettings(defaultSettings, branding.settings ?? {})
    : branding.settings) as ManagedLoginBrandingType['Settings'],
  Assets,
  CreationDate: new Date(branding.createdAt),
  LastModifiedDate: new Date(branding.modifiedAt),
});

type Style = Pick<CreateManagedLoginBrandingRequest, 'UseCognitoProvidedValues' | 'Settings' | 'Assets'>;

const checkStyle = ({ UseCognitoProvidedValues, Settings }: Style) => {
  if (UseCognitoProvidedValues && Settings !== undefined)
    throw invalidParameter('Settings must not be provided when UseCognitoProvidedValues is true.');
};

export const createManagedLoginBranding = inPool<'CreateManagedLoginBranding'>(async (call, input) => {
  const { db, sealer, pool, clock } = call;
  checkStyle(input);
  const now = clock.now();
  const branding: Branding = {
    poolId: pool.id,
    id: uuid(),
    clientId: input.ClientId,
    useCognitoProvidedValues: input.UseCognitoProvidedValues ?? false,
    settings: input.Settings === undefined ? undefined : checkSettings(input.Settings),
    createdAt: now,
    modifiedAt: now,
  };
  const assets = checkAssets(input.Assets ?? []);
  await db.transaction().execute(async tx => {
    if ((await holdClient(tx, sealer, pool.id, input.ClientId)) === undefined) throw clientNotFound(input.ClientId);
    if (!(await insertBranding(tx, branding))) throw brandingExists();
    for (const asset of assets) await putAsset(tx, branding, asset);
  });
  call.directory.forgetBranding(pool.id, branding.clientId);
  return { ManagedLoginBranding: describe(branding, assets) };
});

/** What a request makes of the style: back to Cognito's values, or the given settings laid over those there are. */
const restyle = (current: Branding, { UseCognitoProvidedValues, Settings }: Style): Branding => {
  if (UseCognitoProvidedValues) return { ...current, useCognitoProvidedValues: true, settings: undefined };
  const settings =
    Settings === undefined ? current.settings : mergeSettings(current.settings ?? {}, checkSettings(Settings));
  const stillProvided = UseCognitoProvidedValues === undefined && Settings === undefined;
  return { ...current, useCognitoProvidedValues: stillProvided && current.useCognitoProvidedValues, settings };
};

/** What the request does not name stays as it is, so that a style may be sent in several requests. */
export const updateManagedLoginBranding: Operation<'UpdateManagedLoginBranding'> = async (call, input) => {
  const { UserPoolId, ManagedLoginBrandingId } = input;
  if (UserPoolId === undefined) throw missingParameter('UserPoolId');
  if (ManagedLoginBrandingId === undefined) throw missingParameter('ManagedLoginBrandingId');
  const pool = await findPoolOf(call, UserPoolId);
  checkStyle(input);
  const { branding, assets } = await call.db.transaction().execute(async tx => {
    const current = await holdBranding(tx, pool.id, ManagedLoginBrandingId);
    if (current === undefined) throw brandingNotFound();
    const changed = { ...restyle(current, input), modifiedAt: call.clock.now() };
    const before: Asset[] = input.UseCognitoProvidedValues ? [] : await listAssets(tx, changed);
    const given = checkAssets(input.Assets ?? [], before);
    if (input.UseCognitoProvidedValues) await deleteAssets(tx, changed);
    for (const asset of given) await putAsset(tx, changed, asset);
    await saveBranding(tx, changed);
    return { branding: changed, assets: await listAssets(tx, changed) };
  });
  call.directory.forgetBranding(pool.id, branding.clientId);
  return { ManagedLoginBranding: describe(branding, assets) };
};

const found = async ({ db }: PoolCall, branding: Branding | undefined, merged: boolean | undefined) => {
  if (branding === undefined) throw brandingNotFound();
  return { ManagedLoginBranding: describe(branding, await listAssets(db, branding), merged) };
};

export const describeManagedLoginBranding = inPool<'DescribeManagedLoginBranding'>(async (call, input) => {
  const branding = await findBranding(call.db, call.pool.id, 'branding_id', input.ManagedLoginBrandingId);
  return found(call, branding, input.ReturnMergedResources);
});

export const describeManagedLoginBrandingByClient = inPool<'DescribeManagedLoginBrandingByClient'>(
  async (call, { ClientId, ReturnMergedResources }) => {
    if ((await call.directory.client(ClientId))?.poolId !== call.pool.id) throw clientNotFound(ClientId);
    const branding = await findBranding(call.db, call.pool.id, 'client_id', ClientId);
    return found(call, branding, ReturnMergedResources);
  },
);

export const deleteManagedLoginBranding = inPool<'DeleteManagedLoginBranding'>(async (call, input) => {
  const { db, pool, directory } = call;
  const branding = await findBranding(db, pool.id, 'branding_id', input.ManagedLoginBrandingId);
  if (branding === undefined || !(await deleteBranding(db, pool.id, branding.id))) throw brandingNotFound();
  directory.forgetBranding(pool.id, branding.clientId);
  return {};
});
