import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import type { Limits } from '../lib/limits.ts';
import { StartError } from '../lib/start-error.ts';
import { addressOf } from './client-address.ts';
import { errorBody } from './http-error.ts';
import type { UpgradeRequest } from './relay.ts';
import type { ConnectionRefusal } from './wire.ts';

/** Takes over a request to upgrade; answers why not, where it does not. */
export interface SocketDoor {
  upgrade(request: UpgradeRequest): ConnectionRefusal | undefined;
}

export interface HttpServerOptions {
  readonly app: Express;
  /** Who takes upgrades to a WebSocket, by path. */
  readonly sockets: ReadonlyMap<string, SocketDoor>;
  readonly limits: Limits;
  readonly host: string;
  readonly port: number;
  readonly trustedProxies: number;
  /** What sets the port, for whoever finds it taken. */
  readonly portSetting?: string;
}

/** The listening server. */
export interface HttpServer {
  readonly port: number;
  /** Takes no new connection from now on; resolves when the last request is answered. */
  close(): Promise<void>;
  /** Ends the connections that are still open. */
  end(): void;
}

const SECOND_MS = 1_000;
const REASONS = { 404: 'Not Found', 429: 'Too Many Requests', 503: 'Service Unavailable' } as const;

/** Listens. @throws StartError where the address is taken or not ours. */
export async function listen(options: HttpServerOptions): Promise<HttpServer> {
  const { limits } = options;
  const server = createServer(
    {
      maxHeaderSize: limits.httpHeadersMaxBytes,
      // Node looks for requests that take too long only now and then, by default every 30 s.
      connectionsCheckingInterval: limits.sweepEveryMs,
    },
    options.app,
  );
  server.maxHeadersCount = limits.httpHeadersMax;
  server.headersTimeout = limits.httpHeadersTimeoutMs;
  server.requestTimeout = limits.httpRequestTimeoutMs;
  server.keepAliveTimeout = limits.httpKeepAliveTimeoutMs;
  server.on('upgrade', (request, stream, head) => upgrade(options, request, stream, head));
  await listening(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    end: () => server.closeAllConnections(),
  };
}

function listening(server: Server, { host, port, portSetting = 'PORT' }: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const why: Record<string, string> = {
        EADDRINUSE: `Port ${port} is in use: stop what uses it, or set ${portSetting}.`,
        EACCES: `Port ${port} may not be used by this user: set ${portSetting}.`,
        EADDRNOTAVAIL: `HOST ${host} is not an address of this machine.`,
        ENOTFOUND: `HOST ${host} is not known.`,
      };
      reject(new StartError(why[error.code ?? ''] ?? `Cannot listen on ${host}:${port}: ${error.message}.`));
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function upgrade(options: HttpServerOptions, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  const [path] = (request.url ?? '').split('?');
  const door = options.sockets.get(path ?? '');
  if (!door) {
    refuse(stream, { status: 404, retryAfterMs: 0 });
    return;
  }
  const address = addressOf(request, options.trustedProxies);
  const refusal = door.upgrade({ request, stream, head, address });
  if (refusal) refuse(stream, refusal);
}

function refuse(
  stream: Duplex,
  { status, retryAfterMs }: ConnectionRefusal | { status: 404; retryAfterMs: 0 },
): void {
  const code = status === 404 ? 'not-found' : status === 429 ? 'rate-limited' : 'unavailable';
  const body = JSON.stringify(errorBody(code, REASONS[status]));
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'Connection: close',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(retryAfterMs > 0 ? [`Retry-After: ${Math.ceil(retryAfterMs / SECOND_MS)}`] : []),
  ];
  stream.on('error', () => stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
