import { systemClock } from '../lib/clock.ts';
import { platformRandom } from '../lib/ids.ts';
import { choosingPort } from './choosing-port.ts';
import { type SocketPort, webSocketPort } from './socket-port.ts';
import { streamPort } from './stream-port.ts';
import { platformSurroundings } from './surroundings.ts';

/**
 * What takes over from the first socket once that brought no word: the stream first (where a socket had worked, a
 * socket once more), then whichever works.
 * Everything behind it is loaded for this alone.
 */
export function platformChoice(socketWorked: boolean): SocketPort {
  return choosingPort(
    {
      clock: systemClock,
      random: platformRandom,
      surroundings: platformSurroundings,
      socket: webSocketPort,
      stream: streamPort(systemClock),
    },
    { next: socketWorked ? 'socket' : 'stream', failures: 1, socketWorked, looks: 0 },
  );
}
