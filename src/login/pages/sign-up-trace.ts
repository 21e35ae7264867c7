/** What the fields of a form say of the sign-up before it. */
import type { SignUpTrace } from './confirm-page.ts';
import type { Form } from './visit.ts';

export const traceOf = ({ sign_up, proof }: Form): SignUpTrace => ({
  sign_up: sign_up || undefined,
  proof: proof || undefined,
});
