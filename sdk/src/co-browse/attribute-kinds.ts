/**
 * Which attributes may cross at all, and what each may hold. The scrubber and the stream firewall read the same
 * table; what is not in it does not exist for them (CO3, T2).
 */

/** What a value must look like, or who decides on it. */
export type AttributeKind =
  /** Present or not. */
  | 'flag'
  /** One word of the platform's own. */
  | 'word'
  | 'number'
  /** Numbers, letters of path commands and transforms. */
  | 'geometry'
  /** Class and id names. */
  | 'names'
  /** Declarations of CSS. */
  | 'style'
  /** The value of one CSS property, as SVG's presentation attributes are. */
  | 'paint'
  /** `#name` inside of the same tree. */
  | 'reference'
  /** The address of an image. */
  | 'image'
  /** The address of another page. */
  | 'link'
  /** Text for people; crosses only where it was allowed by name. */
  | 'text'
  /** The value of a control. */
  | 'value'
  /** A style sheet's text, put here by the recorder. */
  | 'sheet'
  /** Numbers that the recorder measured. */
  | 'measure';

const KINDS: Readonly<Record<Exclude<AttributeKind, 'image' | 'link' | 'reference'>, string>> = {
  flag:
    'disabled readonly required hidden open multiple reversed nowrap inert checked selected controls muted loop ' +
    'novalidate itemscope',
  word:
    'type dir lang role align valign scope start wrap shape span popover aria-hidden aria-expanded aria-selected ' +
    'aria-checked aria-pressed aria-disabled aria-current aria-live aria-busy aria-haspopup aria-modal ' +
    'aria-orientation aria-invalid aria-required aria-multiselectable aria-readonly aria-sort slot ' +
    'gradientunits patternunits patterncontentunits clippathunits maskunits maskcontentunits filterunits ' +
    'primitiveunits spreadmethod text-anchor dominant-baseline alignment-baseline fill-rule clip-rule ' +
    'stroke-linecap stroke-linejoin vector-effect shape-rendering text-rendering lengthadjust in in2 result mode ' +
    'operator edgemode',
  number:
    'width height colspan rowspan cols rows size border cellpadding cellspacing hspace vspace tabindex x y x1 y1 ' +
    'x2 y2 cx cy r rx ry fx fy fr dx dy rotate textlength pathlength offset opacity fill-opacity stroke-opacity ' +
    'stop-opacity flood-opacity stroke-width stroke-miterlimit stroke-dashoffset font-size font-weight ' +
    'letter-spacing word-spacing stddeviation k1 k2 k3 k4 refx refy markerwidth markerheight',
  geometry:
    'viewbox d points transform gradienttransform patterntransform preserveaspectratio stroke-dasharray ' +
    'transform-origin values kernelmatrix orient',
  names: 'class id for',
  style: 'style',
  paint:
    'fill stroke color stop-color flood-color lighting-color bgcolor clip-path mask filter marker-start ' +
    'marker-mid marker-end font-family font-style display visibility overflow paint-order mix-blend-mode',
  text: 'placeholder alt title aria-label label',
  value: 'value',
  sheet: '_csstext',
  measure: 'rr_width rr_height rr_scrollleft rr_scrolltop rr_open_mode',
};

const kindByName = new Map<string, AttributeKind>(
  Object.entries(KINDS).flatMap(([kind, names]) =>
    names.split(' ').map((name): [string, AttributeKind] => [name, kind as AttributeKind]),
  ),
);

/** Attributes of one kind of element only. */
const ONLY_ON: Readonly<Record<string, readonly string[]>> = {
  value: ['input', 'textarea', 'select', 'button'],
  label: ['option', 'optgroup'],
  alt: ['img', 'area', 'input'],
  placeholder: ['input', 'textarea'],
  checked: ['input'],
  selected: ['option'],
  start: ['ol'],
  for: ['label', 'output'],
  _csstext: ['style', 'link'],
};
const LINKING = new Set(['a', 'area']);
const REFERRING = new Set([
  'use',
  'lineargradient',
  'radialgradient',
  'pattern',
  'textpath',
  'mpath',
  'feimage',
]);

/** What an attribute may hold on an element; `undefined`: it does not cross. Names and tags in lower case. */
export function attributeKind(tag: string, name: string): AttributeKind | undefined {
  if (name === 'src') return tag === 'img' ? 'image' : undefined;
  if (name === 'href' || name === 'xlink:href') {
    if (LINKING.has(tag)) return name === 'href' ? 'link' : undefined;
    if (REFERRING.has(tag)) return 'reference';
    return tag === 'image' ? 'image' : undefined;
  }
  const only = Object.hasOwn(ONLY_ON, name) ? ONLY_ON[name] : undefined;
  if (only && !only.includes(tag)) return undefined;
  return kindByName.get(name);
}

const SHAPES: Partial<Record<AttributeKind, RegExp>> = {
  word: /^[a-zA-Z][a-zA-Z0-9-]{0,23}$/,
  number:
    /^[\s,]*(?:[+-]?(?:\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(?:e[+-]?\d{1,2})?(?:px|%|em|rem|ex|pt|cm|mm|in)?[\s,]*){1,8}$/i,
  geometry: /^[\d\s.,+\-a-zA-Z()%]*$/,
  measure: /^-?\d{1,9}(?:\.\d{1,9})?(?:px)?$|^(?:non-)?modal$/,
};

/** Whether a value has the shape of its kind; kinds without a shape are somebody else's to decide. */
export function hasShapeOf(kind: AttributeKind, value: string): boolean {
  return SHAPES[kind]?.test(value) ?? true;
}

/** The types of `<input>` that a viewer may be told; everything else is `text`. */
export const INPUT_TYPES: ReadonlySet<string> = new Set(
  (
    'text password email tel url search number range date time month week datetime-local color checkbox radio ' +
    'file hidden submit button reset image'
  ).split(' '),
);
