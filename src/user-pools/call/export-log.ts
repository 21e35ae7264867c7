/** What the rest of the house sees of log delivery; `messaging/log-export.ts` carries the events away. */
import type { EventSourceName } from '@aws-sdk/client-cognito-identity-provider';
import type { UserPool } from '../../storage/pools.ts';

/** What the events of each source say, as in AWS's developer guide. */
export type LogMessages = {
  userNotification: { details: string };
  userAuthEvents: {
    version: '1';
    eventId: string;
    eventType: string;
    userSub: string;
    userName: string;
    userPoolId: string;
    clientId: string;
    creationDate: string;
    eventResponse: string;
    riskLevel: string;
    riskDecision: string;
    challenges: string[];
    deviceName: string;
    ipAddress: string;
    requestId: string;
    idpName: string;
    compromisedCredentialDetected: 'true' | 'false';
    city: string;
    country: string;
    eventFeedbackValue: string;
    eventFeedbackDate: string;
    eventFeedbackProvider: string;
    hasContextData: 'true' | 'false';
  };
};

/**
 * Hands an event to where the pool's log delivery configuration says, and does nothing where it says nothing.
 * Returns at once and never throws: delivery is best effort, as Cognito's.
 */
export type ExportLog = <Source extends EventSourceName>(
  pool: Pick<UserPool, 'id' | 'settings'>,
  source: Source,
  message: LogMessages[Source],
) => void;
