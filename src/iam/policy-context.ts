/** What conditions and variables of policies can ask about a request: keys without regard to case, each with one value or several. */

export type PolicyContext = ReadonlyMap<string, readonly string[]>;

/** What is put into a context; what is undefined is not there. */
export type ContextFacts = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The values of the later facts take the place of the earlier ones'. */
export const policyContext = (...facts: (ContextFacts | PolicyContext)[]): PolicyContext => {
  const context = new Map<string, readonly string[]>();
  for (const each of facts)
    for (const [key, value] of each instanceof Map ? each : Object.entries(each))
      if (value !== undefined) context.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
  return context;
};

export const emptyContext: PolicyContext = new Map();

export const valuesOf = (context: PolicyContext, key: string): readonly string[] =>
  context.get(key.toLowerCase()) ?? [];

/** The facts `prefix/key` of tags, as `aws:PrincipalTag/team`. */
export const tagFacts = (prefix: string, tags: Readonly<Record<string, string>>): ContextFacts =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

/** The moment, in both forms in which policies ask for it. */
export const timeFacts = (now: number): ContextFacts => ({
  'aws:CurrentTime': new Date(now).toISOString().replace(/\.\d+/, ''),
  'aws:EpochTime': String(Math.floor(now / 1000)),
});
