/** The tags of an identity pool, by ARN: TagResource, UntagResource, ListTagsForResource. */
import { invalidParameter } from '../contract/errors.ts';
import { identityPoolNotFound } from '../contract/identity-errors.ts';
import { findIdentityPool } from '../storage/identity-pools.ts';
import { adding, removing, type Tags, tagProblem } from '../user-pools/pools/tag-rules.ts';
import type { IdentityCall, IdentityPoolCall, Operation } from './call.ts';
import { changePool } from './change.ts';
import { accountOf, findPoolOf } from './doors.ts';

const poolArn = /^arn:aws:cognito-identity:([^:]+):(\d+):identitypool\/(.+)$/;

/** @throws InvalidParameterException for an ARN of something else, ResourceNotFoundException for a pool that is not the caller's */
const findTagged = async (call: IdentityCall, arn: string): Promise<IdentityPoolCall> => {
  const [, region, account, id] = poolArn.exec(arn) ?? [];
  if (id === undefined) throw invalidParameter(`Invalid resource ARN ${arn}. Only identity pools can be tagged here.`);
  const pool = await findPoolOf(call, id);
  if (pool.region !== region || account !== accountOf(call)) throw identityPoolNotFound(id);
  return { ...call, pool };
};

const changeTags = async (call: IdentityCall, arn: string, change: (tags: Tags) => Tags) => {
  await changePool(await findTagged(call, arn), pool => {
    const tags = change(pool.config.IdentityPoolTags ?? {});
    const problem = tagProblem(tags, 'An identity pool');
    if (problem !== undefined) throw invalidParameter(problem);
    return { ...pool, config: { ...pool.config, IdentityPoolTags: tags } };
  });
  return {};
};

export const tagResource: Operation<'TagResource'> = (call, { ResourceArn, Tags }) =>
  changeTags(call, ResourceArn, adding(Tags));

export const untagResource: Operation<'UntagResource'> = (call, { ResourceArn, TagKeys }) =>
  changeTags(call, ResourceArn, removing(TagKeys));

export const listTagsForResource: Operation<'ListTagsForResource'> = async (call, { ResourceArn }) => {
  const { db, pool } = await findTagged(call, ResourceArn);
  return { Tags: (await findIdentityPool(db, pool.id))?.config.IdentityPoolTags ?? {} };
};
