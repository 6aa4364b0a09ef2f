import type { RowModule } from './harness/row.ts';
import { router } from './rows/router.ts';

/** All that the bench measures, in the order in which it prints. */
export const MODULES: readonly RowModule[] = [router];
