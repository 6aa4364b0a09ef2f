import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/** A load balancer of the simplest kind: each connection goes to the next of several ports that takes it. */
export class Balancer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #targets: readonly number[];
  #next = 0;
  /** Connections per port. */
  readonly taken = new Map<number, number>();

  private constructor(server: Server, targets: readonly number[]) {
    this.#server = server;
    this.#targets = targets;
  }

  /** Listens on a loopback port in front of `targets`. */
  static async inFrontOf(targets: readonly number[]): Promise<Balancer> {
    const server = createServer({ noDelay: true });
    const balancer = new Balancer(server, targets);
    server.on('connection', (client) => balancer.#pass(client, targets.length));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return balancer;
  }

  /** `http://127.0.0.1:<port>` */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on new connections go there only. */
  set targets(targets: readonly number[]) {
    this.#targets = targets;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket, tries: number): void {
    const port = this.#targets[this.#next++ % this.#targets.length];
    if (port === undefined || tries === 0) {
      client.destroy();
      return;
    }
    const server = connect({ port, host: '127.0.0.1', noDelay: true });
    server.once('connect', () => {
      this.taken.set(port, (this.taken.get(port) ?? 0) + 1);
      client.pipe(server);
      server.pipe(client);
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    });
    server.once('error', () => {
      if (!server.connecting && server.bytesWritten > 0) client.destroy();
      else this.#pass(client, tries - 1);
    });
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // The close follows.
      socket.on('error', () => undefined);
    }
  }
}
