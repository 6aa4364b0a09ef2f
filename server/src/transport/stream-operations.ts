import { FRAME_MAX_BYTES, type JsonSchema, STREAM_BATCH_MAX_FRAMES } from '@alongside/sdk/protocol';

const ERROR = { $ref: '#/components/responses/Error' };
const KEY_SCHEME = 'streamKey';
const BYTES_PER_KB = 1024;

/** Rows of the OpenAPI document for the relay without a WebSocket (DL10, DL5), which is served apart from the routes. */
export const streamPaths: Record<string, Record<string, JsonSchema>> = {
  '/v1/relay/stream': {
    get: {
      summary: 'The relay where WebSockets are blocked: frames to the client as server-sent events.',
      description:
        'The first event is `open` with `{"key"}`, for the posts that belong to the stream. Each further event is ' +
        'one frame of docs/protocol.md. The last one is `close` with `{"code", "reason"}`, which are those of a ' +
        'close frame.',
      operationId: 'get-relay-stream',
      parameters: [],
      responses: {
        200: { description: 'A stream of events.', content: { 'text/event-stream': {} } },
        default: ERROR,
      },
      security: [],
    },
  },
  '/v1/relay/flush': {
    post: {
      summary: 'Commands that a visitor’s page had not sent when it went.',
      description: `JSON in a body of text/plain, which a browser sends to another origin without asking first. The answers are frames of docs/protocol.md; the first that is not an ack ends it, and what comes after it is not looked at. Idempotent by the commands’ ids. At most ${FRAME_MAX_BYTES / BYTES_PER_KB} KB.`,
      operationId: 'post-relay-flush',
      parameters: [],
      requestBody: {
        required: true,
        content: {
          'text/plain': {
            schema: {
              type: 'object',
              properties: {
                site: { type: 'string' },
                device: { type: 'string' },
                access: { type: 'string', description: 'The access token; there is no other identity here.' },
                frames: { type: 'array', items: {}, maxItems: STREAM_BATCH_MAX_FRAMES },
              },
              required: ['site', 'device', 'access', 'frames'],
            },
          },
        },
      },
      responses: { 202: { description: 'The answers, in the order of the frames.' }, default: ERROR },
      security: [],
    },
  },
  '/v1/relay/send': {
    post: {
      summary: 'Frames from the client, to the stream whose key the request carries.',
      description: `Batches are numbered from 1. One that comes again is answered and not applied; one that overtook another is refused with out-of-order. What a frame is answered with comes by the stream. At most ${FRAME_MAX_BYTES / BYTES_PER_KB} KB.`,
      operationId: 'post-relay-send',
      parameters: [],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                batch: { type: 'integer', minimum: 1 },
                frames: { type: 'array', items: {}, maxItems: STREAM_BATCH_MAX_FRAMES },
              },
              required: ['batch', 'frames'],
            },
          },
        },
      },
      responses: { 204: { description: 'Taken.' }, default: ERROR },
      security: [{ [KEY_SCHEME]: [] }],
    },
  },
};

/** How a post names its stream. */
export const streamSecurity: Record<string, JsonSchema> = {
  [KEY_SCHEME]: { type: 'http', scheme: 'bearer', description: 'The key of the first event of the stream.' },
};
