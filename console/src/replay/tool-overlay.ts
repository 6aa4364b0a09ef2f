import type { Action, FromReplay, Mark, PointOnPage, Tool, ToReplay } from './messages.ts';
import { Bubbles } from './bubbles.ts';
import { type FieldEditing, editField, isTextField } from './field-editing.ts';
import { type OptionList, listOptions } from './option-list.ts';
import type { PageFit } from './page-fit.ts';
import { type Hit, type PageGeometry, boxOf } from './page-geometry.ts';
import { isMaskedField, lay } from './private-parts.ts';
import { Strokes } from './strokes.ts';

/** Turns of the wheel are added up for so long, so that scrolling stays far below what a page takes in a second. */
const SCROLL_EVERY_MS = 90;
const LINE_PIXELS = 16;
const HIGHLIGHT_SHOWN_MS = 2_500;
/** Tools that say something only when one presses. */
const IS_AIMED: readonly Tool[] = ['highlight', 'pick'];

type Say = (message: FromReplay) => void;
type Acted = Extract<ToReplay, { type: 'acted' }>;

/**
 * The agent's hand on the page: a pane over it takes pointer and wheel, never the page itself. What is hit goes out as
 * a node and a part of its size. Without a tool the pane is not there, and the page can be looked at only.
 */
export class ToolOverlay {
  readonly #pane = document.createElement('div');
  readonly #outline = document.createElement('div');
  readonly #bubbles: Bubbles;
  readonly #strokes: Strokes;
  readonly #fit: PageFit;
  readonly #geometry: PageGeometry;
  readonly #say: Say;
  readonly #actions = new Map<number, (acted: Acted) => void>();
  #tool: Tool = 'none';
  #requests = 0;
  #over: Element | undefined;
  #scroll: { hit: Hit; x: number; y: number } | undefined;
  #open: FieldEditing | OptionList | undefined;

