/** Writes XML: elements with text, and lists as AWS's query protocol has them. */

/** undefined is left out; the items of a list are elements named `member`. */
export type XmlContent = string | number | readonly XmlContent[] | { readonly [name: string]: XmlContent | undefined };

const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#xD;',
};

/** XML 1.0 has no control characters but tab and line ends, however they are written, and no half surrogates. */
const textOf = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those that XML cannot hold are what is asked for
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\r]/g, character => escapes[character]!);

const isList = (content: XmlContent): content is readonly XmlContent[] => Array.isArray(content);

export const xml = (content: XmlContent): string => {
  if (typeof content !== 'object') return textOf(String(content));
  const children: [string, XmlContent | undefined][] = isList(content)
    ? content.map(item => ['member', item])
    : Object.entries(content);
  return children.map(([name, child]) => (child === undefined ? '' : `<${name}>${xml(child)}</${name}>`)).join('');
};

/** A whole document. @param namespace of the root element and all in it */
export const xmlDocument = (root: string, namespace: string, content: XmlContent): string =>
  `<${root} xmlns="${textOf(namespace)}">${xml(content)}</${root}>\n`;
