/** Places: never more than there are, in the order of coming, and nobody waits for ever. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createPlaces } from '../../src/lib/places.ts';

it('lets in as many as there are places, then the first in line', async () => {
  const places = createPlaces(2);
  assert.deepEqual(await Promise.all([places.enter(0), places.enter(0)]), [true, true]);
  const order: string[] = [];
  const waiting = ['one', 'two'].map(name => places.enter(5000).then(isIn => order.push(`${name} ${isIn}`)));
  places.leave();
  await waiting[0];
  assert.deepEqual(order, ['one true']);
  places.leave();
  await waiting[1];
  assert.deepEqual(order, ['one true', 'two true']);
  assert.equal(await places.enter(5), false);
  places.leave();
  places.leave();
  assert.deepEqual(await Promise.all([places.enter(0), places.enter(0), places.enter(5)]), [true, true, false]);
});

it('gives no place to who has left the line', async () => {
  const places = createPlaces(1);
  await places.enter(0);
  const [impatient, patient] = [places.enter(5), places.enter(5000)];
  assert.equal(await impatient, false);
  places.leave();
  assert.equal(await patient, true);
});
