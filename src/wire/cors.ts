/** Browsers call the API directly, from any origin, as they call AWS's: nothing here depends on cookies. */
import type { FastifyReply, FastifyRequest } from 'fastify';

export const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date',
};

const usualHeaders =
  'content-type,x-amz-target,x-amz-user-agent,cache-control,authorization,x-amz-date,x-amz-security-token,amz-sdk-invocation-id,amz-sdk-request';

/** Answers a preflight: whichever headers are asked for are allowed, as by AWS's own front end. */
export const answerPreflight = (request: FastifyRequest, reply: FastifyReply): void => {
  const asked = request.headers['access-control-request-headers'];
  const allowed = asked !== undefined && /^[\w\-, ]{1,2000}$/.test(asked) ? asked : usualHeaders;
  reply
    .code(200)
    .headers({
      ...corsHeaders,
      'access-control-allow-headers': allowed,
      'access-control-allow-methods': 'POST',
      'access-control-max-age': '172800',
      vary: 'access-control-request-headers',
    })
    .send('');
};
