/** Records what users do: sign-in, sign-up, recovery and change of passwords, codes sent again. */
import { isIP } from 'node:net';
import type {
  ContextDataType,
  EventContextDataType,
  UserContextDataType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../contract/errors.ts';
import { uuid } from '../../lib/random.ts';
import { readUserAgent } from '../../lib/user-agent.ts';
import type { AuthEvent } from '../../storage/auth-events.ts';
import type { ClientCall } from '../call/call.ts';
import { exportActivity } from './activity.ts';

/** What the request says of the user's device: UserContextData, or ContextData of an administrator's call. */
export type GivenContext = UserContextDataType | ContextDataType | undefined;

type Recording = Pick<
  ClientCall,
  'db' | 'pool' | 'client' | 'clock' | 'authEvents' | 'exportLog' | 'requestId' | 'sourceIp' | 'userAgent'
>;

/** Of an administrator's call, which tells the headers of the user's own request. */
const userAgentIn = (given: GivenContext): string | undefined =>
  given !== undefined && 'HttpHeaders' in given
    ? given.HttpHeaders?.find(({ headerName }) => headerName?.toLowerCase() === 'user-agent')?.headerValue
    : undefined;

/** An address that the client tells is believed only where the app client says so; an administrator is believed anyway. */
const ipAddress = ({ client, sourceIp }: Recording, given: GivenContext): string => {
  const isTrusted =
    given !== undefined && ('HttpHeaders' in given || client.config.EnablePropagateAdditionalUserContextData);
  return isTrusted && isIP(given.IpAddress ?? '') !== 0 ? (given.IpAddress as string) : sourceIp;
};

/** The call as it comes from the user's own device, where the request tells of one. */
export const seenFrom = (call: ClientCall, given: GivenContext): ClientCall => ({
  ...call,
  sourceIp: ipAddress(call, given),
  userAgent: userAgentIn(given) ?? call.userAgent,
});

const eventContext = (call: Recording, given: GivenContext): EventContextDataType => {
  const { app = 'Other', system = 'Other' } = readUserAgent(userAgentIn(given) ?? call.userAgent);
  return { IpAddress: ipAddress(call, given), DeviceName: `${app}, ${system}` };
};

type Happening = Pick<AuthEvent, 'sub' | 'type' | 'response' | 'password' | 'mfa'> & {
  /** Of a sign-in: the id of the attempt. */
  id?: string;
  context: GivenContext;
};

/** Takes note of an event; costs the request next to nothing, and cannot fail it. */
export const recordAuthEvent = (call: Recording, { id = uuid(), context, ...happening }: Happening): void => {
  const event: AuthEvent = {
    ...happening,
    id,
    poolId: call.pool.id,
    clientId: call.client.id,
    risk: { RiskDecision: 'NoRisk', CompromisedCredentialsDetected: false },
    context: eventContext(call, context),
    createdAt: call.clock.now(),
  };
  call.authEvents.record(event);
  void exportActivity(call, event);
};

/**
 * Does `work` and records how it ended. What a limit refuses is not recorded: otherwise a stranger could fill the database
 * with the events of somebody else.
 */
export const recorded = async <T>(
  call: Recording,
  event: Omit<Happening, 'response'> & { passes?: AuthEvent['response'] },
  work: () => Promise<T>,
): Promise<T> => {
  const { passes = 'Pass', ...happening } = event;
  try {
    const result = await work();
    recordAuthEvent(call, { ...happening, response: passes });
    return result;
  } catch (error) {
    if (error instanceof AwsError && error.name !== 'LimitExceededException')
      recordAuthEvent(call, { ...happening, response: 'Fail' });
    throw error;
  }
};
