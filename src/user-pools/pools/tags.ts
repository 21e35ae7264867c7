/** The tags of a pool, or of its replica in another region, by ARN: TagResource, UntagResource, ListTagsForResource. */
import { invalidParameter, userPoolNotFound } from '../../contract/errors.ts';
import { findPool, savePool, type UserPool } from '../../storage/pools.ts';
import { accountOf } from '../call/account.ts';
import type { Call, Operation } from '../call/call.ts';
import { withPool } from './change.ts';
import { adding, removing, type Tags, tagProblem } from './tag-rules.ts';

type Tagged = { pool: UserPool; region: string };

const userPoolArn = /^arn:aws:cognito-idp:([^:]+):(\d+):userpool\/(.+)$/;

/** A replica has tags of its own. */
const tagsOf = ({ settings: { replicas = {} }, config, region }: UserPool, where: string): Tags | undefined =>
  where === region ? (config.UserPoolTags ?? {}) : replicas[where]?.tags;

const withTags = (pool: UserPool, where: string, tags: Tags): UserPool => {
  const { config, settings, region } = pool;
  if (where === region)
    return { ...pool, config: { ...config, UserPoolTags: Object.keys(tags).length > 0 ? tags : undefined } };
  const { replicas = {} } = settings;
  const replica = replicas[where];
  if (replica === undefined) throw userPoolNotFound(pool.id);
  return { ...pool, settings: { ...settings, replicas: { ...replicas, [where]: { ...replica, tags } } } };
};

/**
 * Whose tags the ARN asks for, fresh from the database.
 * @throws InvalidParameterException for an ARN of something else, ResourceNotFoundException for a pool that is not the caller's
 */
const findTagged = async (call: Call, arn: string): Promise<Tagged> => {
  const [, region = '', account, id] = userPoolArn.exec(arn) ?? [];
  if (id === undefined) throw invalidParameter(`Invalid resource ARN ${arn}. Only user pools can be tagged here.`);
  const pool = await call.directory.pool(id);
  const current = pool && (await findPool(call.db, pool.id));
  const own = account === accountOf(call) && current?.accountId === account;
  if (current === undefined || !own || tagsOf(current, region) === undefined) throw userPoolNotFound(id);
  return { pool: current, region };
};

const changeTags = async (call: Call, arn: string, change: (tags: Tags) => Tags) => {
  const { pool, region } = await findTagged(call, arn);
  await withPool({ ...call, pool }, async (tx, current) => {
    const tags = change(tagsOf(current, region) ?? {});
    const problem = tagProblem(tags);
    if (problem !== undefined) throw invalidParameter(problem);
    await savePool(tx, withTags(current, region, tags));
  });
  return {};
};

export const tagResource: Operation<'TagResource'> = (call, { ResourceArn, Tags }) =>
  changeTags(call, ResourceArn, adding(Tags));

export const untagResource: Operation<'UntagResource'> = (call, { ResourceArn, TagKeys }) =>
  changeTags(call, ResourceArn, removing(TagKeys));

export const listTagsForResource: Operation<'ListTagsForResource'> = async (call, { ResourceArn }) => {
  const { pool, region } = await findTagged(call, ResourceArn);
  return { Tags: tagsOf(pool, region) ?? {} };
};
