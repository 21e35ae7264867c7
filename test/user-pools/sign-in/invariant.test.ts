/** Whatever the pool, the people and the order of their answers: tokens only for everything that is demanded, and once. */
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { startWorld, type World } from '../../support/world.ts';
import { closeSrp } from './srp.ts';
import { scenarios, walkSettings } from './walk/scenario.ts';
import { createWalk } from './walk/walk.ts';

let world: World;
before(async () => {
  world = await startWorld({ settings: walkSettings });
});
after(async () => {
  await closeSrp();
  await world.stop();
});

test('sign-ins by chance', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios(12), async scenario => {
      const walk = await createWalk(world, scenario);
      for (const move of scenario.moves) await walk.move(move);
      for (const person of walk.people) await walk.signIn(person, 1);
    }),
    // What failed is told with its seed; to look for a smaller case takes a long run.
    { numRuns: 20, endOnFailure: true },
  );
});
