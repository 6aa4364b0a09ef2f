import { afterEach, describe, expect, test } from 'vitest';
import {
  Browser,
  type Frame,
  type TestServer,
  type TestServerOptions,
  newCommand,
  newDevice,
  say,
  startTestServer,
  welcomedVisitor,
} from './transport-harness.ts';

const SHOP = 'https://shop.test';

let server: TestServer;
afterEach(() => server.stop());

const start = async (options: TestServerOptions = {}): Promise<void> => {
  server = await startTestServer(options);
};

const message = (n: number, text: string) => ({
  ...{ type: 'command', id: newCommand(), n },
  body: { type: 'chat.send', text },
});

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/v1/relay/flush`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain;charset=UTF-8', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function answersOf(response: Response): Promise<Frame[]> {
  expect(response.status).toBe(202);
  return ((await response.json()) as { answers: Frame[] }).answers;
}

async function refusalOf(response: Response): Promise<[number, string]> {
  return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
}

async function storedIn(conversation: string): Promise<string[]> {
  const page = await server.log.read(conversation, { reader: 'staff', after: 0, limit: 300, maxBytes: 1e6 });
  return page.entries.flatMap((each) => ('body' in each && 'text' in each.body ? [each.body.text] : []));
}

/** A visitor whose page has gone; what it may still post with. */
async function goneVisitor() {
  const device = newDevice();
  const { client, conversation, tokens } = await welcomedVisitor(server, { device });
  return { client, conversation, who: { site: 'demo', device, access: tokens.access } };
}

describe('[DL5] what a page had not sent when it went', () => {
  test('is stored in order and read at once; again, and by the next page, it gets the first answer', async () => {
    await start();
    const { client, conversation, who } = await goneVisitor();
    await client.close();
    const ana = await (await new Browser(server).signIn('Ana')).socket();
    ana.send({ type: 'open', request: 1, conversation });
    await ana.next('opened');
    const frames = [message(1, 'one'), message(2, 'two')];
    const first = await answersOf(await post({ ...who, frames }));
    expect(first).toMatchObject(frames.map(({ id }) => ({ type: 'ack', id })));
    await ana.next((frame) => JSON.stringify(frame).includes('"two"'));
    const seqs = first.map((each) => each['seq']);
    const again = await answersOf(await post({ ...who, frames }));
    expect(again.map((each) => each['seq'])).toEqual(seqs);
    const { client: back } = await welcomedVisitor(server, who);
    for (const frame of frames) back.send(frame);
    expect([(await back.next('ack'))['seq'], (await back.next('ack'))['seq']]).toEqual(seqs);
    say(back, 3, 'three');
    await back.next('ack');
    expect(await storedIn(conversation)).toEqual(['one', 'two', 'three']);
  });

  test('nobody appears by it', async () => {
    await start();
    const { client, who } = await goneVisitor();
    await client.close();
    await expect.poll(() => server.presence.length).toBe(2);
    await answersOf(await post({ ...who, frames: [message(1, 'bye')] }));
    expect(server.presence.length).toBe(2);
  });

  test('the first that does not fit ends it: none overtakes another', async () => {
    await start();
    const { conversation, who } = await goneVisitor();
    const answers = await answersOf(await post({ ...who, frames: [message(2, 'late'), message(1, 'next')] }));
    expect(answers).toMatchObject([{ type: 'refused', code: 'out-of-order', expected: 1 }]);
    expect(await storedIn(conversation)).toEqual([]);
  });

  test('[T9] who it is says the access token alone, for its own site and origin', async () => {
    await start();
    await server.identity.sites.add({
      ...{ key: 'shop', name: 'Shop', settings: { name: 'Chat', corner: 'end' } },
      origins: [SHOP],
    });
    const { conversation, who } = await goneVisitor();
    const { tokens } = await welcomedVisitor(server);
    const frames = [message(1, 'not me')];
    const { access, ...nobody } = who;
    const tries: [object, Record<string, string>, [number, string]][] = [
      [{ ...nobody, refresh: tokens.refresh }, {}, [400, 'malformed']],
      [{ ...who, access: `${access.slice(0, -4)}AAAA` }, {}, [401, 'unauthenticated']],
      [{ ...who, site: 'shop' }, { origin: SHOP }, [401, 'unauthenticated']],
      [who, { origin: SHOP }, [403, 'forbidden']],
      [who, { origin: 'https://evil.test' }, [403, 'forbidden']],
      [who, { origin: 'http://localhost:1' }, [401, 'unauthenticated']],
    ];
    for (const [sender, headers, refusal] of tries) {
      expect(await refusalOf(await post({ ...sender, frames }, headers))).toEqual(refusal);
    }
    expect(await storedIn(conversation)).toEqual([]);
  });

  test('[T6] what cannot be read, or is too much, is answered with a code', async () => {
    await start();
    const { conversation, who } = await goneVisitor();
    const many = Array.from({ length: 65 }, (_, index) => message(index + 1, 'x'));
    const tries: [unknown, [number, string]][] = [
      ['{', [400, 'malformed']],
      [{ ...who }, [400, 'malformed']],
      [{ ...who, frames: [{ type: 'ping' }] }, [400, 'malformed']],
      [{ ...who, frames: many }, [413, 'too-large']],
      [{ ...who, frames: [message(1, 'x'.repeat(70_000))] }, [413, 'too-large']],
    ];
    for (const [body, refusal] of tries) expect(await refusalOf(await post(body))).toEqual(refusal);
    const asJson = await post({ ...who, frames: [] }, { 'content-type': 'application/json' });
    expect(await refusalOf(asJson)).toEqual([400, 'malformed']);
    expect(await storedIn(conversation)).toEqual([]);
  });

  test('it has the rates of connections and of messages', async () => {
    await start({
      limits: {
        visitorMessages: { burst: 1, perMinute: 1 },
        newConnectionsPerAddress: { burst: 2, perMinute: 1 },
      },
    });
    const { conversation, who } = await goneVisitor();
    const frames = [message(1, 'one'), message(2, 'two')];
    const answers = await answersOf(await post({ ...who, frames }));
    expect(answers).toMatchObject([{ type: 'ack' }, { type: 'refused', code: 'rate-limited' }]);
    expect(await refusalOf(await post({ ...who, frames }))).toEqual([429, 'rate-limited']);
    expect(await storedIn(conversation)).toEqual(['one']);
  });
});
