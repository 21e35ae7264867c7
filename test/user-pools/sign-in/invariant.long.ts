/** Many sign-ins by chance, each with more moves, on both engines. */
import { after, test } from 'node:test';
import fc from 'fast-check';
import { engines } from '../../support/databases.ts';
import { startWorld } from '../../support/world.ts';
import { closeSrp } from './srp.ts';
import { scenarios, walkSettings } from './walk/scenario.ts';
import { createWalk } from './walk/walk.ts';

after(closeSrp);

for (const engine of engines)
  test(`sign-ins by chance (${engine})`, async () => {
    const world = await startWorld({ engine, settings: walkSettings });
    try {
      await fc.assert(
        fc.asyncProperty(scenarios(40), async scenario => {
          const walk = await createWalk(world, scenario);
          for (const move of scenario.moves) await walk.move(move);
          for (const person of walk.people) await walk.signIn(person, 1);
        }),
        { numRuns: 200 },
      );
    } finally {
      await world.stop();
    }
  });
