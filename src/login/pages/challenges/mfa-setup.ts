/** MFA_SETUP: a second factor is demanded, and the person chooses and sets up one. */
import { html } from '../../../lib/html.ts';
import { associateSoftwareToken, verifySoftwareToken } from '../../../user-pools/sign-in/software-token.ts';
import { appSetUp } from '../app-set-up.ts';
import { button, field } from '../form.ts';
import { type Problem, problemOf } from '../refusals.ts';
import type { Step } from '../step.ts';
import type { Answer, ErrandVisit, Page } from '../visit.ts';
import type { ChallengePage } from './challenge-page.ts';
import { stepForm, waysOut } from './form.ts';

const ways = ['SOFTWARE_TOKEN_MFA', 'EMAIL_OTP'] as const;
type Way = (typeof ways)[number];

/** A text message needs a phone number, which sign-in does not take: an administrator gives one. */
const settable = ({ parameters }: Step): Way[] => {
  const listed: string[] = JSON.parse(parameters.MFAS_CAN_SETUP ?? '[]');
  return ways.filter(way => listed.includes(way));
};

const choicePage = (visit: ErrandVisit, step: Step, problem: Problem | undefined): Page => {
  const { say } = visit;
  const offered = settable(step);
  const buttons = offered.map(way =>
    button({ label: say(`setup.${way}`), name: 'way', value: way, kind: 'secondary' }),
  );
  return {
    title: say('setup.title'),
    lead: say(offered.length > 0 ? 'setup.lead' : 'setup.onlyAdmin'),
    problem,
    content: html`${stepForm(visit, step, html`<div class="choices">${buttons}</div>`)}${waysOut(visit, step)}`,
  };
};

const emailPage = (visit: ErrandVisit, step: Step, problem: Problem | undefined): Page => {
  const { say } = visit;
  const email = field({
    name: 'email',
    type: 'email',
    label: say('field.email'),
    autocomplete: 'email',
    autofocus: true,
  });
  return {
    title: say('setupEmail.title'),
    problem,
    graphic: 'EMAIL',
    content: html`${stepForm(visit, step, html`${email}${button({ label: say('setupEmail.submit') })}`)}${waysOut(visit, step)}`,
  };
};

const appPage = async (visit: ErrandVisit, step: Step, problem: Problem | undefined): Promise<Page> => {
  const { say } = visit;
  const { picture, fields } = await appSetUp(visit, { name: step.username, secret: step.notes.secret ?? '', problem });
  return {
    title: say('totp.title'),
    lead: say('totp.scan'),
    problem,
    content: html`${picture}${stepForm(visit, step, fields)}${waysOut(visit, step)}`,
  };
};

/** Only one way: there is nothing to choose. */
const wayOf = (step: Step): string | undefined => {
  const [only, ...others] = settable(step);
  return step.notes.way ?? (others.length === 0 ? only : undefined);
};

const showWay = async (visit: ErrandVisit, step: Step, problem?: Problem): Promise<Page> => {
  const way = wayOf(step);
  if (way === 'EMAIL_OTP') return emailPage(visit, step, problem);
  if (way !== 'SOFTWARE_TOKEN_MFA') return choicePage(visit, step, problem);
  if (step.notes.secret !== undefined) return appPage(visit, step, problem);
  const { SecretCode: secret = '', Session = step.session } = await associateSoftwareToken(visit.call, {
    Session: step.session,
  });
  return appPage(visit, { ...step, session: Session, notes: { ...step.notes, way, secret } }, problem);
};

/** The code of the app goes to VerifySoftwareToken, whose session is the answer to the challenge. */
const verify = async (visit: ErrandVisit, step: Step): Promise<Step | Answer> => {
  const { say, form, call } = visit;
  const UserCode = (form.code ?? '').replace(/\s/g, '');
  try {
    const { Session = '' } = await verifySoftwareToken(call, {
      Session: step.session,
      UserCode,
      FriendlyDeviceName: form.device_name || undefined,
    });
    return { ...step, session: Session };
  } catch (thrown) {
    return showWay(visit, step, problemOf(say, thrown, { code: 'code' }));
  }
};

export const mfaSetupPage: ChallengePage = {
  show: showWay,
  read: (_, { email }): Record<string, string> => (email ? { EMAIL: email.trim() } : {}),

  async submit(visit, step) {
    const chosen = settable(step).find(way => way === visit.form.way);
    if (chosen !== undefined) return showWay(visit, { ...step, notes: { ...step.notes, way: chosen } });
    return step.notes.secret === undefined ? step : verify(visit, step);
  },
};
