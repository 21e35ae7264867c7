/** The operations on terms documents: links to the terms of use and the privacy policy of an app client. */
import type { TermsType } from '@aws-sdk/client-cognito-identity-provider';
import { clientNotFound, invalidParameter, termsExist, termsNotFound } from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import { holdClient } from '../../storage/clients.ts';
import {
  deleteTerms as deleteRecord,
  findTerms,
  findTermsOfClient,
  holdTerms,
  insertTerms,
  listTerms as listRecords,
  saveTerms,
  type Terms,
} from '../../storage/terms.ts';
import { cutPage, pagePosition } from '../../user-pools/call/page-token.ts';
import { inPool } from '../../user-pools/doors/in-pool.ts';

const describe = ({ poolId, id, clientId, name, config, createdAt, modifiedAt }: Terms): TermsType => ({
  ...config,
  TermsId: id,
  UserPoolId: poolId,
  ClientId: clientId,
  TermsName: name,
  CreationDate: new Date(createdAt),
  LastModifiedDate: new Date(modifiedAt),
});

const isWebAddress = (link: string) => URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);

/** People follow these links from a login page: nothing but web addresses, and one for every language without its own. */
const checkLinks = (links: Record<string, string> = {}): Record<string, string> => {
  if (!Object.hasOwn(links, 'cognito:default')) throw invalidParameter('Links must include cognito:default.');
  const bad = Object.values(links).find(link => !isWebAddress(link));
  if (bad !== undefined) throw invalidParameter(`${bad} is not a valid URL.`);
  return links;
};

export const createTerms = inPool<'CreateTerms'>(async ({ db, sealer, pool, clock }, input) => {
  const { ClientId, TermsName, TermsSource, Enforcement } = input;
  const now = clock.now();
  const terms: Terms = {
    poolId: pool.id,
    id: uuid(),
    clientId: ClientId,
    name: TermsName,
    config: { TermsSource, Enforcement, Links: checkLinks(input.Links) },
    createdAt: now,
    modifiedAt: now,
  };
  await db.transaction().execute(async tx => {
    if ((await holdClient(tx, sealer, pool.id, ClientId)) === undefined) throw clientNotFound(ClientId);
    if (!(await insertTerms(tx, terms))) throw termsExist(TermsName);
  });
  return { Terms: describe(terms) };
});

export const describeTerms = inPool<'DescribeTerms'>(async ({ db, pool }, { TermsId }) => {
  const terms = await findTerms(db, pool.id, TermsId);
  if (terms === undefined) throw termsNotFound();
  return { Terms: describe(terms) };
});

export const describeTermsByClient = inPool<'DescribeTermsByClient'>(async ({ db, pool, directory }, input) => {
  const { ClientId, TermsName } = input;
  if ((await directory.client(ClientId))?.poolId !== pool.id) throw clientNotFound(ClientId);
  const terms = await findTermsOfClient(db, pool.id, ClientId, TermsName);
  if (terms === undefined) throw termsNotFound();
  return { Terms: describe(terms) };
});

/** What the request does not name stays as it is; links are replaced as a whole. */
export const updateTerms = inPool<'UpdateTerms'>(async ({ db, pool, clock }, input) => {
  const updated = await db.transaction().execute(async tx => {
    const current = await holdTerms(tx, pool.id, input.TermsId);
    if (current === undefined) throw termsNotFound();
    const { TermsSource, Enforcement, Links } = current.config;
    const changed: Terms = {
      ...current,
      name: input.TermsName ?? current.name,
      config: {
        TermsSource: input.TermsSource ?? TermsSource,
        Enforcement: input.Enforcement ?? Enforcement,
        Links: input.Links === undefined ? Links : checkLinks(input.Links),
      },
      modifiedAt: clock.now(),
    };
    if (!(await saveTerms(tx, changed, changed.name !== current.name))) throw termsExist(changed.name);
    return changed;
  });
  return { Terms: describe(updated) };
});

export const deleteTerms = inPool<'DeleteTerms'>(async ({ db, pool }, { TermsId }) => {
  if (!(await deleteRecord(db, pool.id, TermsId))) throw termsNotFound();
  return {};
});

export const listTerms = inPool<'ListTerms'>(async (call, { MaxResults = 60, NextToken }) => {
  const list = `ListTerms/${call.pool.id}`;
  const [after = ''] = pagePosition(call, list, NextToken) ?? [];
  const terms = await listRecords(call.db, { poolId: call.pool.id, after, limit: MaxResults + 1 });
  const { items, next } = cutPage(call, list, terms, MaxResults, ({ id }) => [id]);
  const summaries = items.map(describe).map(({ TermsId, TermsName, Enforcement, CreationDate, LastModifiedDate }) => ({
    TermsId,
    TermsName,
    Enforcement,
    CreationDate,
    LastModifiedDate,
  }));
  return { Terms: summaries, NextToken: next };
});
