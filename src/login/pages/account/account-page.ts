/** What the account's pages have in common: who they are for, a sign-in of just now where that is demanded, and what comes of a form. */
import { AwsError } from '../../../contract/errors.ts';
import { html } from '../../../lib/html.ts';
import { findUser } from '../../../storage/users.ts';
import { isRecent, recently } from '../../browser-session.ts';
import { button, form, hidden } from '../form.ts';
import { type OwnVisit, signInFirst } from '../own-page.ts';
import { type Problem, problemOf } from '../refusals.ts';
import type { PageFile } from '../routes.ts';
import type { TextId } from '../texts/en.ts';
import { type Answer, linkTo, type Page } from '../visit.ts';
import { findOwner, type Owner } from './owner.ts';
import { pathOf, type SectionName, sections } from './sections.ts';

export type AccountVisit = Omit<OwnVisit, 'call'> & Owner;

/** What has come of a form. */
export type Result = { notice?: string; problem?: Problem };

type Action = (visit: AccountVisit) => Promise<Result | Answer>;

export type AccountFile = {
  /** undefined: the list of all sections. */
  section?: SectionName;
  /** Nobody who merely finds a browser signed in may see or do this. */
  needsRecentSignIn?: boolean;
  /** @param result of the form that was sent, with its fields in the visit where it was refused */
  show(visit: AccountVisit, result: Result): Page | Promise<Page>;
  /** By the hidden field `action`. What they throw is said on the page. */
  actions: Record<string, Action>;
  problemOf?(visit: AccountVisit, thrown: unknown): Problem;
};

export const titleOf = (section: SectionName | undefined): TextId =>
  section === undefined ? 'account.title' : `account.${section}.title`;

/** The sign-in that leads back to this page. */
const signIn = (
  { section }: AccountFile,
  ...[client, maxAge]: [Parameters<typeof signInFirst>[1], number | undefined]
) => signInFirst(pathOf(section).slice(1), client, { max_age: maxAge === undefined ? undefined : `${maxAge}` });

const closedPage = ({ say }: OwnVisit): Page => ({
  title: say('account.title'),
  problem: { error: say('account.closed') },
  status: 403,
  content: html``,
});

/** As if there were no such address, for whom it has nothing. */
const missingPage = ({ say }: OwnVisit): Page => ({
  title: say('account.title'),
  problem: { error: say('error.notFound') },
  status: 404,
  content: html``,
});

const isThere = ({ section }: AccountFile, { call: { pool, signedIn } }: Owner): boolean =>
  section === undefined || sections[section].isFor(pool, signedIn.user);

/** Only the client is carried from page to page: its style goes along with it. */
const asOwner = (visit: OwnVisit, owner: Owner): AccountVisit => ({
  ...visit,
  ...owner,
  query: new URLSearchParams({ client_id: visit.client?.id ?? owner.call.client.id }).toString(),
});

type Work = (visit: AccountVisit) => Promise<Answer>;

const withOwner = async (visit: OwnVisit, file: AccountFile, work: Work): Promise<Answer> => {
  const found = await findOwner(visit);
  if (found === 'closed') return closedPage(visit);
  if ('signInThrough' in found) return signIn(file, found.signInThrough, found.maxAge);
  if (!isThere(file, found)) return withWayBack(asOwner(visit, found), file, missingPage(visit));
  if (file.needsRecentSignIn && !isRecent(found.call, found.session)) return signIn(file, found.call.client, recently);
  return work(asOwner(visit, found));
};

const withWayBack = (visit: AccountVisit, file: AccountFile, page: Page): Page =>
  file.section === undefined
    ? page
    : {
        ...page,
        content: html`${page.content}<div class="links"><p><a href="${linkTo(visit, pathOf())}">${visit.say('account.back')}</a></p></div>`,
      };

/** What the API refuses already to look at is said in place of it. */
const present = async (visit: AccountVisit, file: AccountFile, result: Result): Promise<Page> => {
  try {
    return withWayBack(visit, file, { ...result, ...(await file.show(visit, result)) });
  } catch (thrown) {
    const title = visit.say(titleOf(file.section));
    return withWayBack(visit, file, { title, problem: problemOf(visit.say, thrown), content: html`` });
  }
};

/** The visit after a change: without the form, and with the user as they are now. */
const afterwards = async (visit: AccountVisit): Promise<AccountVisit | undefined> => {
  const { call } = visit;
  const user = await findUser(call.db, call.pool.id, call.signedIn.user.sub);
  return user && { ...visit, form: {}, call: { ...call, signedIn: { ...call.signedIn, user } } };
};

const act = async (visit: AccountVisit, file: AccountFile, action: Action): Promise<Answer> => {
  try {
    const result = await action(visit);
    if ('title' in result || 'location' in result) return result;
    if (result.problem !== undefined) return present(visit, file, result);
    const now = await afterwards(visit);
    return now === undefined ? signIn(file, visit.call.client, undefined) : present(now, file, result);
  } catch (thrown) {
    if (!(thrown instanceof AwsError)) throw thrown;
    const problem = (file.problemOf ?? (({ say }) => problemOf(say, thrown)))(visit, thrown);
    return present(visit, file, { problem });
  }
};

/** The file as the table of the pages has it. */
export const accountPage = (file: AccountFile): PageFile<OwnVisit> => ({
  show: visit => withOwner(visit, file, own => present(own, file, {})),
  submit: visit =>
    withOwner(visit, file, own => {
      const { action = '' } = own.form;
      const found = Object.hasOwn(file.actions, action) ? file.actions[action] : undefined;
      return found === undefined ? present({ ...own, form: {} }, file, {}) : act(own, file, found);
    }),
});

type ButtonForm = {
  label: string;
  action: string;
  fields?: Record<string, string | undefined>;
  kind?: 'primary' | 'secondary' | 'link';
};

/** A form that is nothing but its button. */
export const buttonForm = (visit: AccountVisit, { label, action, fields = {}, kind = 'link' }: ButtonForm) =>
  form(visit, { content: html`${hidden({ action, ...fields })}${button({ label, kind })}` });
