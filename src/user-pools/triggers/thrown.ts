/** The form in which AWS Lambda, and whoever stands in for it, reports what a function has thrown. Pure. */

/** Characters of a function's own words that reach the caller. */
const longestMessage = 4096;

export const boundedMessage = (message: string): string => message.slice(0, longestMessage);

/**
 * The `errorMessage` of `{"errorMessage": …, "errorType": …, "stackTrace": […]}`.
 * @param payload JSON, perhaps
 * @returns undefined when the payload is of another form
 */
export const errorOf = (payload: string): string | undefined => {
  let error: unknown;
  try {
    error = JSON.parse(payload);
  } catch {
    return undefined;
  }
  if (error === null || typeof error !== 'object' || !Object.hasOwn(error, 'errorMessage')) return undefined;
  const { errorMessage } = error as { errorMessage: unknown };
  return typeof errorMessage === 'string' ? boundedMessage(errorMessage) : undefined;
};
