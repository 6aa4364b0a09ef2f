import type { AgentCard } from '@alongside/sdk/protocol';
import type { Clock } from '@alongside/sdk/shared';
import { chatEffects } from './chat/chat-effects.ts';
import { chatHandlers } from './chat/chat-handlers.ts';
import { chatSignals } from './chat/chat-signals.ts';
import { Whereabouts } from './customers/whereabouts.ts';
import { deskEffects } from './desk/desk-effects.ts';
import { DeskFeed } from './desk/desk-feed.ts';
import { deskHandlers } from './desk/desk-handlers.ts';
import { DeskPresence } from './desk/desk-presence.ts';
import { DeskService } from './desk/desk-service.ts';
import { configureDesk } from './desk/desk-setup.ts';
import type { EffectHandler } from './events/effects.ts';
import type { PresenceListener, Session } from './events/handlers.ts';
import type { Log } from './events/log.ts';
import type { RelayHandlers } from './transport/relay-options.ts';

export interface CentrePorts {
  log: Log;
  clock: Clock;
  newId: (prefix: string) => string;
}

/**
 * The capabilities and the desk, put together: what the transport is given, and what the outbox calls. The only
 * place that lists the capabilities.
 */
export class Centre {
  readonly handlers: RelayHandlers;
  readonly effects: readonly EffectHandler[];
  readonly feed: DeskFeed;
  readonly presence: PresenceListener;
  readonly desk: DeskService;
  readonly #deskPresence: DeskPresence;

  constructor({ log, clock, newId }: CentrePorts) {
    const whereabouts = new Whereabouts();
    this.desk = new DeskService({ log, clock, newId });
    this.feed = new DeskFeed({ log, clock, desk: this.desk, whereabouts });
    this.#deskPresence = new DeskPresence(this.desk, clock);
    this.presence = everyListener([whereabouts, this.#deskPresence]);
    const chat = chatHandlers({ log, newId, whereabouts });
    const signals = chatSignals(whereabouts);
    this.handlers = {
      visitor: { commands: chat.visitor, signals: signals.visitor },
      agent: { commands: [...chat.agent, ...deskHandlers(this.desk)], signals: signals.agent },
    };
    this.effects = [...chatEffects(log), ...deskEffects(this.desk)];
  }

  /** Makes a site ready: its queue and agents are known, what fell due is done, who was there may come back. */
  async openSite(site: string, agents: readonly AgentCard[]): Promise<void> {
    await configureDesk(this.desk, site, agents);
    await this.desk.wake(site);
    await this.#deskPresence.expectBack(site);
    await this.feed.refresh(site);
  }

  stop(): void {
    this.#deskPresence.stop();
    this.feed.stop();
    this.desk.stop();
  }
}

function everyListener(listeners: readonly PresenceListener[]): PresenceListener {
  const each = (tell: (listener: PresenceListener) => void): void => {
    for (const listener of listeners) tell(listener);
  };
  return {
    connected: (session: Session) => {
      each((listener) => {
        listener.connected(session);
      });
    },
    disconnected: (session: Session) => {
      each((listener) => {
        listener.disconnected(session);
      });
    },
    seen: (session: Session) => {
      each((listener) => {
        listener.seen(session);
      });
    },
  };
}
