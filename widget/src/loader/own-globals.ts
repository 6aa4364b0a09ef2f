/**
 * The browser's functions as they were when the snippet ran, for the shell, which comes later: by then the page may
 * have put others in their places (R28). The build reads the order from here (tools/build/own-globals.ts). Loader
 * and shell may be of different builds: never change the order, and what is added at the end needs a default there.
 */
export const ownGlobals: readonly unknown[] = [JSON.parse, JSON.stringify, Promise, WebSocket, fetch];
