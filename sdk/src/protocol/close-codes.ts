/**
 * Why a socket was closed. The reason text may be `retry-after=<milliseconds>`: come back no sooner.
 * `duty`: reconnect (with backoff) · re-authenticate (refresh the token, then reconnect) · stop (until the page loads again).
 */
export const CLOSE_CODES = {
  1001: { name: 'going-away', duty: 'reconnect', doc: 'The server drains for a restart.' },
  1007: { name: 'not-utf-8', duty: 'stop', doc: 'A text frame was not UTF-8.' },
  1009: { name: 'too-large', duty: 'stop', doc: 'A frame was over 64 KB.' },
  1011: { name: 'fault', duty: 'reconnect', doc: 'A fault of the server.' },
  1013: { name: 'full', duty: 'reconnect', doc: 'No room for another connection.' },
  4000: { name: 'protocol', duty: 'stop', doc: 'Not JSON, binary, or out of turn.' },
  4001: { name: 'unauthenticated', duty: 're-authenticate', doc: 'Token or ticket is not valid.' },
  4002: { name: 'version', duty: 'stop', doc: 'No common protocol version.' },
  4003: { name: 'origin', duty: 'stop', doc: 'The site does not list this origin.' },
  4008: { name: 'slow-consumer', duty: 'reconnect', doc: 'Too much unsent; resume by seq.' },
  4009: { name: 'silent', duty: 'reconnect', doc: 'Nothing came in time: no hello, or no answer to a ping.' },
  4010: { name: 'revoked', duty: 'stop', doc: 'Signed out, or the role has changed.' },
  4012: { name: 'moving', duty: 'reconnect', doc: 'Another process takes over.' },
  4029: { name: 'rate-limited', duty: 'reconnect', doc: 'Too many frames or connections.' },
} as const satisfies Record<number, { name: string; duty: CloseDuty; doc: string }>;

export type CloseDuty = 'reconnect' | 're-authenticate' | 'stop';
export type CloseCode = keyof typeof CLOSE_CODES;
export type CloseName = (typeof CLOSE_CODES)[CloseCode]['name'];
