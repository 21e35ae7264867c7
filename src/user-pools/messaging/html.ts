/** HTML for e-mail bodies: escaping what goes in, and the plain text that a body says. */

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, character => escapes[character]!);

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

const entity = (whole: string, body: string): string => {
  if (!body.startsWith('#')) return named[body.toLowerCase()] ?? whole;
  const codePoint = /^#x/i.test(body) ? Number.parseInt(body.slice(2), 16) : Number.parseInt(body.slice(1), 10);
  return codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : whole;
};

// Every alternative runs to its end or to the end of the text, so that no input is scanned twice.
const unseen = /<!--.*?(?:-->|$)|<!\[?[a-z][^>]*(?:>|$)|<(head|style|script|title)\b.*?(?:<\/\1\s*>|$)/gi;
const tag = /<(\/?)([a-z][a-z0-9]*)\b([^>]*)(?:>|$)/gi;
const lineTags = new Set(
  'address article blockquote br div footer h1 h2 h3 h4 h5 h6 header hr li ol p section table tr ul'.split(' '),
);

/**
 * What a reader of an HTML body sees, as plain text: one line a block, the target of a link in parentheses behind it.
 * Takes time in proportion to the length of any input.
 */
export const htmlToText = (html: string): string => {
  let link: { href: string; start: number } | undefined;
  return html
    .replace(/\s+/g, ' ')
    .replace(unseen, '')
    .replace(tag, (whole, slash: string, name: string, attributes: string, offset: number, source: string) => {
      const tagName = name.toLowerCase();
      if (tagName === 'a' && slash === '') {
        const [, double, single] = attributes.match(/\bhref=(?:"([^"]*)"|'([^']*)')/i) ?? [];
        link = { href: double ?? single ?? '', start: offset + whole.length };
        return '';
      }
      if (tagName === 'a') {
        const { href = '', start = offset } = link ?? {};
        link = undefined;
        return href === '' || source.slice(start, offset).includes(href) ? '' : ` (${href})`;
      }
      if (tagName === 'li' && slash === '') return '\n- ';
      return lineTags.has(tagName) ? '\n' : '';
    })
    .replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|[a-z]{1,8});/gi, entity)
    .split('\n')
    .map(line => line.trim())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
};
