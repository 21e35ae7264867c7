/** Which attributes the scopes of a token tell of: `email`, `phone` and `profile` narrow what `openid` opens. Pure. */

const narrowing: Record<string, (attribute: string) => boolean> = {
  email: name => name === 'email' || name === 'email_verified',
  phone: name => name === 'phone_number' || name === 'phone_number_verified',
  profile: name => !/^(?:email|phone_number)(?:_verified)?$/.test(name),
};

/**
 * Whether a client with these scopes is told of the attribute, if it may read it. Without one of the narrowing scopes every attribute is
 * told: `openid` alone asks for nothing in particular, as does a sign-in through the API.
 */
export const tellsOf = (scopes: readonly string[]): ((attribute: string) => boolean) => {
  const told = scopes.flatMap(scope => narrowing[scope] ?? []);
  return attribute => told.length === 0 || told.some(tells => tells(attribute));
};

/** What a client has to be able to read for `email` and `phone` to mean anything: an address and whether it is verified. */
const demanded: Record<string, string[]> = {
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
};

/** Whether the client may read all that its scopes promise of addresses. */
export const canReadScopes = (scopes: readonly string[], readable: ReadonlySet<string>): boolean =>
  scopes.every(scope => (demanded[scope] ?? []).every(name => readable.has(name)));
