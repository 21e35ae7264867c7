/** What the page of a challenge consists of. */
import type { FieldNames, Problem } from '../refusals.ts';
import type { Step } from '../step.ts';
import type { Answer, ErrandVisit, Form, Page } from '../visit.ts';

export type ChallengePage = {
  show(visit: ErrandVisit, step: Step, problem?: Problem): Page | Promise<Page>;
  /** The ChallengeResponses of the form, or what is wrong with it. */
  read(visit: ErrandVisit, form: Form, step: Step): Record<string, string> | Problem;
  /** Errors about the fields of the form are said beside them. */
  fields?: FieldNames;
  /** Where there is more to do before the engine is answered: another page, or the step to answer. */
  submit?(visit: ErrandVisit, step: Step): Promise<Answer | Step>;
};

export const isProblem = (read: Record<string, string> | Problem): read is Problem =>
  'fields' in read || 'error' in read;
