/** Prints messages instead of sending them: the inbox of a developer's machine. */
import type { Transport } from './transport.ts';

// What someone typed as a name or address must not steer the terminal it is printed on, nor forge a line.
const printable = (text: string): string => text.replace(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');
const oneLine = (text: string): string => printable(text).replaceAll('\n', ' ');

/** @param write takes a block of whole lines, usually to the standard output of the process: it shows codes, so it must not end in a log that is kept */
export const createLogTransport = (write: (block: string) => void): Transport => ({
  name: 'log',
  keepsContent: true,
  async send({ medium, destination, purpose, content }) {
    const lines = printable(content.text).split('\n');
    if (content.subject !== undefined) lines.unshift(`Subject: ${oneLine(content.subject)}`);
    write(
      `\n${medium} to ${oneLine(destination)} (${purpose})\n${lines.map(line => `  ${line}`.trimEnd()).join('\n')}\n\n`,
    );
  },
});
