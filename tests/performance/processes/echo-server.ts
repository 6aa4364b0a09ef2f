/** The baseline of the relay's rows: a bare `ws` server that sends each frame back, in a process of its own. */
import type { AddressInfo } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { answerParent } from '../harness/answer-parent.ts';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

// One listener for all connections, as the relay has, so that a connection costs no closure of ours.
function echo(this: WebSocket, data: RawData, isBinary: boolean): void {
  this.send(data as Buffer, { binary: isBinary });
}

server.on('connection', (socket) => socket.on('message', echo));
const listening = new Promise<void>((resolve) => server.once('listening', resolve));

answerParent({
  start: async () => {
    await listening;
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  },
});
