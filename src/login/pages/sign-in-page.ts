/** The page that a sign-in begins with. */
import { type Html, html } from '../../lib/html.ts';
import { askAnyPasskey } from '../../user-pools/factors/any-passkey.ts';
import { isAdminOnly } from '../../user-pools/factors/contacts.ts';
import { providerButtonClass } from './classic.ts';
import { button, field, form, hidden } from './form.ts';
import { nameField } from './names.ts';
import { passkeyScript } from './passkey-script.ts';
import { pictureTag } from './pictures.ts';
import type { Problem } from './refusals.ts';
import { type ErrandVisit, linkTo, type Page } from './visit.ts';
import { allowsChoice, allowsSignUp, otherProviders, takesOwnUsers, wayOf } from './ways.ts';

type State = { username?: string | undefined; problem?: Problem | undefined; notice?: string | undefined };

/** Those first that the branding names. */
const inOrder = (names: string[], first: readonly string[]): string[] => [
  ...new Set([...first.filter(name => names.includes(name)), ...names]),
];

const providerButtons = (visit: ErrandVisit): Html | false => {
  const { look, say } = visit;
  const names = inOrder(otherProviders(visit.errand.client), look.providers);
  if (names.length === 0) return false;
  // Where this sign-in goes to is asked again by the address itself.
  const query = new URLSearchParams(visit.query);
  return html`<div class="choices">${names.map(name => {
    query.set('identity_provider', name);
    const icon = look.providerIcon(name);
    const classes = ['btn idp', look.providerClass(name), providerButtonClass(name)].filter(Boolean).join(' ');
    return html`<a class="${classes}" href="/oauth2/authorize?${query.toString()}"><span>${icon && pictureTag(icon, 'idp-icon')}${say('signIn.with', { provider: name })}</span></a>`;
  })}</div>`;
};

/** The names of fields, ids and button are those of Cognito's hosted UI: tests of applications fill them in by these. */
const ownForm = (visit: ErrandVisit, { username, problem }: State, passkeys: boolean): Html => {
  const { say, call } = visit;
  const withPassword = wayOf(call) === 'password';
  const password = withPassword
    ? html`${field({
        name: 'password',
        id: 'signInFormPassword',
        type: 'password',
        label: say('field.password'),
        autocomplete: 'current-password',
        autofocus: problem?.fields === undefined && username !== undefined,
        error: problem?.fields?.password,
      })}${!isAdminOnly(call.pool) && html`<p class="aside redirect-customizable"><a href="${linkTo(visit, '/forgotPassword')}">${say('signIn.forgot')}</a></p>`}`
    : false;
  const name = nameField(visit, {
    value: username,
    id: 'signInFormUsername',
    error: problem?.fields?.username,
    autocomplete: passkeys ? 'username webauthn' : 'username',
    autofocus: problem?.fields === undefined && !(withPassword && username),
  });
  const label = say(withPassword ? 'signIn.submit' : 'signIn.next');
  return form(visit, {
    action: '/login',
    name: 'cognitoSignInForm',
    content: html`${name}${password}<input class="btn btn-primary submitButton-customizable" type="submit" name="signInSubmitButton" value="${label}">`,
  });
};

const passkeyForm = (visit: ErrandVisit, question: string): Html =>
  form(visit, {
    action: '/login',
    id: 'passkey',
    content: html`${hidden({ question, credential: '' })}${button({
      label: visit.say('signIn.passkey'),
      kind: 'secondary',
      id: 'passkey-button',
      concealed: true,
    })}<p class="error" id="passkey-problem" role="alert" hidden>${visit.say('passkey.failed')}</p>`,
  });

/** @param state the name that was typed or is known, and what has happened to it */
export const signInPage = async (visit: ErrandVisit, state: State = {}): Promise<Page> => {
  const { say, call, errand } = visit;
  const { username = errand.loginHint, problem, notice } = state;
  const own = takesOwnUsers(errand.client);
  const providers = providerButtons(visit);
  const passkey = own && allowsChoice(call) ? await askAnyPasskey(call) : undefined;
  const ways = {
    FEDERATED: providers,
    USERNAME_PASSWORD:
      own &&
      html`${ownForm(visit, { username, problem }, passkey !== undefined)}${passkey && passkeyForm(visit, passkey.question)}`,
  };
  const [first, second] = visit.look.methods.map(method => ways[method]).filter(way => way !== false);
  const or = second && html`<p class="or"><span class="idpDescription-customizable">${say('signIn.or')}</span></p>`;
  const content = html`${first}${or}${second}${!own && !providers && html`<p>${say('signIn.closed')}</p>`}${
    own &&
    allowsSignUp(call.pool) &&
    html`<div class="links"><p class="redirect-customizable">${say('signIn.new')} <a href="${linkTo(visit, '/signup')}">${say('signIn.signUp')}</a></p></div>`
  }`;
  return {
    title: say('signIn.title'),
    lead: say('signIn.lead'),
    problem,
    notice,
    content,
    script: passkey && passkeyScript('beside', passkey.options),
  };
};