  constructor(fit: PageFit, geometry: PageGeometry, say: Say) {
    this.#fit = fit;
    this.#geometry = geometry;
    this.#say = say;
    this.#pane.className = 'pane';
    this.#pane.hidden = true;
    this.#outline.className = 'outline';
    this.#outline.hidden = true;
    fit.page.append(this.#outline, this.#pane);
    this.#strokes = new Strokes(fit.page);
    this.#bubbles = new Bubbles(fit.page);
    this.#listen();
  }

  use(tool: Tool): void {
    this.#tool = tool;
    this.#pane.hidden = tool === 'none';
    this.#pane.dataset['tool'] = tool;
    this.#outline.hidden = true;
    this.#over = undefined;
    this.#close();
  }

  acted(acted: Acted): void {
    const then = this.#actions.get(acted.id);
    this.#actions.delete(acted.id);
    then?.(acted);
  }

  /** The page changed or moved. */
  place(): void {
    if (this.#over) lay(this.#outline, boxOf(this.#over));
    this.#open?.place();
  }

  #listen(): void {
    const pane = this.#pane;
    // Taking hold of the page must not take the focus from where the agent writes.
    pane.addEventListener('mousedown', (event) => event.preventDefault());
    pane.addEventListener('pointermove', (event) => this.#moved(event));
    pane.addEventListener('pointerdown', (event) => this.#pressed(event));
    pane.addEventListener('pointerup', () => this.#strokeDone());
    pane.addEventListener('pointercancel', () => this.#strokeDone());
    pane.addEventListener('pointerleave', () => this.#look(undefined));
    pane.addEventListener('click', (event) => this.#clicked(event));
    pane.addEventListener('wheel', (event) => this.#wheeled(event), { passive: false });
    window.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.#tool === 'none') return;
      if (this.#open) this.#close();
      else this.#say({ type: 'tool-left' });
    });
  }

  #pointOf(event: MouseEvent): PointOnPage {
    return this.#fit.fromWindow(event.clientX, event.clientY);
  }

  #mark(mark: Mark): void {
    this.#say({ type: 'mark', mark });
  }

  #moved(event: PointerEvent): void {
    const point = this.#pointOf(event);
    if (this.#strokes.isDrawing) {
      this.#strokes.add(point);
      this.#mark({ kind: 'draw', points: this.#strokes.points((each) => this.#geometry.inDocument(each)) });
      return;
    }
    if (this.#tool === 'draw') return;
    const hit = this.#geometry.at(point);
    this.#look(this.#tool === 'point' ? undefined : hit?.element);
    if (hit && !IS_AIMED.includes(this.#tool)) this.#mark({ kind: 'point', at: hit.place });
  }

  /** Frames what a press would mean. */
  #look(element: Element | undefined): void {
    this.#over = element;
    this.#outline.hidden = element === undefined;
    if (element) lay(this.#outline, boxOf(element));
  }

  #pressed(event: PointerEvent): void {
    if (this.#tool !== 'draw' || event.button !== 0) return;
    this.#pane.setPointerCapture(event.pointerId);
    this.#strokes.begin(this.#pointOf(event));
  }

  #strokeDone(): void {
    if (!this.#strokes.isDrawing) return;
    const points = this.#strokes.points((each) => this.#geometry.inDocument(each));
    this.#strokes.end();
    if (points.length > 1) this.#mark({ kind: 'draw', points });
  }

  #clicked(event: MouseEvent): void {
    const point = this.#pointOf(event);
    const hit = this.#geometry.at(point);
    if (!hit) return;
    if (this.#tool === 'point') {
      this.#mark({ kind: 'point', at: hit.place });
      this.#bubbles.ripple(point);
    } else if (IS_AIMED.includes(this.#tool)) {
      this.#mark({ kind: 'highlight', at: hit.place });
      this.#bubbles.flash(boxOf(hit.element), HIGHLIGHT_SHOWN_MS);
    } else if (this.#tool === 'control') this.#press(hit, point);
  }

  #press(hit: Hit, point: PointOnPage): void {
    this.#close();
    const { element } = hit;
    if (element.localName === 'select') {
      if (isMaskedField(element)) {
        // There is nothing to choose from: the page would refuse it.
        this.#bubbles.say('This is private. Only the visitor can use it.', point);
        return;
      }
      this.#open = listOptions(this.#fit.page, element as HTMLSelectElement, (option) => {
        this.#close();
        if (option !== undefined) this.#act({ kind: 'select', at: hit.place, option }, point);
      });
      return;
    }
    this.#bubbles.ripple(point);
    this.#act({ kind: 'click', at: hit.place }, point, ({ refused, version = 0, editor }) => {
      const field = isTextField(element) ? element : this.#geometry.elementOf(editor);
      if (refused !== undefined || !field || this.#tool !== 'control') return;
      this.#open = editField(this.#fit.page, field, version, {
        type: (edit, then) => this.#act({ kind: 'type', at: hit.place, edit }, point, then),
        closed: () => (this.#open = undefined),
      });
    });
  }

  /** Gives an action to the console; what became of it is said where it happened. */
  #act(action: Action, point: PointOnPage, then?: (acted: Acted) => void): void {
    const id = ++this.#requests;
    this.#actions.set(id, (acted) => {
      if (acted.refused !== undefined) this.#bubbles.say(acted.refused, point);
      then?.(acted);
    });
    this.#say({ type: 'act', id, action });
  }

  #wheeled(event: WheelEvent): void {
    event.preventDefault();
    if (this.#tool !== 'control' && this.#tool !== 'pick') return;
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PIXELS;
    const by = { x: event.deltaX * pixels, y: event.deltaY * pixels };
    if (this.#scroll) {
      this.#scroll.x += by.x;
      this.#scroll.y += by.y;
      return;
    }
    const hit = this.#geometry.at(this.#pointOf(event));
    if (!hit) return;
    this.#scroll = { hit, ...by };
    const point = this.#pointOf(event);
    window.setTimeout(() => {
      const { x, y } = this.#scroll ?? { x: 0, y: 0 };
      this.#scroll = undefined;
      this.#act({ kind: 'scroll', at: hit.place, by: { x: Math.round(x), y: Math.round(y) } }, point);
    }, SCROLL_EVERY_MS);
  }

  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    open?.close();
  }
}
