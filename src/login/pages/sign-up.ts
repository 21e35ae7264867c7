/** `/signup`: SignUp with what the pool demands of a new user. */
import { AwsError } from '../../contract/errors.ts';
import { html } from '../../lib/html.ts';
import { missingAttributes } from '../../user-pools/attributes/values.ts';
import { confirmationOrder } from '../../user-pools/factors/contacts.ts';
import { sealSignUpProof } from '../../user-pools/sign-in/sign-up-proof.ts';
import { signUp } from '../../user-pools/users/sign-up.ts';
import { allowsNoPassword } from '../../user-pools/users/without-password.ts';
import { attributeField, attributeFields, readAttributeFields } from './attribute-fields.ts';
import { confirmPage } from './confirm-page.ts';
import { button, field, form } from './form.ts';
import { nameField } from './names.ts';
import { passwordRules } from './password-fields.ts';
import { type FieldNames, type Problem, problemOf } from './refusals.ts';
import { contextOf } from './sign-in.ts';
import { signInPage } from './sign-in-page.ts';
import { goesOnAfterSignUp, resumeSignIn } from './start-sign-in.ts';
import { termsLinks } from './terms-links.ts';
import { type Answer, type ErrandVisit, linkTo, type Page } from './visit.ts';
import { allowsSignUp, takesOwnUsers } from './ways.ts';

/** What is asked for besides the name: what is required, and an address by which the account can be confirmed. */
const asked = ({ call: { pool } }: ErrandVisit): string[] => {
  const names: string[] = pool.config.UsernameAttributes ?? [];
  // An e-mail address or phone number that is the name is not asked for again.
  const required = missingAttributes(pool, {}).filter(name => names.length !== 1 || name !== names[0]);
  const contacts: string[] = confirmationOrder(pool);
  const isReachable = contacts.length === 0 || contacts.some(name => required.includes(name) || names.includes(name));
  return isReachable ? required : [...required, contacts.at(-1) as string];
};

const signUpPage = async (visit: ErrandVisit, problem?: Problem): Promise<Page> => {
  const { say, call, form: values } = visit;
  const optional = allowsNoPassword(call.pool);
  const label = say('field.password');
  const content = html`${nameField(visit, {
    value: values.username,
    signingUp: true,
    autofocus: problem?.fields === undefined,
    error: problem?.fields?.username,
  })}${attributeFields(visit, asked(visit), { values, errors: problem?.fields })}${field({
    name: 'password',
    type: 'password',
    label: optional ? say('field.optional', { label }) : label,
    autocomplete: 'new-password',
    optional,
    maxlength: 256,
    error: problem?.fields?.password,
  })}<div class="field">${passwordRules(visit)}</div>${await termsLinks(visit)}${button({ label: say('signUp.submit'), name: 'signUpButton' })}`;
  return {
    title: say('signUp.title'),
    problem,
    content: html`${form(visit, { action: '/signup', name: 'signupform', content })}<div class="links"><p class="redirect-customizable">${say('signUp.have')} <a href="${linkTo(visit, '/login')}">${say('signUp.signIn')}</a></p></div>`,
  };
};

const isOpen = ({ call, errand }: ErrandVisit): boolean => allowsSignUp(call.pool) && takesOwnUsers(errand.client);

const closed = (visit: ErrandVisit): Promise<Page> =>
  signInPage(visit, { problem: { error: visit.say('refused.signUp') } });

export const show = (visit: ErrandVisit): Promise<Answer> => (isOpen(visit) ? signUpPage(visit) : closed(visit));

/** The account is there; it is confirmed by a code, or has been, or will be by an administrator. */
const proceed = async (
  visit: ErrandVisit,
  username: string,
  made: Awaited<ReturnType<typeof signUp>>,
): Promise<Answer> => {
  const { call, say, form: fields } = visit;
  const proof = fields.password ? await sealSignUpProof(call, made.UserSub ?? '') : undefined;
  if (made.UserConfirmed)
    return proof === undefined || !goesOnAfterSignUp(visit)
      ? signInPage(visit, { username })
      : resumeSignIn(visit, username, proof);
  if (made.CodeDeliveryDetails === undefined) return signInPage(visit, { username, notice: say('confirm.pending') });
  return confirmPage(visit, {
    username,
    destination: made.CodeDeliveryDetails.Destination,
    trace: { sign_up: made.Session, proof },
  });
};

/** An address that is the name has no field of its own. */
const fieldsOf = (visit: ErrandVisit): FieldNames => ({
  password: 'password',
  username: 'username',
  attribute: name => (asked(visit).includes(name) ? attributeField(name) : 'username'),
});

/** The account is there all the same: another code may be asked for. */
const isUndelivered = (thrown: unknown): boolean =>
  thrown instanceof AwsError && /^CodeDelivery|^Invalid(?:Sms|Email)Role/.test(thrown.name);

export const submit = async (visit: ErrandVisit): Promise<Answer> => {
  const { call, form: fields, say } = visit;
  if (!isOpen(visit)) return closed(visit);
  const username = fields.username?.trim() ?? '';
  const attributes = readAttributeFields(fields, asked(visit));
  if (username === '') return signUpPage(visit, { fields: { username: say('refused.missing') } });
  try {
    const made = await signUp(call, {
      ClientId: call.client.id,
      Username: username,
      Password: fields.password || undefined,
      UserAttributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      UserContextData: contextOf(fields),
    });
    return await proceed(visit, username, made);
  } catch (thrown) {
    if (isUndelivered(thrown)) return confirmPage(visit, { username, problem: problemOf(say, thrown) });
    return signUpPage(visit, problemOf(say, thrown, fieldsOf(visit)));
  }
};
