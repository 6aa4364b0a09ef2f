import type { ComponentChildren } from 'preact';
import type { EventBody } from '@alongside/sdk/protocol';
import type { IconName } from '../ui/icon.tsx';
import type { VisitorClient } from '@alongside/sdk';
import type { Handover } from '../loader/handover.ts';
import type { ShellContext } from './context.ts';
import type { TimelineItem } from './timeline-blocks.ts';

/** One large row of the home screen. */
export interface HomeRow {
  icon: IconName;
  /** The button's name. */
  label: string;
  /** An honest line from real state: the button's description. */
  description: string;
  press: () => void;
}

/** Draws one event in the timeline. */
export type Card = (item: TimelineItem, shell: ShellContext) => ComponentChildren;

/** How a capability joins the panel. Only the entry file lists the registrations. */
export interface Registration {
  name: 'chat' | 'callback' | 'forms' | 'co-browse' | 'call';
  /** Undefined where the capability has no row or cannot work now. */
  homeRow: (shell: ShellContext) => HomeRow | undefined;
  cards: Partial<Record<EventBody['type'], Card>>;
  /** What stands under the timeline. */
  composer?: (shell: ShellContext) => ComponentChildren;
}

/** What is fetched once a page is, was or may be shared. */
export interface Sharing {
  /** Adds its cards to the registrations, and calls `changed` when the panel is to be drawn anew. The answer ends it. */
  join: (
    handover: Handover,
    client: VisitorClient,
    registrations: Registration[],
    changed: () => void,
  ) => () => void;
}
