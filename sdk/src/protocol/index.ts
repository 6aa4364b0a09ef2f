/** The wire, whole: `@alongside/sdk/protocol`. It imports nothing from outside this folder. */
export * from './schema.ts';
export * from './limits.ts';
export * from './ids.ts';
export * from './errors.ts';
export * from './close-codes.ts';
export * from './version.ts';
export * from './page.ts';
export * from './people.ts';
export * from './chat.ts';
export * from './conversation.ts';
export * from './desk.ts';
export * from './session.ts';
export * from './envelope.ts';
export * from './visitor-up.ts';
export * from './visitor-down.ts';
export * from './agent-up.ts';
export * from './agent-down.ts';
