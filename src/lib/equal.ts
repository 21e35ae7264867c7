/** Comparison of secrets whose duration does not tell where they differ. */
import { hash, timingSafeEqual } from 'node:crypto';

/**
 * Whether two texts are the same. Hashing first makes them equally long, so that not even the length of the secret
 * decides where the comparison stops.
 */
export function constantTimeEqual(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}
