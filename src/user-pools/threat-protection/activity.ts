/** Authentication events for those who export them (SetLogDeliveryConfiguration, userAuthEvents), in the form of AWS's logs. */
import type { AuthEvent } from '../../storage/auth-events.ts';
import { findUser } from '../../storage/users.ts';
import type { ClientCall } from '../call/call.ts';
import type { LogMessages } from '../call/export-log.ts';

type Activity = LogMessages['userAuthEvents'];

/** `Wed Jul 17 17:25:55 UTC 2024`: Java's form, which the logs have. */
const javaDate = (time: number): string => {
  const [day = '', date = '', month = '', year = '', clock = ''] = new Date(time).toUTCString().split(/,? /);
  return `${day} ${month} ${date} ${clock} UTC ${year}`;
};

const decisions: Record<string, string> = { NoRisk: 'PASS', AccountTakeover: 'ACCOUNT_TAKEOVER', Block: 'BLOCK' };

/** @param userName empty when the user is gone already */
export const activityOf = (event: AuthEvent, userName: string, requestId: string): Activity => {
  const { risk, context, password, mfa } = event;
  return {
    version: '1',
    eventId: event.id,
    eventType: event.type,
    userSub: event.sub,
    userName,
    userPoolId: event.poolId,
    clientId: event.clientId ?? '',
    creationDate: javaDate(event.createdAt),
    eventResponse: event.response,
    riskLevel: risk.RiskLevel ?? '',
    riskDecision: decisions[risk.RiskDecision ?? 'NoRisk'] ?? '',
    challenges: [...(password ? [`Password:${password}`] : []), ...(mfa ? [`Mfa:${mfa}`] : [])],
    deviceName: context.DeviceName ?? '',
    ipAddress: context.IpAddress ?? '',
    requestId,
    idpName: '',
    compromisedCredentialDetected: risk.CompromisedCredentialsDetected ? 'true' : 'false',
    city: context.City ?? '',
    country: context.Country ?? '',
    eventFeedbackValue: '',
    eventFeedbackDate: '',
    eventFeedbackProvider: '',
    hasContextData: context.IpAddress === undefined ? 'false' : 'true',
  };
};

/** Exports the event if the pool does; only then is the user's name looked up. Best effort: it fails nobody's request. */
export const exportActivity = async (
  { db, pool, exportLog, requestId }: Pick<ClientCall, 'db' | 'pool' | 'exportLog' | 'requestId'>,
  event: AuthEvent,
): Promise<void> => {
  if (!pool.settings.logDelivery?.some(({ EventSource }) => EventSource === 'userAuthEvents')) return;
  const user = await findUser(db, pool.id, event.sub).catch(() => undefined);
  exportLog(pool, 'userAuthEvents', activityOf(event, user?.username ?? '', requestId));
};
