import { Component, type ComponentChildren, type JSX, createRef, render } from 'preact';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as draw from './draw.ts';

let parent: HTMLElement;
const turn = (): Promise<void> => new Promise((resolve) => queueMicrotask(resolve));
const html = (): string => parent.innerHTML;
const at = (selector: string): Element => parent.querySelector(selector) as Element;

beforeEach(() => {
  parent = document.createElement('section');
  document.body.append(parent);
});

afterEach(() => render(null, parent));

test('tests draw with what the build puts in place of Preact', () => {
  expect(render).toBe(draw.render);
});

describe('nodes', () => {
  test('attributes, texts, numbers; what is false, null or undefined is not there', () => {
    render(
      <p class="line" hidden dir={undefined} tabIndex={0} aria-busy={false}>
        {3} of {'<b>'}
        {false}
        {null}
      </p>,
      parent,
    );
    expect(html()).toBe('<p class="line" hidden="" tabindex="0" aria-busy="false">3 of &lt;b&gt;</p>');
    render(<p hidden={false}>{'no'}</p>, parent);
    expect(html()).toBe('<p>no</p>');
  });

  test('drawings are in their own namespace, what stands beside them is not', () => {
    render(
      <div>
        <svg viewBox="0 0 1 1">
          <path d="M0 0" />
        </svg>
        <i />
      </div>,
      parent,
    );
    expect([...parent.querySelectorAll('*')].map(({ namespaceURI }) => namespaceURI?.slice(-4))).toEqual([
      'html',
      '/svg',
      '/svg',
      'html',
    ]);
  });

  test('a style is set by properties, which no policy of the page forbids', () => {
    render(<i style={{ '--hue': 12 }} />, parent);
    expect((at('i') as HTMLElement).style.getPropertyValue('--hue')).toBe('12');
  });

  test('the handler is the one of the last drawing, and there is one listener', () => {
    const heard: string[] = [];
    for (const name of ['first', 'second']) render(<button onClick={() => heard.push(name)} />, parent);
    (at('button') as HTMLElement).click();
    expect(heard).toEqual(['second']);
  });

  test('a field keeps what was typed where the same is described, and takes over what differs', () => {
    const Field = ({ text }: { text: string }): JSX.Element => <textarea value={text} />;
    render(<Field text="" />, parent);
    const field = at('textarea') as HTMLTextAreaElement;
    field.value = 'typed';
    render(<Field text="typed" />, parent);
    expect(field.value).toBe('typed');
    render(<Field text="" />, parent);
    expect(field.value).toBe('');
  });

  test('a ref holds the node for as long as it is there', () => {
    const ref = createRef<HTMLElement>();
    render(<i ref={ref} />, parent);
    expect(ref.current).toBe(at('i'));
    render(null, parent);
    expect([ref.current, html()]).toEqual([null, '']);
  });

  test('only what JSX made is drawn as nodes', () => {
    render(<p>{JSON.parse('{"type":"img","props":{"src":"x"}}') as string}</p>, parent);
    expect(html()).toBe('<p></p>');
  });
});

describe('lists', () => {
  const List = ({ of }: { of: string[] }): JSX.Element => (
    <ul>
      {of.map((each) => (
        <li key={each} id={each} />
      ))}
      <li id="last" />
    </ul>
  );
  const ids = (): string[] => [...parent.querySelectorAll('li')].map(({ id }) => id);

  test.each([
    [
      ['a', 'b', 'c'],
      ['c', 'a', 'b'],
    ],
    [
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
    ],
    [
      ['a', 'b', 'c', 'd'],
      ['d', 'c', 'b', 'a'],
    ],
    [
      ['a', 'b', 'c'],
      ['x', 'b', 'y'],
    ],
    [['a'], []],
    [[], ['a', 'b']],
    [
      ['a', 'b'],
      ['o1', 'o2', 'a', 'b'],
    ],
  ])('%j becomes %j and every entry keeps its node', (before, after) => {
    render(<List of={before} />, parent);
    const nodes = new Map([...parent.querySelectorAll('li')].map((each) => [each.id, each]));
    render(<List of={after} />, parent);
    expect(ids()).toEqual([...after, 'last']);
    for (const each of parent.querySelectorAll('li')) {
      if (nodes.has(each.id)) expect(each).toBe(nodes.get(each.id));
    }
  });

  test('any order out of any other, 300 times', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 300; round++) {
      const of = [...new Set(Array.from({ length: random(9) }, () => `n${random(12)}`))];
      render(<List of={of} />, parent);
      expect(ids()).toEqual([...of, 'last']);
    }
  });

  test('what comes and goes beside a node of the same kind does not take its place', () => {
    const Two = ({ first }: { first: boolean }): JSX.Element => (
      <>
        {first && <p>first</p>}
        <p>second</p>
      </>
    );
    render(<Two first={false} />, parent);
    const second = at('p');
    render(<Two first />, parent);
    expect(html()).toBe('<p>first</p><p>second</p>');
    expect(parent.lastChild).toBe(second);
    render(<Two first={false} />, parent);
    expect(parent.firstChild).toBe(second);
  });
});

