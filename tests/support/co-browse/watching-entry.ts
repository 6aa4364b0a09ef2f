/** Runs in the browser: a console that only shows a shared page, in the real viewer's document. */
import { watchPage } from '../../../sdk/src/co-browse/agent-view.ts';
import type { FromReplay } from '../../../console/src/replay/messages.ts';

/** What the viewer said, the last of it. */
export const told: FromReplay[] = [];
export let frames = 0;
/** Where the picture stands. */
export let status: unknown;
export let resyncs = 0;
const TOLD_MAX = 100;

/** Watches a share in the frame of this page. */
export function start(conversation: string, share: string): void {
  const view = watchPage({
    server: location.origin,
    conversation,
    share,
    ticket: async () => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch('/v1/agent/ticket', { method: 'POST', headers, body: '{}' });
      return ((await response.json()) as { ticket: string }).ticket;
    },
  });
  view.status.subscribe((now) => {
    status = now;
  });
  const frame = document.querySelector('iframe');
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<FromReplay>) => {
    told.push(data);
    if (told.length > TOLD_MAX) told.shift();
    if (data.type === 'ready') {
      view.start({
        frame: (text) => {
          frames++;
          port1.postMessage({ type: 'frame', text });
        },
        pointer: (text) => port1.postMessage({ type: 'pointer', text }),
        asset: () => undefined,
      });
    } else if (data.type === 'resync') {
      resyncs++;
      view.resync(data.reason);
    }
  };
  frame?.contentWindow?.postMessage('alongside-replay', '*', [port2]);
}
