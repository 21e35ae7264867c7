/** SVG images of managed login: only the elements and attributes that Cognito lists, so that no script comes with a picture. Pure. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** "Image assets" in the developer guide, in lower case. */
const elements = words(`
  svg a altglyph altglyphdef altglyphitem animatecolor animatemotion animatetransform audio canvas circle clippath defs
  desc ellipse filter font g glyph glyphref hkern image line lineargradient marker mask metadata mpath path pattern
  polygon polyline radialgradient rect stop style switch symbol text textpath title tref tspan video view vkern feblend
  fecolormatrix fecomponenttransfer fecomposite feconvolvematrix fediffuselighting fedisplacementmap fedistantlight
  feflood fefunca fefuncb fefuncg fefuncr fegaussianblur femerge femergenode femorphology feoffset fepointlight
  fespecularlighting fespotlight fetile feturbulence`);

const attributes = words(`
  accent-height accumulate additive additivive alignment-baseline ascent attributename attributetype azimuth
  basefrequency baseline-shift begin bias by class clip clip-path clip-rule color color-interpolation
  color-interpolation-filters color-profile color-rendering cx cy d dx dy diffuseconstant direction display divisor dur
  edgemode elevation end fill fill-opacity fill-rule filter filterunits flood-color flood-opacity font-family font-size
  font-size-adjust font-stretch font-style font-variant font-weight fx fy g1 g2 glyph-name glyphref gradientunits
  gradienttransform height href id image-rendering in in2 k k1 k2 k3 k4 kerning keypoints keysplines keytimes lang
  lengthadjust letter-spacing kernelmatrix kernelunitlength lighting-color local marker-end marker-mid marker-start
  markerheight markerunits markerwidth maskcontentunits maskunits max mask media method mode min name numoctaves offset
  operator opacity order orient orientation origin overflow paint-order path pathlength patterncontentunits
  patterntransform patternunits points preservealpha preserveaspectratio r rx ry radius refx refy repeatcount repeatdur
  restart result rotate scale seed shape-rendering specularconstant specularexponent spreadmethod stddeviation
  stitchtiles stop-color stop-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin
  stroke-miterlimit stroke-opacity stroke stroke-width style surfacescale tabindex targetx targety transform text-anchor
  text-decoration text-rendering textlength type u1 u2 unicode values viewbox visibility vert-adv-y vert-origin-x
  vert-origin-y width word-spacing wrap writing-mode xchannelselector ychannelselector x x1 x2 xmlns y y1 y2 z
  zoomandpan`);

/** Not in Cognito's list, in nearly every file that a drawing program writes, and harmless. */
const usual = words('version xlink:href xmlns:xlink xml:space');

/** One piece after the other: text, a comment, the declarations, or a tag. Anything else (entities, CDATA) is refused. */
const piece =
  /[^<]+|<!--(?:[^-]|-(?!-))*-->|<\?xml\s[^<>?]*\?>|<!DOCTYPE\s+svg(?:\s+PUBLIC\s+"[^"<>]*"\s+"[^"<>]*")?\s*>|<\/([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>/y;
const attribute = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** Where a picture may point: into itself, at the web, at a picture within it. */
const reference = /^\s*(?:#|https?:|data:image\/(?:png|jpeg|webp|gif)[;,])/i;

/** Style sheets and values that load or run something, also in disguise. */
const active = /javascript:|vbscript:|@import|expression\s*\(|-moz-binding|&#|\\/i;

const attributeProblem = (name: string, value: string): string | undefined => {
  const lower = name.toLowerCase();
  if (!attributes.has(lower) && !usual.has(lower)) return `the attribute ${name} is not allowed`;
  if (lower.endsWith('href') && !reference.test(value)) return `${name} must not refer to ${value.slice(0, 100)}`;
  return active.test(value) ? `the value of ${name} is not allowed` : undefined;
};

/** @returns what is wrong with the image, undefined when nothing is */
export const svgProblem = (bytes: Uint8Array): string | undefined => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
  let inStyle = false;
  let root: string | undefined;
  for (piece.lastIndex = 0; piece.lastIndex < text.length; ) {
    const found = piece.exec(text);
    if (found === null) return 'it is not well-formed';
    const [whole, closed, opened, list = ''] = found;
    const element = (opened ?? closed)?.toLowerCase();
    if (element === undefined) {
      if (inStyle && active.test(whole)) return 'its style sheet is not allowed';
      continue;
    }
    if (!elements.has(element)) return `the element ${opened ?? closed} is not allowed`;
    root ??= element;
    if (element === 'style') inStyle = opened !== undefined && !whole.endsWith('/>');
    for (const [, name = '', double, single] of list.matchAll(attribute)) {
      const problem = attributeProblem(name, double ?? single ?? '');
      if (problem !== undefined) return problem;
    }
  }
  return root === 'svg' ? undefined : 'its root is no svg element';
};
