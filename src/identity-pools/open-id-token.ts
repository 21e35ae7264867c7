/** GetOpenIdToken: the token of the basic (classic) flow, with which clients go to STS themselves. */
import { classicFlowDisabled, classicFlowWithMappings } from '../contract/identity-errors.ts';
import type { IdentityPoolCall, Operation } from './call.ts';
import { findClaimant } from './claimant.ts';
import { sessionTags } from './principal-tags.ts';
import { issueToken } from './token.ts';

/** With mappings it is the pool that chooses the role, and not the client. */
const checkFlow = ({ pool: { config, settings } }: IdentityPoolCall): void => {
  if (!config.AllowClassicFlow) throw classicFlowDisabled();
  if (Object.keys(settings.roleMappings ?? {}).length > 0) throw classicFlowWithMappings();
};

export const getOpenIdToken: Operation<'GetOpenIdToken'> = async (caller, { IdentityId, Logins }) => {
  const { call, claimant } = await findClaimant(caller, IdentityId, Logins, checkFlow);
  const { identityId, amr, logins } = claimant;
  const tags = sessionTags(call.pool.settings, logins);
  return { IdentityId: identityId, Token: await issueToken(call, { identityId, amr, tags }) };
};
