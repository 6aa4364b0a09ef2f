/** Our own parts of the viewer: the page's frame, and what lies over it. The page brings its own styles into its own document. */
const RULES = `
:root { color-scheme: light; }
html, body { margin: 0; height: 100%; overflow: hidden; background: transparent; }
[hidden] { display: none !important; }
.page { position: absolute; inset: 0 auto auto 0; transform-origin: 0 0; overflow: hidden; background: #fff; --ink: #3c5bd6; --unscaled: 1; }
.stage { position: absolute; inset: 0; }
.stage iframe { display: block; border: 0; background: Canvas; pointer-events: none; color-scheme: light; }
.replayer-mouse, .replayer-mouse-tail { display: none; }
.layer { position: absolute; inset: 0; pointer-events: none; overflow: hidden; }
.layer > * { position: absolute; inset: 0 auto auto 0; }
.private { box-sizing: border-box; border: 1px solid rgb(112 120 140 / 55%); border-radius: 4px;
  background: repeating-linear-gradient(-45deg, rgb(112 120 140 / 20%) 0 6px, rgb(112 120 140 / 7%) 6px 12px); }
.selected { background: rgb(60 91 214 / 26%); }
.pointer { position: absolute; inset: 0 auto auto 0; width: 22px; height: 22px; pointer-events: none; z-index: 4;
  filter: drop-shadow(0 0 1px #fff) drop-shadow(0 0 1px #fff) drop-shadow(0 1px 2px rgb(0 0 0 / 45%)); }
.pointer::before { content: ""; position: absolute; inset: 0; transform-origin: 0 0; transform: scale(var(--unscaled)); background: #171a21;
  clip-path: polygon(0 0, 0 82%, 24% 62%, 40% 96%, 54% 90%, 38% 57%, 70% 57%); }
.pane { position: absolute; inset: 0; z-index: 5; touch-action: none; }
.pane[data-tool="point"], .pane[data-tool="highlight"], .pane[data-tool="draw"], .pane[data-tool="pick"] { cursor: crosshair; }
.pane[data-tool="control"] { cursor: pointer; }
.outline, .flash { position: absolute; inset: 0 auto auto 0; box-sizing: border-box; z-index: 3; pointer-events: none; border-radius: 4px;
  outline: calc(2px * var(--unscaled)) solid var(--ink); outline-offset: 1px; }
.outline { background: rgb(60 91 214 / 8%); }
.flash { background: rgb(255 205 64 / 32%); outline-color: #d69a00; }
.ruled { box-sizing: border-box; border-radius: 4px; background: rgb(255 205 64 / 30%); outline: calc(2px * var(--unscaled)) solid #d69a00; }
.strokes { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; z-index: 3; }
.strokes polyline { fill: none; stroke: #d6336c; stroke-width: calc(4px * var(--unscaled)); stroke-linecap: round; stroke-linejoin: round; }
.ripple { position: absolute; width: 44px; height: 44px; margin: -22px; border-radius: 50%; border: 3px solid var(--ink); pointer-events: none; z-index: 6; }
.bubble { position: absolute; z-index: 8; margin: 0; width: max-content; max-width: 300px; padding: 8px 12px; border-radius: 10px; pointer-events: none;
  background: #171a21; color: #fff; font: 500 13px/1.4 system-ui, sans-serif; box-shadow: 0 8px 24px rgb(16 24 40 / 30%);
  transform-origin: 0 0; transform: scale(var(--unscaled)) translate(10px, 10px); }
.bubble[data-side="left"] { transform-origin: 0 0; transform: scale(var(--unscaled)) translate(calc(-100% - 6px), 10px); }
.field-box { position: absolute; inset: 0 auto auto 0; box-sizing: border-box; z-index: 7; margin: 0; border: 2px solid var(--ink); background: #fff; color: #171a21; resize: none;
  box-shadow: 0 0 0 4px rgb(60 91 214 / 20%); }
.field-box:focus { outline: none; }
.options { position: absolute; z-index: 7; max-height: 320px; overflow: auto; padding: 4px; border: 1px solid #c9ced8; border-radius: 10px; background: #fff; box-shadow: 0 12px 32px rgb(16 24 40 / 22%);
  transform-origin: 0 0; transform: scale(var(--unscaled)); }
.options button { display: block; width: 100%; min-height: 32px; padding: 4px 12px; border: 0; border-radius: 7px; background: none; color: #171a21; font: 400 13px/1.4 system-ui, sans-serif; text-align: start; }
.options button:hover, .options button:focus-visible { background: rgb(60 91 214 / 12%); outline: none; }
.options button[aria-selected="true"] { font-weight: 650; }
@media (prefers-reduced-motion: reduce) { .ripple { display: none; } }
`;

/** Makes the viewer's own look, by a sheet that needs no leave of the page's policy. */
export function dress(document: Document): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(RULES);
  document.adoptedStyleSheets = [sheet];
}
