/** `/account/second-factors`: the authenticator app, and which second factors somebody is asked for. */
import { html } from '../../../lib/html.ts';
import type { MfaFactor } from '../../../storage/users.ts';
import { shownName } from '../../../user-pools/call/sign-in-names.ts';
import { askableFactors, hasFactor, mfaFactors, offeredFactors } from '../../../user-pools/factors/second-factors.ts';
import { associateSoftwareToken, verifySoftwareToken } from '../../../user-pools/sign-in/software-token.ts';
import { setUserMFAPreference } from '../../../user-pools/users/mfa-preference.ts';
import { appSetUp } from '../app-set-up.ts';
import { form, hidden } from '../form.ts';
import { type Problem, problemOf } from '../refusals.ts';
import { linkTo, type Page } from '../visit.ts';
import { type AccountVisit, accountPage, buttonForm } from './account-page.ts';
import { rows } from './rows.ts';

const settings = {
  SMS_MFA: 'SMSMfaSettings',
  SOFTWARE_TOKEN_MFA: 'SoftwareTokenMfaSettings',
  EMAIL_OTP: 'EmailMfaSettings',
} as const satisfies Record<MfaFactor, string>;

const flags = { SMS_MFA: 'phone_number_verified', EMAIL_OTP: 'email_verified' } as const;

/** What is not verified may be anybody's: whoever is asked for a code from there might be locked out. */
const isReady = ({ call: { signedIn } }: AccountVisit, factor: MfaFactor): boolean =>
  hasFactor(signedIn.user, factor) &&
  (factor === 'SOFTWARE_TOKEN_MFA' || signedIn.user.attributes[flags[factor]] === 'true');

const isAsked = ({ call: { pool, signedIn } }: AccountVisit, factor: MfaFactor): boolean =>
  askableFactors(pool, signedIn.user).includes(factor);

/** Where the pool demands a second factor, some are asked for whatever the person says, and the last one cannot be given up. */
const canStop = (visit: AccountVisit, factor: MfaFactor): boolean => {
  const { pool, signedIn } = visit.call;
  const enabled = signedIn.user.factors.enabled?.filter(each => each !== factor);
  const left = askableFactors(pool, { ...signedIn.user, factors: { ...signedIn.user.factors, enabled } });
  const required = pool.config.MfaConfiguration === 'ON';
  return isAsked(visit, factor) && !left.includes(factor) && (!required || left.length > 0);
};

const state = (visit: AccountVisit, factor: MfaFactor): string => {
  const { say, call } = visit;
  const { preferred } = call.signedIn.user.factors;
  if (isAsked(visit, factor))
    return say(preferred === factor ? 'account.second-factors.first' : 'account.second-factors.on');
  if (factor === 'SOFTWARE_TOKEN_MFA' || isReady(visit, factor)) return say('account.second-factors.off');
  return say('account.second-factors.needsContact');
};

const row = (visit: AccountVisit, factor: MfaFactor) => {
  const { say, call } = visit;
  const { factors } = call.signedIn.user;
  const name = say(`account.second-factors.${factor}`);
  const one = (action: string, label: string) => buttonForm(visit, { label, action, fields: { factor } });
  const isOne = askableFactors(call.pool, call.signedIn.user).length > 1;
  const app = factor === 'SOFTWARE_TOKEN_MFA';
  return {
    title: name,
    details: [app && factors.totp?.name, state(visit, factor)],
    actions: html`${
      app &&
      one(
        'set-up',
        say(hasFactor(call.signedIn.user, factor) ? 'account.second-factors.replace' : 'setup.SOFTWARE_TOKEN_MFA'),
      )
    }${!isAsked(visit, factor) && isReady(visit, factor) && one('use', say('account.second-factors.use', { name }))}${
      isOne &&
      isAsked(visit, factor) &&
      factors.preferred !== factor &&
      one('prefer', say('account.second-factors.prefer', { name }))
    }${canStop(visit, factor) && one('stop', say('account.second-factors.stop', { name }))}`,
  };
};

const purpose = 'account-authenticator-app';
const contextOf = ({ call: { pool, signedIn } }: AccountVisit): string => `${pool.id}/${signedIn.user.sub}`;

/** The key comes back with the first code: a wrong one need not mean that the picture has to be scanned again. */
const setUpPage = async (visit: AccountVisit, secret: string, problem?: Problem): Promise<Page> => {
  const { say, call } = visit;
  const name = shownName(call.pool, call.signedIn.user);
  const { picture, fields } = await appSetUp(visit, { name, secret, problem });
  const key = call.sealer.seal(purpose, secret, contextOf(visit));
  return {
    title: say('totp.title'),
    lead: say('totp.scan'),
    problem,
    content: html`${picture}${form(visit, { content: html`${hidden({ action: 'verify', key })}${fields}` })}<div class="links"><p><a href="${linkTo(visit, visit.path)}">${say('account.cancel')}</a></p></div>`,
  };
};

const keyIn = (visit: AccountVisit): string | undefined =>
  visit.call.sealer.open(purpose, visit.form.key ?? '', contextOf(visit))?.toString();

const setUp = async (visit: AccountVisit, problem?: Problem): Promise<Page> => {
  const { SecretCode = '' } = await associateSoftwareToken(visit.call, { AccessToken: '' });
  return setUpPage(visit, SecretCode, problem);
};

/** A factor that the form names, set as the form wants it. */
const prefer = (setting: { Enabled: boolean; PreferredMfa?: boolean }) => async (visit: AccountVisit) => {
  const factor = mfaFactors.find(each => each === visit.form.factor);
  if (factor === undefined || (setting.Enabled && !isReady(visit, factor))) return {};
  await setUserMFAPreference(visit.call, { AccessToken: '', [settings[factor]]: setting });
  return { notice: visit.say('account.second-factors.done') };
};

export const { show, submit } = accountPage({
  section: 'second-factors',
  needsRecentSignIn: true,

  show: visit => ({
    title: visit.say('account.second-factors.title'),
    lead: visit.say('account.second-factors.about'),
    content: rows(offeredFactors(visit.call.pool).map(factor => row(visit, factor))),
  }),

  actions: {
    use: prefer({ Enabled: true }),
    prefer: prefer({ Enabled: true, PreferredMfa: true }),
    stop: prefer({ Enabled: false, PreferredMfa: false }),
    'set-up': visit => setUp(visit),

    async verify(visit) {
      const { say, call, form: sent } = visit;
      const secret = keyIn(visit);
      if (secret === undefined) return setUp(visit);
      try {
        await verifySoftwareToken(call, {
          AccessToken: '',
          UserCode: (sent.code ?? '').replace(/\s/g, ''),
          FriendlyDeviceName: sent.device_name || undefined,
        });
        return { notice: say('account.second-factors.done') };
      } catch (thrown) {
        return setUpPage(visit, secret, problemOf(say, thrown, { code: 'code' }));
      }
    },
  },
});
