import { emptyConversation } from '../../../sdk/src/conversation/conversation-state.ts';
import type { ConversationView } from '../../../sdk/src/conversation/conversation-view.ts';
import { newCommandId, newId } from '../../../sdk/src/lib/ids.ts';
import { Cell } from '../../../sdk/src/lib/observable.ts';
import { type LogEntry, type OpenedConversation, visitorDown } from '../../../sdk/src/protocol/index.ts';
import { VisitorPerson } from './pages.ts';

type Naive = VisitorPerson['client'];

/** A visitor whose client shows entries as they come and never looks at `prev`: it must fail the verdicts. */
export class NaiveVisitor extends VisitorPerson {
  protected override connect(): Naive {
    const { socket, clock, random, tokenStore } = this.page.ports;
    const conversation = new Cell<ConversationView>({
      header: emptyConversation(),
      entries: [],
      older: false,
      pending: [],
      typing: [],
      catchingUp: false,
      restored: false,
    });
    const connection = new Cell<Naive['connection']['value']>({ state: 'connecting' });
    const device = newId('dev', random);
    const tokens = tokenStore('');
    let counter = 0;
    let send: (frame: object) => void = () => undefined;
    const show = (entries: readonly LogEntry[], opened?: OpenedConversation): void => {
      const seq = entries.at(-1)?.seq ?? 0;
      const { value } = conversation;
      const id = opened?.conversation ?? value.id ?? '';
      conversation.value = { ...value, id, entries, header: { ...value.header, seq } };
    };
    const open = (): void => {
      const line = socket('', {
        opened: () => {
          const protocol = { min: 1, max: 1 };
          send({ type: 'hello', protocol, role: 'visitor', site: 'demo', device, ...tokens.read() });
        },
        message: (text) => {
          const frame = visitorDown.decode(JSON.parse(text), '');
          if (frame.type === 'welcome') {
            connection.value = { state: 'online' };
            if (frame.tokens) tokens.write(frame.tokens);
            counter = frame.counter;
            show(frame.opened.entries ?? [], frame.opened);
          }
          if (frame.type === 'entry') show([...conversation.value.entries, frame.entry]);
        },
        closed: () => {
          connection.value = { state: 'reconnecting' };
          clock.after(100, open);
        },
      });
      send = (frame) => line.send(JSON.stringify(frame));
    };
    open();
    const nothing = (): void => undefined;
    return {
      connection,
      conversation,
      availability: new Cell<Naive['availability']['value']>(undefined),
      storage: new Cell<Naive['storage']['value']>('memory'),
      tokenStore: tokens,
      command: () => Promise.resolve('later'),
      send: (text) => {
        const id = newCommandId(clock.now(), random);
        send({ type: 'command', id, n: ++counter, body: { type: 'chat.send', text } });
        return Promise.resolve({ id });
      },
      tryAgain: () => Promise.resolve(),
      discard: () => Promise.resolve(),
      markRead: nothing,
      markDelivered: nothing,
      typing: nothing,
      signal: nothing,
      showPage: nothing,
      loadOlder: () => Promise.resolve(),
      readDraft: () => Promise.resolve(''),
      writeDraft: nothing,
      hurry: nothing,
      stop: () => Promise.resolve(),
    };
  }
}
