/** The functions behind triggers of the benchmark: they do next to nothing, so that what is measured is the way to them and back. */

export const pass = async (event: unknown): Promise<unknown> => event;

export const claim = async (event: object): Promise<unknown> => ({
  ...event,
  response: {
    claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: { tenant: 'bench' } } },
  },
});
