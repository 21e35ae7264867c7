/** A number of places; who finds none free waits in line, for a time. */

export type Places = {
  /** @param patience milliseconds @returns whether there is a place; who has got one must `leave` */
  enter(patience: number): Promise<boolean>;
  leave(): void;
};

export const createPlaces = (count: number): Places => {
  const line: (() => void)[] = [];
  let taken = 0;
  return {
    async enter(patience) {
      if (taken < count) {
        taken++;
        return true;
      }
      return new Promise(resolve => {
        const enter = () => {
          clearTimeout(timer);
          resolve(true);
        };
        const timer = setTimeout(() => {
          line.splice(line.indexOf(enter), 1);
          resolve(false);
        }, patience);
        line.push(enter);
      });
    },
    leave() {
      const next = line.shift();
      // The place goes on to the next in line.
      if (next === undefined) taken--;
      else next();
    },
  };
};
