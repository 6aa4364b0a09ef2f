import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../sdk/src/shared.ts';
import {
  type Scene,
  type Wire,
  Agent,
  asked,
  begun,
  bodyOf,
  meet,
  shared,
  snapshotEvents,
  textEvent,
} from './co-browse-harness.ts';

let scene: Scene;

beforeAll(async () => {
  scene = await begun();
});
afterAll(async () => {
  const { problems } = scene.server;
  await scene.server.stop();
  expect(problems).toEqual([]);
});

describe('a page that is shared', () => {
  test('[CO1][CO6] goes from the visitor to an agent: checkpoint, then what follows', async () => {
    const { ana, conversation } = scene;
    const { share, page, stream } = await shared(scene);
    page.send({ type: 'frame', stream, seq: 1, snapshot: true, events: snapshotEvents() });
    page.send({ type: 'frame', stream, seq: 2, events: [textEvent('one')] });
    await page.next((frame) => frame.type === 'ack' && frame['seq'] === 2);
    const viewer = await ana.view(share, conversation);
    expect(await viewer.next('welcome')).toMatchObject({ share, state: { state: 'live' } });
    expect(await viewer.next('frame')).toMatchObject({ stream, seq: 1, snapshot: true });
    expect(await viewer.next('frame')).toMatchObject({
      seq: 2,
      events: [{ data: { texts: [{ value: 'one' }] } }],
    });
    page.send({ type: 'frame', stream, seq: 3, events: [textEvent('two')] });
    expect(await viewer.next('frame')).toMatchObject({ seq: 3 });
    expect(await page.next('viewers')).toMatchObject({ agents: [{ name: 'Ana' }] });
  });
});
