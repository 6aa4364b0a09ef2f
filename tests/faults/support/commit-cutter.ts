import { type AddressInfo, type Server, type Socket, connect, createServer } from 'node:net';

/**
 * Where a connection is cut: `before`: the commit never reaches Postgres · `after`: Postgres has answered it, and the
 * answer does not reach the process. The process cannot tell one from the other.
 */
export type CommitCut = 'before' | 'after';

/** The word as it stands in a simple query. */
const COMMIT = Buffer.from('COMMIT\0');

/** A proxy in front of Postgres that cuts connections at their commit. */
export class CommitCutter {
  readonly struck: Record<CommitCut, number> = { before: 0, after: 0 };
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  readonly #armed: { cut: CommitCut; done: () => void }[] = [];

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
  }

  static async inFrontOf(target: number): Promise<CommitCutter> {
    const server = createServer({ noDelay: true });
    const cutter = new CommitCutter(server, target);
    server.on('connection', (client) => cutter.#pass(client));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return cutter;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Cuts at the next commit of any connection; resolves when it has. */
  cutNext(cut: CommitCut): Promise<void> {
    return new Promise((done) => {
      this.#armed.push({ cut, done });
    });
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #pass(client: Socket): void {
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    let answerEnds: (() => void) | undefined;
    client.on('data', (data: Buffer) => {
      const armed = data.includes(COMMIT) ? this.#armed.shift() : undefined;
      if (armed?.cut === 'before') {
        end();
        this.#hasStruck(armed);
        return;
      }
      if (armed) answerEnds = () => this.#hasStruck(armed);
      server.write(data);
    });
    server.on('data', (data: Buffer) => {
      if (!answerEnds) {
        client.write(data);
        return;
      }
      end();
      answerEnds();
    });
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      // The close follows.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }

  #hasStruck({ cut, done }: { cut: CommitCut; done: () => void }): void {
    this.struck[cut]++;
    done();
  }
}
