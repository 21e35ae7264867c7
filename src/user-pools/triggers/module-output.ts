/** What a function prints, line by line, within bounds: a guest must not fill the server's log. */
import type { Readable } from 'node:stream';

const longestLine = 2000;
/** Lines, and milliseconds. */
const burst = 100;
const interval = 1000;

/** @param print gets whole lines; of those too many in a second, how many were left out */
export const logOutput = (stream: Readable, print: (line: string) => void): void => {
  let rest = '';
  let printed = 0;
  let leftOut = 0;
  let pause: NodeJS.Timeout | undefined;

  const reopen = () => {
    pause = undefined;
    if (leftOut > 0) print(`(${leftOut} lines were left out)`);
    printed = leftOut = 0;
  };
  const put = (line: string) => {
    pause ??= setTimeout(reopen, interval).unref();
    if (++printed > burst) leftOut++;
    else print(line.slice(0, longestLine));
  };
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    // Of a line without an end only as much is kept as would be printed.
    rest = (lines.pop() ?? '').slice(0, longestLine);
    for (const line of lines) put(line);
  });
  stream.on('end', () => {
    if (rest !== '') put(rest);
    if (pause !== undefined) {
      clearTimeout(pause);
      reopen();
    }
  });
};
