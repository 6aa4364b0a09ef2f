import { Component, createRef, type JSX } from 'preact';
import type { ShareLanguage } from './language.ts';

/** How far the keyboard moves the pill at a press. */
const STEP_PX = 24;
const MARGIN_PX = 8;
const MORE = 'M5 12h.01M12 12h.01M19 12h.01';
const MOVE = 'M12 4v16M4 12h16M12 4l-2 2m2-2 2 2m-2 14-2-2m2 2 2-2M4 12l2-2m-2 2 2 2m14-2-2-2m2 2-2 2';

/** What is shared, as the pill tells it. */
export interface Shown {
  readonly names: readonly string[];
  /** Who controls the page. */
  readonly controller: string | undefined;
  /** A second line: what is not as usual. */
  readonly note: string | undefined;
  readonly outline: boolean;
  readonly choosing: boolean;
}

interface PillProps extends Shown {
  language: ShareLanguage;
  stop: () => void;
  takeBack: () => void;
  setOutline: (on: boolean) => void;
  setChoosing: (on: boolean) => void;
}

interface PillState {
  place: { x: number; y: number } | undefined;
  more: boolean;
}

function Icon({ path, width }: { path: string; width?: number }): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      <path d={path} stroke-width={width} />
    </svg>
  );
}

/** The frame round the page and the pill with "Stop sharing": there as long as anybody can see the page (CO2). */
export class Pill extends Component<PillProps, PillState> {
  override state: PillState = { place: undefined, more: false };
  readonly #pill = createRef<HTMLDivElement>();
  #from: { x: number; y: number } | undefined;

  #place(x: number, y: number): void {
    const pill = this.#pill.current;
    if (!pill) return;
    const { offsetHeight, offsetWidth } = pill;
    const within = (at: number, max: number): number => Math.max(MARGIN_PX, Math.min(at, max - MARGIN_PX));
    this.setState({
      place: { x: within(x, innerWidth - offsetWidth), y: within(y, innerHeight - offsetHeight) },
    });
  }

  readonly #grab = (event: PointerEvent): void => {
    const box = this.#pill.current?.getBoundingClientRect();
    if (!box || (event.target as Element).closest('button')) return;
    this.#from = { x: event.clientX - box.x, y: event.clientY - box.y };
    this.#pill.current?.setPointerCapture(event.pointerId);
  };

  readonly #drag = (event: PointerEvent): void => {
    if (this.#from) this.#place(event.clientX - this.#from.x, event.clientY - this.#from.y);
  };

  readonly #drop = (): void => {
    this.#from = undefined;
  };

  readonly #onKey = ({ key }: KeyboardEvent): void => {
    const box = this.#pill.current?.getBoundingClientRect();
    const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [];
    if (box && x !== undefined && y !== undefined) this.#place(box.x + x * STEP_PX, box.y + y * STEP_PX);
  };

  /** Where it stands after a drag: beside the style sheet's place, which is in the middle below. */
  #style(): Record<string, string> {
    const { place } = this.state;
    return place ? { left: `${place.x}px`, top: `${place.y}px` } : { left: '50%', top: 'auto' };
  }

  #tools(): JSX.Element {
    const { choosing, language, outline, setChoosing, setOutline } = this.props;
    const { words } = language;
    return (
      <div class="tools">
        <button class="plain" aria-pressed={outline} onClick={() => setOutline(!outline)}>
          {words.outline}
        </button>
        <button class="plain" aria-pressed={choosing} onClick={() => setChoosing(!choosing)}>
          {words.block}
        </button>
        <button class="round" aria-label={words.move} onKeyDown={this.#onKey}>
          <Icon path={MOVE} />
        </button>
      </div>
    );
  }

  override render(): JSX.Element {
    const { choosing, controller, language, names, note, stop, takeBack } = this.props;
    const { list, say, words } = language;
    const { more, place } = this.state;
    const said =
      controller === undefined
        ? say(words.canSee, { names: list(names) }, names.length)
        : say(words.controls, { name: controller });
    const hint = choosing ? words.blockHint : note;
    return (
      <>
        <div class={controller === undefined ? 'edge' : 'edge control'} />
        <div
          class={`pill${controller === undefined ? '' : ' control'}${place ? ' moved' : ''}`}
          role="status"
          aria-label={said}
          style={this.#style()}
          ref={this.#pill}
          onPointerDown={this.#grab}
          onPointerMove={this.#drag}
          onPointerUp={this.#drop}
          onPointerCancel={this.#drop}
        >
          <i class="dot" />
          <span class="said">
            {said}
            {hint && <small>{hint}</small>}
          </span>
          {controller !== undefined && (
            <button class="plain" onClick={takeBack}>
              {words.takeBack}
            </button>
          )}
          <button class="stop" onClick={stop}>
            {words.stop}
          </button>
          <button
            class="round"
            aria-label={words.more}
            aria-expanded={more}
            onClick={() => this.setState({ more: !more })}
          >
            <Icon path={MORE} width={3} />
          </button>
          {more && this.#tools()}
        </div>
      </>
    );
  }
}
