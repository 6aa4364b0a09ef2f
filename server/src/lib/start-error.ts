/**
 * Why the server cannot start: something that the operator has to change. `message` is one line for them, without
 * secrets; `main.ts` prints it and exits with 1.
 */
export class StartError extends Error {
  override readonly name = 'StartError';
}
