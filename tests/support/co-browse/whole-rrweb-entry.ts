/** Runs in the browser: rrweb as it is, to find out what it does. */
export { Replayer, record } from 'rrweb';
