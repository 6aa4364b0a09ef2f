import {
  ERRORS,
  type JsonSchema,
  type Schema,
  errorCode,
  object,
  optional,
  string,
} from '@alongside/sdk/protocol';
import { STATUS } from './http-error.ts';
import type { Route } from './route.ts';
import { streamPaths, streamSecurity } from './stream-operations.ts';

const ERROR_MAX_LENGTH = 300;
const FIELD_MAX_LENGTH = 300;
const errorAnswer = object({
  error: object({
    code: errorCode,
    message: string(ERROR_MAX_LENGTH),
    /** Dotted path into the body of what is wrong. */
    field: optional(string(FIELD_MAX_LENGTH)),
  }),
});
const JSON_TYPE = 'application/json';

/** The OpenAPI 3.1 document of the routes, from the very schemas that decode their requests. */
export function openApiDocument(routes: readonly Route[], server: { cookieName: string }): JsonSchema {
  const paths: Record<string, Record<string, JsonSchema>> = { ...streamPaths };
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[route.method] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Alongside',
      version: '1',
      description:
        'What is not live. What is live goes over the WebSocket at /v1/relay, or over the stream and the posts below: docs/protocol.md.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: server.cookieName },
        ...streamSecurity,
      },
      schemas: { Error: errorAnswer.json() },
      responses: {
        Error: {
          description: `Codes: ${Object.entries(ERRORS)
            .map(([code, { doc }]) => `${code} (${STATUS[code as keyof typeof STATUS]}): ${doc}`)
            .join(' · ')}`,
          content: { [JSON_TYPE]: { schema: { $ref: '#/components/schemas/Error' } } },
        },
      },
    },
  };
}

function operation(route: Route): JsonSchema {
  const { body, answer } = route;
  return {
    summary: route.summary,
    operationId: operationId(route),
    parameters: [...fields('path', route.parameters), ...fields('query', route.query)],
    ...(body && { requestBody: { required: true, content: { [JSON_TYPE]: { schema: body.json() } } } }),
    responses: {
      ...(answer
        ? { 200: { description: 'Done.', content: { [JSON_TYPE]: { schema: answer.json() } } } }
        : { 204: { description: 'Done.' } }),
      default: { $ref: '#/components/responses/Error' },
    },
    security: route.access === 'public' ? [] : [{ session: [] }],
  };
}

/** `post /v1/agents/{agent}/sign-in-link` becomes `post-agents-agent-sign-in-link`. */
function operationId({ method, path }: Route): string {
  return [method, ...path.replace(/[{}]/g, '').split('/').slice(2)].join('-');
}

function fields(place: 'path' | 'query', schema: Schema<unknown> | undefined): JsonSchema[] {
  if (!schema) return [];
  const { properties, required } = schema.json() as {
    properties: Record<string, JsonSchema>;
    required: string[];
  };
  return Object.entries(properties).map(([name, value]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: value,
  }));
}
