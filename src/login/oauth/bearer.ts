/** Access tokens as they come to endpoints of the protocol: in the header, or in a form (RFC 6750 §2); never in a query. */
import type { FastifyRequest } from 'fastify';
import { AwsError } from '../../contract/errors.ts';
import { OAuthError, type OAuthErrorCode } from './errors.ts';

/** @returns undefined when there is none, or more than one */
export const bearerToken = (request: FastifyRequest): string | undefined => {
  const [, inHeader] = /^bearer +([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
  const { access_token: inForm } = (request.body ?? {}) as { access_token?: unknown };
  if (inHeader !== undefined && inForm !== undefined) return undefined;
  return inHeader ?? (typeof inForm === 'string' ? inForm : undefined);
};

const bearerError = (status: number, code: OAuthErrorCode, description: string) =>
  new OAuthError(code, {
    status,
    description,
    headers: { 'www-authenticate': `Bearer error="${code}", error_description="${description}"` },
  });

export const badBearerRequest = (description: string) => bearerError(400, 'invalid_request', description);

/** What the API says of a token, in Cognito's one sentence. */
export const invalidToken = (thrown: unknown): unknown =>
  thrown instanceof AwsError && thrown.status < 500
    ? bearerError(
        401,
        'invalid_token',
        'Access token is expired, disabled, or deleted, or the user has globally signed out.',
      )
    : thrown;
