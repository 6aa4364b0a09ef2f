/**
 * Pictures of the products: stroked shapes of our own on a 160 × 120 sheet, coloured by shop.css for light and dark.
 * Built as nodes, so that they also work where a policy forbids HTML strings.
 */

const SVG = 'http://www.w3.org/2000/svg';

const path = (kind, d) => ['path', kind, { d }];
const circle = (kind, cx, cy, r) => ['circle', kind, { cx, cy, r }];
const box = (kind, x, y, width, height, rx = 0) => ['rect', kind, { x, y, width, height, rx }];

/** Spokes from the hub's flange to the rim, each leaning like a laced one. */
function spokes(count, inner, outer) {
  const lines = [];
  for (let n = 0; n < count; n += 1) {
    const from = (n / count) * 2 * Math.PI;
    const to = from + (n % 2 === 0 ? 0.5 : -0.5);
    const at = (angle, radius) =>
      `${(80 + Math.cos(angle) * radius).toFixed(1)} ${(60 + Math.sin(angle) * radius).toFixed(1)}`;
    lines.push(`M${at(to, inner)}L${at(from, outer)}`);
  }
  return lines.join('');
}

const shapes = {
  wheel: [
    path('thin', spokes(24, 7, 42)),
    circle('rim', 80, 60, 43),
    circle('thin', 80, 60, 40.6),
    circle('thin', 80, 60, 45.6),
    circle('metal', 80, 60, 8),
    circle('dark', 80, 60, 3.5),
    path('', 'M80 20v6'),
  ],
  tyre: [
    circle('tread', 80, 60, 52),
    circle('rubber', 80, 60, 44),
    circle('wall', 80, 60, 37),
    circle('', 80, 60, 50.5),
    circle('', 80, 60, 34.5),
    path('shine thin', 'M41 40a44 44 0 0 1 24-21M119 80a44 44 0 0 1-24 21'),
  ],
  saddle: [
    box('metal', 84, 80, 13, 34, 2),
    path('', 'M38 64c14 26 62 30 82 6M44 64c16 20 52 22 66 8'),
    box('dark', 78, 76, 25, 11, 4),
    path(
      'leather',
      'M16 55c0-6 6-9 14-8 30 3 54 3 76-6 10-4 18-9 28-9 9 0 11 8 7 17-6 14-15 25-27 26-11 1-15-9-30-11-19-3-38 4-54 2-9-1-14-5-14-11Z',
    ),
    path('shine', 'M32 54c28 3 54 2 74-5'),
    circle('brass', 26, 56, 2.6),
    circle('brass', 131, 43, 2.6),
    circle('brass', 125, 54, 2.6),
  ],
  bell: [
    box('metal', 69, 82, 22, 20, 4),
    path('', 'M62 102h36'),
    path('brass', 'M42 76a38 40 0 0 1 76 0Z'),
    box('brass', 36, 74, 88, 9, 4.5),
    circle('brass', 80, 33, 6),
    path('shine', 'M54 66c2-10 8-17 15-20'),
    path('metal', 'M118 79l20-9 4 6-18 12Z'),
  ],
  crankset: [
    circle('teeth', 72, 54, 42),
    circle('metal', 72, 54, 39),
    circle('ground', 72, 54, 30),
    path('metal', 'M66 50 62 24h20l-4 26Z'),
    path('metal', 'M75 48l26-3 3 18-27 1Z'),
    path('metal', 'M75 58l11 23-17 8-7-27Z'),
    path('metal', 'M70 61 49 76 38 61l26-13Z'),
    path('metal', 'M65 57 42 43l10-16 19 22Z'),
    path('metal', 'M66 63 118 110c7 6 17-3 11-10L80 46c-9-9-22 8-14 17Z'),
    circle('dark', 73, 54, 6),
    circle('dark', 122, 104, 4),
  ],
  pedal: [
    box('metal', 112, 54, 36, 12, 3),
    path('thin', 'M132 54v12M137 54v12M142 54v12'),
    box('dark', 24, 24, 90, 72, 14),
    box('ground', 36, 34, 28, 19, 5),
    box('ground', 75, 34, 28, 19, 5),
    box('ground', 36, 67, 28, 19, 5),
    box('ground', 75, 67, 28, 19, 5),
    path('', 'M24 60h90'),
    path('shine', 'M32 29h0M56 29h0M82 29h0M106 29h0M32 91h0M56 91h0M82 91h0M106 91h0'),
  ],
  pump: [
    path('', 'M90 92C122 96 130 66 124 40c-3-14-14-16-20-10'),
    box('dark', 98, 24, 12, 14, 3),
    box('metal', 76, 20, 7, 30),
    box('leather', 52, 10, 56, 12, 6),
    box('green', 68, 44, 24, 58, 3),
    path('shine', 'M74 52v30'),
    path('dark', 'M44 112c0-8 12-10 22-10h28c10 0 22 2 22 10Z'),
    circle('metal', 80, 92, 13),
    path('thin', 'M80 92l6-7M71 92h2M80 83v2M87 92h2'),
  ],
  light: [
    path('glow flat', 'M84 44 156 18v88L84 78Z'),
    path('metal', 'M46 84l-8 26h20l6-24Z'),
    path('dark', 'M24 60c0-18 16-30 36-30h20v62H60C40 92 24 78 24 60Z'),
    path('metal', 'M78 26h8c6 0 8 4 8 8v54c0 4-2 8-8 8h-8Z'),
    path('shine', 'M36 52c4-8 12-12 22-12'),
    circle('brass', 52, 62, 5),
  ],
  lock: [
    path('tube', 'M52 70V46a28 28 0 0 1 56 0v24'),
    path('tube-fill', 'M52 70V46a28 28 0 0 1 56 0v24'),
    box('green', 34, 66, 92, 36, 10),
    path('shine', 'M44 75h44'),
    circle('brass', 106, 84, 9),
    path('', 'M106 80v8'),
  ],
  handlebar: [
    path('tube', 'M22 92C16 64 34 60 54 54c16-5 14-22 26-22s10 17 26 22c20 6 38 10 32 38'),
    path('tube-fill', 'M22 92C16 64 34 60 54 54c16-5 14-22 26-22s10 17 26 22c20 6 38 10 32 38'),
    path('tube', 'M24 98C21 86 21 80 24 74M136 98c3-12 3-18 0-24'),
    path('tube-fill leather', 'M24 98C21 86 21 80 24 74M136 98c3-12 3-18 0-24'),
    box('metal', 70, 24, 20, 20, 5),
    path('metal', 'M74 44h12v42H74Z'),
    circle('dark', 80, 34, 3),
  ],
  pannier: [
    path('metal', 'M52 16h10v14H52ZM98 16h10v14H98Z'),
    path('green', 'M40 36h80l8 66c1 6-3 10-9 10H41c-6 0-10-4-9-10Z'),
    path('green', 'M36 26h88c4 0 6 3 6 7l-4 34c-1 4-3 6-7 6H41c-4 0-6-2-7-6l-4-34c0-4 2-7 6-7Z'),
    path('leather', 'M54 48h10v36H54ZM96 48h10v36H96Z'),
    box('brass', 51, 72, 16, 11, 2),
    box('brass', 93, 72, 16, 11, 2),
    path('shine', 'M44 96h72'),
    path('shine', 'M42 34h60'),
  ],
  bottle: [
    path('dark', 'M70 8h20v8H70Z'),
    path('dark', 'M64 16h32c4 0 6 3 6 6v8H58v-8c0-3 2-6 6-6Z'),
    path('metal', 'M58 30h44c2 8 6 10 6 18v54c0 8-4 12-10 12H62c-6 0-10-4-10-12V48c0-8 4-10 6-18Z'),
    path('green', 'M52 58h56v30H52Z'),
    path('shine', 'M61 44v58'),
    path('', 'M72 80l8-14 8 14'),
  ],
};

/**
 * @param {string} name of a picture; an unknown name gives an empty sheet
 * @returns {SVGSVGElement} decorative: the text beside it names the product
 */
export function drawing(name) {
  const sheet = document.createElementNS(SVG, 'svg');
  sheet.setAttribute('viewBox', '0 0 160 120');
  sheet.setAttribute('class', 'drawing');
  sheet.setAttribute('aria-hidden', 'true');
  for (const [tag, kind, attributes] of shapes[name] ?? []) {
    const shape = document.createElementNS(SVG, tag);
    if (kind) shape.setAttribute('class', kind);
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, String(value));
    sheet.append(shape);
  }
  return sheet;
}
