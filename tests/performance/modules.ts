import type { RowModule } from './harness/row.ts';
import { ack } from './rows/ack.ts';
import { beforeIntent } from './rows/before-intent.ts';
import { idleCrowd, stormingCrowd } from './rows/crowd.ts';
import { coBrowse } from './rows/co-browse.ts';
import { domChurn } from './rows/dom-churn.ts';
import { growth } from './rows/growth.ts';
import { mainThread } from './rows/main-thread.ts';
import { memory } from './rows/memory.ts';
import { processes } from './rows/processes.ts';
import { relay } from './rows/relay.ts';
import { router } from './rows/router.ts';
import { size } from './rows/size.ts';
import { smoothness } from './rows/smoothness.ts';
import { start } from './rows/start.ts';

/** All that the bench measures, in the order in which it prints. */
export const MODULES: readonly RowModule[] = [
  beforeIntent,
  size,
  mainThread,
  domChurn,
  smoothness,
  coBrowse,
  relay,
  memory,
  ack,
  start,
  router,
  growth,
  processes,
  idleCrowd,
  stormingCrowd,
];
