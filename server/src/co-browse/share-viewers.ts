import type { AgentCard, ConversationState } from '@alongside/sdk/protocol';
import type { ToViewer } from '../events/share-ports.ts';
import type { PageStream } from './page-stream.ts';
import type { ShareViewer } from './share-viewer.ts';

/** All who watch a share, and what they get of it. */
export class ShareViewers {
  readonly all = new Set<ShareViewer>();

  /** Who watches, each once. */
  get agents(): AgentCard[] {
    return [...new Map([...this.all].map(({ agent }) => [agent.id, agent])).values()];
  }

  has(agent: string): boolean {
    return [...this.all].some((viewer) => viewer.agent.id === agent);
  }

  tell(message: ToViewer, except?: ShareViewer): void {
    for (const viewer of this.all) if (viewer !== except) viewer.wire.send(message);
  }

  /** A page begins anew. Who is behind has its own socket to blame, and gets it when that is free again. */
  beginAnew(stream: PageStream): void {
    for (const viewer of this.all) if (viewer.state !== 'behind') viewer.catchUp(stream);
  }

  frames(frames: readonly Buffer[], now: number): void {
    for (const viewer of this.all) viewer.frames(frames, now);
  }

  pointer(frame: Buffer): void {
    for (const viewer of this.all) viewer.pointer(frame);
  }

  /** Who passed the conversation on sees no more of it, unless they supervise (CO16). */
  sendAway(header: ConversationState): void {
    for (const viewer of [...this.all]) {
      viewer.mayAct = header.agents.some(({ id }) => id === viewer.agent.id);
      if (viewer.mayAct || viewer.isSupervisor) continue;
      viewer.wire.send({ type: 'ended', reason: 'transferred' });
      viewer.wire.close(4010);
    }
  }

  /** Viewers that were too slow are closed, or shown the page as it is now; so are those that have waited long. */
  tick(now: number, shown: PageStream | undefined, catchUp: (viewer: ShareViewer) => void): void {
    for (const viewer of [...this.all]) {
      viewer.giveOn();
      if (viewer.isTooSlow(now)) viewer.wire.close(4008);
      else if (viewer.hasCaughtUp) catchUp(viewer);
      else if (shown && viewer.hasWaitedLong(now)) viewer.catchUp(shown);
    }
  }
}
