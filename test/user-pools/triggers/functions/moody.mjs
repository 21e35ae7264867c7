// A function of PreAuthentication that goes wrong for some people only: a mistake in what it does with their input.
const hoard = [];

const moods = {
  blocks: () => {
    for (;;);
  },
  hangs: () => new Promise(() => {}),
  exits: () => process.exit(1),
  eats: () => {
    for (;;) hoard.push(new Array(1e6).fill(hoard.length));
  },
};

export const handler = async event => {
  await new Promise(resolve => setTimeout(resolve, 50));
  await moods[event.userName]?.();
  return event;
};
