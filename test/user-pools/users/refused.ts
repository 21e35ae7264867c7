/** Expects a call to be refused with exactly this exception and, if given, exactly this sentence. */
import assert from 'node:assert/strict';

export const refused = (call: Promise<unknown>, name: string, message?: string): Promise<void> =>
  assert.rejects(call, { name, ...(message === undefined ? {} : { message }) });

/** What a call answers, as a stranger sees it: exception and sentence, or the output without what differs anyway. */
export const answerOf = async (call: Promise<object>): Promise<unknown> => {
  try {
    const { $metadata: _, ...output } = (await call) as Record<string, unknown>;
    return output;
  } catch (error) {
    const { name, message } = error as Error;
    return { name, message };
  }
};
