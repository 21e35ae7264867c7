/** What people see and say of authentication events: AdminListUserAuthEvents, AdminUpdateAuthEventFeedback, UpdateAuthEventFeedback. */
import type { AuthEventType, ChallengeResponseType } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError, invalidFeedbackToken, userNotFound, userPoolNotFound } from '../../contract/errors.ts';
import { type Feedback, listEvents, type RecordedEvent, saveFeedback } from '../../storage/auth-events.ts';
import type { Call, Operation, PoolCall } from '../call/call.ts';
import { cutPage, pagePosition } from '../call/page-token.ts';
import { lookUpUser } from '../call/sign-in-names.ts';
import { onUser } from '../doors/in-pool.ts';

const pageSize = 60;
const tokenLifetime = 7 * 24 * 60 * 60 * 1000;

/** Cognito keeps events only where threat protection is switched on; here plans and add-ons withhold nothing unless told to. */
const requireAddOn = ({ enforcesTiers, pool }: PoolCall): void => {
  const { AdvancedSecurityMode = 'OFF' } = pool.config.UserPoolAddOns ?? {};
  if (enforcesTiers && AdvancedSecurityMode === 'OFF')
    throw new AwsError('UserPoolAddOnNotEnabledException', 'User pool add-ons are not enabled for the user pool.');
};

const challengeResponses = ({ password, mfa }: RecordedEvent): ChallengeResponseType[] => [
  ...(password ? [{ ChallengeName: 'Password' as const, ChallengeResponse: password }] : []),
  ...(mfa ? [{ ChallengeName: 'Mfa' as const, ChallengeResponse: mfa }] : []),
];

const describeEvent = (event: RecordedEvent): AuthEventType => ({
  EventId: event.id,
  EventType: event.type,
  CreationDate: new Date(event.createdAt),
  EventResponse: event.response,
  EventRisk: event.risk,
  ChallengeResponses: challengeResponses(event),
  EventContextData: event.context,
  EventFeedback: event.feedback && {
    FeedbackValue: event.feedback.value,
    Provider: event.feedback.provider,
    FeedbackDate: new Date(event.feedback.givenAt),
  },
});

export const adminListUserAuthEvents = onUser<'AdminListUserAuthEvents'>(async (call, { MaxResults, NextToken }) => {
  const { db, pool, user, authEvents } = call;
  requireAddOn(call);
  const list = `AdminListUserAuthEvents/${pool.id}/${user.sub}`;
  const [createdAt, id] = pagePosition(call, list, NextToken) ?? [];
  const after = createdAt === undefined || id === undefined ? undefined : { createdAt: Number(createdAt), id };
  // 0 stands for the default, as in the wire protocol's integers.
  const limit = MaxResults || pageSize;
  await authEvents.written();
  const found = await listEvents(db, { poolId: pool.id, sub: user.sub, after, limit: limit + 1 });
  const { items, next } = cutPage(call, list, found, limit, last => [String(last.createdAt), last.id]);
  return { AuthEvents: items.map(describeEvent), NextToken: next };
});

type Said = { sub: string; id: string; value: Feedback['value']; provider: Feedback['provider'] };

/** @throws ResourceNotFoundException when the user has no such event */
const give = async (call: PoolCall, { sub, id, value, provider }: Said): Promise<void> => {
  await call.authEvents.written();
  const feedback = { value, provider, givenAt: call.clock.now() };
  if (!(await saveFeedback(call.db, { poolId: call.pool.id, sub, id }, feedback)))
    throw new AwsError('ResourceNotFoundException', `Event ${id} does not exist.`);
};

export const adminUpdateAuthEventFeedback = onUser<'AdminUpdateAuthEventFeedback'>(
  async (call, { EventId, FeedbackValue }) => {
    requireAddOn(call);
    await give(call, { sub: call.user.sub, id: EventId, value: FeedbackValue, provider: 'Admin' });
    return {};
  },
);

type Token = { sub: string; id: string; expiresAt: number };

/** A FeedbackToken, as it stands in the links of notifications: whoever has it may say what they think of this one event. */
export const feedbackToken = (
  { sealer, clock, pool }: Pick<PoolCall, 'sealer' | 'clock' | 'pool'>,
  { sub, id }: Pick<RecordedEvent, 'sub' | 'id'>,
): string => {
  const token: Token = { sub, id, expiresAt: clock.now() + tokenLifetime };
  return sealer.seal('feedback', JSON.stringify(token), pool.id);
};

/** @throws NotAuthorizedException for a token that is not ours, of another event, or expired */
const openToken = ({ sealer, clock, pool }: PoolCall, text: string, eventId: string): Token => {
  const opened = sealer.open('feedback', text, pool.id);
  const token = opened && (JSON.parse(opened.toString()) as Token);
  if (token === undefined || token.id !== eventId || token.expiresAt <= clock.now()) throw invalidFeedbackToken();
  return token;
};

/** Anybody may call this: the token is checked before anything is said of the user. */
export const updateAuthEventFeedback: Operation<'UpdateAuthEventFeedback'> = async (call: Call, input) => {
  const pool = await call.directory.pool(input.UserPoolId);
  if (pool === undefined) throw userPoolNotFound(input.UserPoolId);
  const poolCall = { ...call, pool };
  requireAddOn(poolCall);
  const { sub, id } = openToken(poolCall, input.FeedbackToken, input.EventId);
  const user = await lookUpUser(poolCall, pool, input.Username, { orSub: true });
  if (user === undefined) throw userNotFound();
  if (user.sub !== sub) throw invalidFeedbackToken();
  await give(poolCall, { sub, id, value: input.FeedbackValue, provider: 'User' });
  return {};
};
