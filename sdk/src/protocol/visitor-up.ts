import { fetchPage, visitorCommand, visitorSignal } from './envelope.ts';
import { type Infer, union } from './schema.ts';
import { ping, pong, visitorHello } from './session.ts';

/** All that a visitor's client sends. */
export const visitorUp = union(visitorHello, visitorCommand, visitorSignal, fetchPage, ping, pong);
export type VisitorUp = Infer<typeof visitorUp>;
