/** `cenote oidc-providers …`, `cenote saml-providers …`: whose logins an account trusts, as IAM keeps them. */
import type { Config } from '../config.ts';
import { oidcProviderUrl, samlProviderName, withoutScheme } from '../identity-pools/logins/provider-names.ts';
import { readMetadata } from '../identity-pools/logins/saml-metadata.ts';
import {
  deleteOidcProvider,
  deleteSamlProvider,
  listOidcProviders,
  listSamlProviders,
  saveOidcProvider,
  saveSamlProvider,
} from '../storage/federated-providers.ts';
import { checkedAccount, readPolicy } from './account.ts';
import { table } from './table.ts';
import { print, withFoundation } from './with-foundation.ts';

type OfAccount = { account?: string };
const accountIn = (config: Config, { account }: OfAccount) => checkedAccount(account ?? config.accountId);

const oidcArn = (accountId: string, url: string) => `arn:aws:iam::${accountId}:oidc-provider/${url}`;
const samlArn = (accountId: string, name: string) => `arn:aws:iam::${accountId}:saml-provider/${name}`;

const checkedUrl = (issuer: string): string => {
  const url = withoutScheme(issuer);
  if (issuer.startsWith('https://') && oidcProviderUrl(oidcArn('0'.repeat(12), url)) !== undefined) return url;
  throw new Error(`expected an issuer such as https://login.example.com/tenant, got "${issuer}"`);
};

export const createOidcProvider = (
  config: Config,
  issuer: string,
  { clientId: clientIds, ...options }: OfAccount & { clientId: string[] },
): Promise<void> =>
  withFoundation(config, async ({ storage: { db }, clock }) => {
    const [accountId, url] = [accountIn(config, options), checkedUrl(issuer)];
    await saveOidcProvider(db, { accountId, url, clientIds, createdAt: clock.now() });
    print(oidcArn(accountId, url));
  });

export const listOidc = (config: Config, options: OfAccount): Promise<void> =>
  withFoundation(config, async ({ storage: { db } }) => {
    const providers = await listOidcProviders(db, accountIn(config, options));
    const rows = providers.map(({ accountId, url, clientIds }) => [oidcArn(accountId, url), clientIds.join(' ')]);
    print(table(['PROVIDER', 'CLIENT IDS'], rows));
  });

export const deleteOidc = (config: Config, issuer: string, options: OfAccount): Promise<void> =>
  withFoundation(config, async ({ storage: { db } }) => {
    const url = withoutScheme(issuer);
    if (!(await deleteOidcProvider(db, accountIn(config, options), url)))
      throw new Error(`there is no provider ${url} ("cenote oidc-providers list" shows those there are)`);
    print(`${url}: deleted`);
  });

export const createSamlProvider = (config: Config, name: string, file: string, options: OfAccount): Promise<void> =>
  withFoundation(config, async ({ storage: { db }, clock }) => {
    const accountId = accountIn(config, options);
    if (samlProviderName(samlArn(accountId, name)) === undefined)
      throw new Error(`expected a name of letters, digits and ._-, got "${name}"`);
    const metadata = await readPolicy(file);
    readMetadata(metadata);
    await saveSamlProvider(db, { accountId, name, metadata, createdAt: clock.now() });
    print(samlArn(accountId, name));
  });

export const listSaml = (config: Config, options: OfAccount): Promise<void> =>
  withFoundation(config, async ({ storage: { db } }) => {
    const providers = await listSamlProviders(db, accountIn(config, options));
    const rows = providers.map(({ accountId, name, metadata }) => [
      samlArn(accountId, name),
      readMetadata(metadata).entityId,
    ]);
    print(table(['PROVIDER', 'ENTITY ID'], rows));
  });

export const deleteSaml = (config: Config, name: string, options: OfAccount): Promise<void> =>
  withFoundation(config, async ({ storage: { db } }) => {
    if (!(await deleteSamlProvider(db, accountIn(config, options), name)))
      throw new Error(`there is no provider ${name} ("cenote saml-providers list" shows those there are)`);
    print(`${name}: deleted`);
  });
