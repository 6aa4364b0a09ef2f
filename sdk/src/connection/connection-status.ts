/**
 * What a person may be told about the connection:
 * idle (not wanted yet) · connecting (the first time) · online · reconnecting (lost, `retryAt` on the wall clock,
 * `busy` where the server asked for patience) · offline (the browser says that there is no network) ·
 * stopped (for good, with the reason).
 */
export type ConnectionStatus =
  | { state: 'idle' }
  | { state: 'connecting' }
  | { state: 'online' }
  | { state: 'reconnecting'; retryAt?: number; busy?: true }
  | { state: 'offline' }
  | { state: 'stopped'; reason: 'version' | 'origin' | 'revoked' | 'unauthenticated' | 'protocol' };
