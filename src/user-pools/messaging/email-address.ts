/** Addresses and header values of e-mail, such that nothing in them can be read as something else. Pure. */

/** Control characters become spaces: a value stays one header. */
export const oneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim();

/** Nothing that an SMTP command or a header could read as more than one address. */
export const isOneAddress = (address: string): boolean => /^[^\s\p{Cc}<>,;:"()]+@[^\s\p{Cc}<>,;:"()@]+$/u.test(address);

/** RFC 2047, in pieces that fit its 75 characters. */
const encodedWords = (text: string): string => {
  const words: string[] = [];
  let piece = '';
  for (const character of text) {
    if (Buffer.byteLength(piece + character) > 42) {
      words.push(piece);
      piece = '';
    }
    piece += character;
  }
  return [...words, piece].map(each => `=?utf-8?B?${Buffer.from(each).toString('base64')}?=`).join(' ');
};

/** `Jürgen <j@example.com>` for those who take ASCII only: the name is encoded, the address stays as it is. */
export const asciiSender = (sender: string): string => {
  const [, name = '', address = ''] = /^(.*?)\s*<([^<>]*)>$/.exec(oneLine(sender)) ?? [];
  if (address === '' || !/[^ -~]/.test(name)) return oneLine(sender);
  return `${encodedWords(name.replace(/^"(.*)"$/, '$1'))} <${address}>`;
};