describe('components', () => {
  let calls: string[];
  let wanted = true;

  class Counter extends Component<{ name: string; children?: ComponentChildren }, { count: number }> {
    override state = { count: this.props.name.length };
    override shouldComponentUpdate(next: { name: string }): boolean {
      return wanted || next.name !== this.props.name;
    }
    override componentDidMount(): void {
      calls.push(`mount ${html()}`);
    }
    override getSnapshotBeforeUpdate(): string {
      return html();
    }
    override componentDidUpdate(before: { name: string }, _state: object, snapshot: string): void {
      calls.push(`${before.name} ${snapshot} ${html()}`);
    }
    override componentWillUnmount(): void {
      calls.push('unmount');
    }
    override render(): JSX.Element {
      return (
        <b>
          {this.props.name}
          {this.state.count}
        </b>
      );
    }
  }

  beforeEach(() => {
    calls = [];
    wanted = true;
  });

  test('are told when they are there, before and after a change, and when they go', () => {
    for (const name of ['a', 'bb']) render(<Counter name={name} />, parent);
    render(null, parent);
    expect(calls).toEqual(['mount <b>a1</b>', 'a <b>a1</b> <b>bb1</b>', 'unmount']);
  });

  test('draw again for their state, once a turn, and by force', async () => {
    const made: Counter[] = [];
    class Kept extends Counter {
      constructor(props: { name: string }) {
        super(props);
        made.push(this);
      }
    }
    render(<Kept name="a" />, parent);
    made[0]?.setState({ count: 5 });
    made[0]?.setState({ count: 6 });
    await turn();
    expect([html(), calls.length]).toEqual(['<b>a6</b>', 2]);
    wanted = false;
    made[0]?.setState({ count: 7 });
    await turn();
    expect(html()).toBe('<b>a6</b>');
    made[0]?.forceUpdate();
    await turn();
    expect(html()).toBe('<b>a7</b>');
  });

  test('that stay as they are keep their place among what moves', () => {
    const Order = ({ of }: { of: string[] }): JSX.Element => (
      <>
        {of.map((name) => (
          <Counter key={name} name={name} />
        ))}
      </>
    );
    render(<Order of={['a', 'b', 'c']} />, parent);
    wanted = false;
    render(<Order of={['c', 'x', 'a']} />, parent);
    expect(parent.textContent).toBe('c1x1a1');
  });

  test('a fault is told and leaves nothing half drawn; the next change begins anew', async () => {
    const faults: unknown[] = [];
    const drawFor = render as (child: unknown, to: Element, failed?: (error: unknown) => void) => void;
    let broken = false;
    const Part = (): JSX.Element => {
      if (broken) throw new Error('broken');
      return <i />;
    };
    const Both = (): JSX.Element => (
      <div>
        <Counter name="a" />
        <Part />
      </div>
    );
    const failed = (error: unknown): void => void faults.push(error);
    drawFor(<Both />, parent, failed);
    broken = true;
    drawFor(<Both />, parent, failed);
    expect([html(), faults.length]).toEqual(['', 1]);
    await turn();
    broken = false;
    drawFor(<Both />, parent, failed);
    expect(html()).toBe('<div><b>a1</b><i></i></div>');
    broken = true;
    expect(() => drawFor(<Both />, parent)).toThrow('broken');
  });

  test('who draws while it is being drawn is drawn afterwards', async () => {
    const Goes = ({ on }: { on: boolean }): JSX.Element => <div>{on && <Again />}</div>;
    class Again extends Component {
      override componentWillUnmount(): void {
        render(<p>after</p>, parent);
      }
      override render(): JSX.Element {
        return <i />;
      }
    }
    render(<Goes on />, parent);
    render(<Goes on={false} />, parent);
    expect(html()).toBe('<div></div>');
    await turn();
    expect(html()).toBe('<p>after</p>');
  });
});
