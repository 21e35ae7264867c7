/** The TIMESTAMP of a PASSWORD_CLAIM_SIGNATURE: `Tue Sep 5 07:01:09 UTC 2026`. */

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const form = new RegExp(
  `^(?:${days.join('|')}) (${months.join('|')}) ( ?\\d|\\d\\d) (\\d\\d):(\\d\\d):(\\d\\d) (?:UTC|GMT) (\\d{4})$`,
);

/** `ms` (epoch milliseconds) as Java's `EEE MMM d HH:mm:ss z yyyy` in English and UTC; the day is not padded. */
export function formatTimestamp(ms: number): string {
  const date = new Date(ms);
  const time = date.toISOString().slice(11, 19);
  return `${days[date.getUTCDay()]} ${months[date.getUTCMonth()]} ${date.getUTCDate()} ${time} UTC ${date.getUTCFullYear()}`;
}

/**
 * Epoch milliseconds, or undefined for what is no such date. Some clients pad the day with a zero or a space, or write
 * GMT; the weekday must be a weekday but need not be the right one, since the date alone decides.
 */
export function parseTimestamp(text: string): number | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [, month, ...numbers] = match;
  const [day, hours, minutes, seconds, year] = numbers.map(Number) as [number, number, number, number, number];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const ms = Date.UTC(year, months.indexOf(month!), day, hours, minutes, seconds);
  // Date.UTC turns 30 February into 1 March, and the years 0 to 99 into 1900 to 1999.
  const date = new Date(ms);
  return date.getUTCDate() === day && date.getUTCFullYear() === year ? ms : undefined;
}
