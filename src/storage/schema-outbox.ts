/** The table of messages to people. */
import type { Sealed } from './schema.ts';

export type OutboxTables = {
  outbox: {
    message_id: string;
    pool_id: string;
    sub: string;
    medium: 'EMAIL' | 'SMS';
    destination: string;
    /** What the message is for: a source of the CustomMessage trigger without its prefix, such as SignUp. */
    purpose: string;
    /** What its text is good for, such as forgot-password; null where nothing takes its place. */
    topic: string | null;
    /** What the message says, and how it is to be sent: removed once sent. */
    content: Sealed | null;
    state: 'queued' | 'sending' | 'sent' | 'failed' | 'replaced';
    tries: number;
    last_error: string | null;
    next_try_at: number;
    created_at: number;
    sent_at: number | null;
    expires_at: number;
  };
};
