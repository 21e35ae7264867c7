/**
 * `POST /_cenote/verify-signature`: another service sends what it knows of a signed request, and learns who signed it and whether their
 * policies allow what the request stands for. So one set of roles and credentials opens other services, too.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { AwsError } from '../contract/errors.ts';
import { authorize, decide, type Principal, refusalOf } from '../iam/authorize.ts';
import { type ContextFacts, policyContext, timeFacts } from '../iam/policy-context.ts';
import type { Clock } from '../lib/clock.ts';
import { sendThrown } from './aws-json.ts';
import { bodyReceiver, textOf } from './body.ts';
import { requestFacts } from './request-facts.ts';
import type { SigV4 } from './sigv4.ts';
import { invalidSecurityToken } from './sigv4-refusals.ts';
import { type Question, readQuestion } from './verify-question.ts';

export const verifyPath = '/_cenote/verify-signature';
export const verifyAction = 'cenote:VerifySignature';

export type VerifyOptions = { verify: SigV4; clock: Clock; log: Logger; behindProxy: boolean };

/** More than any request's headers take. */
const longestQuestion = 64 * 1024;

/** What the answer tells of the signer: names, and what policies could ask about them. */
const describe = ({ arn, accountId, userId, accessKeyId, isRoot, session, context }: Principal) => ({
  arn,
  accountId,
  userId,
  accessKeyId,
  type: isRoot ? 'Root' : session?.kind === 'role' ? 'AssumedRole' : 'User',
  roleArn: session?.roleArn,
  expiresAt: session && new Date(session.expiresAt).toISOString(),
  context: Object.fromEntries(context ?? []),
});

const factsOf = ({ context }: Question, region: string, now: number): ContextFacts => ({
  ...timeFacts(now),
  'aws:RequestedRegion': region,
  ...context,
});

const answerTo = async (question: Question, asker: Principal, { verify, clock }: VerifyOptions) => {
  const { service, unsignedPayload, action, resource, request } = question;
  let signer: Awaited<ReturnType<SigV4>>;
  try {
    signer = await verify(request, service, unsignedPayload);
    // Who is in another account is a stranger here.
    if (signer.principal.accountId !== asker.accountId) throw invalidSecurityToken();
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { verified: false, error: { name: error.name, message: error.message } };
  }
  const { principal, region } = signer;
  const verified = { verified: true, principal: describe(principal), region };
  if (action === undefined || resource === undefined) return verified;
  const decision = decide(principal, action, resource, policyContext(factsOf(question, region, clock.now())));
  if (decision.allowed) return { ...verified, allowed: true };
  return { ...verified, allowed: false, reason: refusalOf(principal, action, resource, decision.reason) };
};

export const addVerifySignature = (server: FastifyInstance, options: VerifyOptions): void => {
  const { verify, clock, log, behindProxy } = options;

  const run = async (request: FastifyRequest) => {
    const { method = 'POST', url = '/', headers, rawHeaders } = request.raw;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const host = behindProxy ? request.host : undefined;
    const { principal, region } = await verify({ method, url, headers, rawHeaders, host, body }, 'sts');
    request.facts.account = principal.accountId;
    authorize(principal, verifyAction, '*', policyContext(requestFacts(request, region, clock.now())));
    return answerTo(readQuestion(textOf(body)), principal, options);
  };

  server.register(async api => {
    api.removeAllContentTypeParsers();
    api.addContentTypeParser(
      '*',
      bodyReceiver(() => longestQuestion),
    );
    api.post(verifyPath, (request: FastifyRequest, reply: FastifyReply) => {
      request.facts.operation = 'VerifySignature';
      run(request)
        .then(answer => {
          reply
            .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
            .type('application/json')
            .send(answer);
        })
        .catch(error => sendThrown(request, reply, log, error));
    });
  });
};
