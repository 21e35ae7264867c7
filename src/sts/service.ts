/** Security Token Service: temporary credentials for those whom roles trust. */
import { AwsError } from '../contract/errors.ts';
import type { AssumeRole } from '../iam/assume-role.ts';
import { shortestSession } from '../iam/assume-role.ts';
import type { AssumeRoleAs } from '../iam/assume-role-as.ts';
import type { Principal } from '../iam/authorize.ts';
import { parseRoleArn } from '../iam/role-record.ts';
import type { SessionTokens } from '../iam/session-token.ts';
import type { Parameters, QueryRequest, QueryService } from '../wire/aws-query.ts';
import type { XmlContent } from '../wire/xml.ts';
import { assumedRoleXml, credentialsXml } from './answer.ts';
import { duration, invalid, members, optional, refuseUnsupported, required } from './parameters.ts';
import type { VerifiedIdentity } from './web-identity.ts';

export type StsDeps = {
  assumeRole: AssumeRole;
  assumeRoleAs: AssumeRoleAs;
  tokens: SessionTokens;
  /** @throws AwsError InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError */
  verifyIdentity(token: string, accountId: string): Promise<VerifiedIdentity>;
};

const hour = 3600;
const roleSession = { least: shortestSession, most: 12 * hour };
const userSession = { usual: 12 * hour, least: shortestSession, most: 36 * hour };

const longestPolicy = 2048;
const roleOf = (parameters: Parameters) => ({
  roleArn: required(parameters, 'RoleArn', 20, 2048),
  sessionName: required(parameters, 'RoleSessionName', 2, 64),
  durationSeconds: duration(parameters, hour, roleSession),
  sessionPolicy: optional(parameters, 'Policy', 1, longestPolicy),
});

const tagsOf = (parameters: Parameters): Record<string, string> => {
  const list = members(parameters, 'Tags');
  if (list.some(({ Key, Value }) => Key === undefined || Value === undefined))
    throw invalid('Each of the Tags needs a Key and a Value.');
  const keys = list.map(({ Key = '' }) => Key.toLowerCase());
  if (new Set(keys).size < keys.length)
    throw invalid('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
  return Object.fromEntries(list.map(({ Key, Value }) => [Key, Value]));
};

const signerOf = ({ principal }: QueryRequest): Principal => {
  if (principal === null) throw new AwsError('AccessDenied', 'The request is not signed.');
  return principal;
};

const assumeRole =
  ({ assumeRoleAs }: StsDeps) =>
  async (request: QueryRequest): Promise<XmlContent> => {
    const { parameters, facts } = request;
    refuseUnsupported(parameters, ['PolicyArns', 'ProvidedContexts', 'SerialNumber', 'SourceIdentity', 'TokenCode']);
    const tags = tagsOf(parameters);
    const transitiveKeys = members(parameters, 'TransitiveTagKeys').map(each => each[''] ?? '');
    const stranger = transitiveKeys.find(key => !Object.hasOwn(tags, key));
    if (stranger !== undefined) throw invalid(`The transitive tag key ${stranger} is not among the Tags.`);
    const asked = roleOf(parameters);
    const externalId = optional(parameters, 'ExternalId', 2, 1224);
    const principal = signerOf(request);
    const assumed = await assumeRoleAs({ principal, ...asked, externalId, tags, transitiveKeys, facts });
    return assumedRoleXml(assumed, asked.sessionPolicy !== undefined || Object.keys(tags).length > 0);
  };

const assumeRoleWithWebIdentity =
  ({ assumeRole, verifyIdentity }: StsDeps) =>
  async ({ parameters, facts }: QueryRequest): Promise<XmlContent> => {
    refuseUnsupported(parameters, ['PolicyArns', 'ProviderId']);
    const asked = roleOf(parameters);
    const token = required(parameters, 'WebIdentityToken', 4, 20_000);
    const identity = await verifyIdentity(token, parseRoleArn(asked.roleArn)?.accountId ?? '');
    const assumed = await assumeRole({ ...asked, identity, facts: Object.fromEntries(facts) });
    return {
      ...assumedRoleXml(assumed, asked.sessionPolicy !== undefined || identity.tags !== undefined),
      Provider: identity.provider,
      Audience: identity.claims.aud,
      SubjectFromWebIdentityToken: identity.claims.sub,
    };
  };

/** Everybody may know who they are: no policy is asked. */
const getCallerIdentity = async (request: QueryRequest): Promise<XmlContent> => {
  const { arn, userId, accountId } = signerOf(request);
  return { Arn: arn, UserId: userId, Account: accountId };
};

const getSessionToken =
  ({ tokens }: StsDeps) =>
  async (request: QueryRequest): Promise<XmlContent> => {
    refuseUnsupported(request.parameters, ['SerialNumber', 'TokenCode']);
    const { session, accessKeyId, isRoot } = signerOf(request);
    if (session !== undefined)
      throw new AwsError('AccessDenied', 'Cannot call GetSessionToken with session credentials');
    const most = isRoot ? hour : userSession.most;
    const seconds = duration(request.parameters, Math.min(userSession.usual, most), userSession);
    const credentials = tokens.issue({ kind: 'user', parent: accessKeyId }, Math.min(seconds, most));
    return { Credentials: credentialsXml(credentials) };
  };

export const createSts = (deps: StsDeps): QueryService => ({
  signingName: 'sts',
  version: '2011-06-15',
  namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  operations: {
    AssumeRole: { signed: true, run: assumeRole(deps) },
    AssumeRoleWithWebIdentity: { signed: false, run: assumeRoleWithWebIdentity(deps) },
    GetCallerIdentity: { signed: true, run: getCallerIdentity },
    GetSessionToken: { signed: true, run: getSessionToken(deps) },
  },
});
