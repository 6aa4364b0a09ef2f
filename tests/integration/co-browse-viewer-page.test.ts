import { type Server, createServer } from 'node:net';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StartError } from '../../server/src/lib/start-error.ts';
import { ShareServer } from './co-browse-harness.ts';
import { begun, shared, type Scene } from './co-browse-scene.ts';

/** Asks with a Host of its own, which fetch does not allow. */
function asks(url: string, host: string): Promise<{ status: number; policy: string }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { host } }, (response) => {
      response.resume();
      const policy = response.headers['content-security-policy'];
      resolve({ status: response.statusCode ?? 0, policy: String(policy ?? '') });
    });
    request.on('error', reject);
  });
}

async function frameSourcesOf(server: ShareServer): Promise<string | undefined> {
  const response = await fetch(`${server.url}/console/`);
  return /frame-src ([^;]+)/.exec(response.headers.get('content-security-policy') ?? '')?.[1];
}

describe('[CO15] the viewer on an origin of its own', () => {
  let scene: Scene;
  let viewer: string;

  beforeAll(async () => {
    scene = await begun();
    const { share } = await shared(scene);
    const welcome = await (await scene.ana.view(share, scene.conversation)).next('welcome');
    viewer = welcome['viewer'] as string;
  });
  afterAll(() => scene.server.stop());

  test('is named to whoever watches, and the console may frame it', async () => {
    const { origin } = new URL(viewer);
    expect(viewer).toBe(`${origin}/view/demo`);
    expect(origin).not.toBe(scene.server.url);
    expect(await frameSourcesOf(scene.server)).toBe(origin);
  });

  test('[T3] [T5] has a policy that lets nothing out, and agrees to a process of its own', async () => {
    const response = await fetch(viewer);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toBe(
      [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data: blob:",
        "connect-src 'none'",
        "frame-src 'none'",
        "worker-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "media-src 'none'",
        `frame-ancestors ${scene.server.url}`,
      ].join('; '),
    );
    expect(response.headers.get('origin-agent-cluster')).toBe('?1');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('set-cookie')).toBeNull();
  });

  test('a Host header cannot add to the policy', async () => {
    const { policy } = await asks(viewer, "x; script-src 'unsafe-inline'");
    expect(policy).not.toMatch(/script-src [^;]*unsafe-inline/);
    expect(policy).toContain("frame-ancestors 'none'");
  });

  test.each(['/view/nobody', '/view/', '/view/..%2f', '/v1/me', '/console/', '/embed/demo.js', '/metrics'])(
    'serves nothing else: %s',
    async (path) => {
      const response = await fetch(new URL(viewer).origin + path);
      expect(response.status).toBe(404);
    },
  );
});

test('[CO15] one host: the viewer shares the console’s origin, with the same policy', async () => {
  const server = await ShareServer.start({ environment: { PUBLIC_URL: 'https://chat.example.com' } });
  expect(await frameSourcesOf(server)).toBe("'self'");
  const response = await fetch(`${server.url}/view/demo`);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("connect-src 'none'");
  expect(policy).toContain("frame-ancestors 'self'");
  await server.stop();
});

test('[CO15] behind a proxy the viewer has the origin that it was given', async () => {
  const server = await ShareServer.start({
    environment: {
      PUBLIC_URL: 'https://chat.example.com',
      VIEWER_ORIGIN: 'https://view.example.com',
      VIEWER_PORT: '0',
    },
  });
  expect(await frameSourcesOf(server)).toBe('https://view.example.com');
  expect((await fetch(`${server.url}/view/demo`)).status).toBe(404);
  await server.stop();
});

describe('a port that is taken', () => {
  let other: Server;
  let port: number;
  beforeAll(async () => {
    other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterAll(() => void other.close());

  test('is said in one line that names its setting, and the server does not start', async () => {
    const start = ShareServer.start({ environment: { VIEWER_PORT: String(port) } });
    await expect(start).rejects.toThrow(StartError);
    await expect(start).rejects.toThrow(`Port ${port} is in use: stop what uses it, or set VIEWER_PORT.`);
  });
});
