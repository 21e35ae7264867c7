/** The table of contents of the identity pools API: one line an operation. */
import type { IdentityOperationName, IdentityOperationTable } from '../contract/operations.ts';
import type { IdentityCall } from '../identity-pools/call.ts';
import { getCredentialsForIdentity } from '../identity-pools/credentials.ts';
import * as developerIdentities from '../identity-pools/developer-identities.ts';
import { getOpenIdTokenForDeveloperIdentity } from '../identity-pools/developer-token.ts';
import { getId } from '../identity-pools/get-id.ts';
import * as identities from '../identity-pools/identities.ts';
import { getOpenIdToken } from '../identity-pools/open-id-token.ts';
import * as pools from '../identity-pools/pools.ts';
import * as roles from '../identity-pools/roles.ts';
import * as tagMaps from '../identity-pools/tag-maps.ts';
import * as tags from '../identity-pools/tags.ts';

export const identityPoolOperations = {
  // Identity pools
  CreateIdentityPool: pools.createIdentityPool,
  DeleteIdentityPool: pools.deleteIdentityPool,
  DescribeIdentityPool: pools.describeIdentityPool,
  ListIdentityPools: pools.listIdentityPools,
  UpdateIdentityPool: pools.updateIdentityPool,

  // Roles, attributes for access control, tags
  GetIdentityPoolRoles: roles.getIdentityPoolRoles,
  GetPrincipalTagAttributeMap: tagMaps.getPrincipalTagAttributeMap,
  ListTagsForResource: tags.listTagsForResource,
  SetIdentityPoolRoles: roles.setIdentityPoolRoles,
  SetPrincipalTagAttributeMap: tagMaps.setPrincipalTagAttributeMap,
  TagResource: tags.tagResource,
  UntagResource: tags.untagResource,

  // What applications call for their users
  GetCredentialsForIdentity: getCredentialsForIdentity,
  GetId: getId,
  GetOpenIdToken: getOpenIdToken,
  UnlinkIdentity: identities.unlinkIdentity,

  // Identities
  DeleteIdentities: identities.deleteIdentities,
  DescribeIdentity: identities.describeIdentity,
  ListIdentities: identities.listIdentities,

  // Identities of the developer's own users
  GetOpenIdTokenForDeveloperIdentity: getOpenIdTokenForDeveloperIdentity,
  LookupDeveloperIdentity: developerIdentities.lookupDeveloperIdentity,
  MergeDeveloperIdentities: developerIdentities.mergeDeveloperIdentities,
  UnlinkDeveloperIdentity: developerIdentities.unlinkDeveloperIdentity,
} satisfies Required<Pick<IdentityOperationTable<IdentityCall>, IdentityOperationName>>;
