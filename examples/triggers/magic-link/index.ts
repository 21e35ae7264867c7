/** Sign-in by a link in an e-mail: DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type {
  CreateAuthChallengeTriggerHandler,
  DefineAuthChallengeTriggerHandler,
  VerifyAuthChallengeResponseTriggerHandler,
} from 'aws-lambda';

const file = new URL('./settings.json', import.meta.url);
const settings: { mailUrl: string; pageUrl: string } = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8'))
  : { mailUrl: process.env.MAIL_URL, pageUrl: process.env.PAGE_URL };

const tries = 3;

export const define: DefineAuthChallengeTriggerHandler = async event => {
  const { session, userNotFound } = event.request;
  event.response.issueTokens = !userNotFound && session.at(-1)?.challengeResult === true;
  event.response.failAuthentication = !event.response.issueTokens && session.length >= tries;
  if (!event.response.issueTokens && !event.response.failAuthentication)
    event.response.challengeName = 'CUSTOM_CHALLENGE';
  return event;
};

const send = async (to: string, secret: string) => {
  const link = new URL(settings.pageUrl);
  // What stands behind # is sent to no server, and gets into no log.
  link.hash = secret;
  const answer = await fetch(settings.mailUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to, subject: 'Your sign-in', text: `Go on here: ${link}` }),
  });
  if (!answer.ok) throw new Error('The link could not be sent');
};

export const create: CreateAuthChallengeTriggerHandler = async event => {
  const { session, userAttributes, userNotFound } = event.request;
  // Asked again after a wrong answer: the link that was sent stays good. Clients never see the metadata.
  const sent = session.at(-1)?.challengeMetadata;
  const secret = sent ?? randomBytes(32).toString('base64url');
  if (sent === undefined && !userNotFound && userAttributes.email_verified === 'true')
    await send(userAttributes.email ?? '', secret);
  event.response.publicChallengeParameters = { medium: 'EMAIL' };
  event.response.privateChallengeParameters = { secret };
  event.response.challengeMetadata = secret;
  return event;
};

const digest = (text: string) => createHash('sha256').update(text).digest();

export const verify: VerifyAuthChallengeResponseTriggerHandler = async event => {
  const { privateChallengeParameters, challengeAnswer } = event.request;
  const { secret = '' } = privateChallengeParameters;
  event.response.answerCorrect = secret !== '' && timingSafeEqual(digest(challengeAnswer), digest(secret));
  return event;
};
