import type { Clock, PrivacySettings } from '@alongside/sdk/shared';
import type { EffectHandler } from '../events/effects.ts';
import type { Log } from '../events/log.ts';
import type { StreamNews } from '../events/stream-news.ts';
import type { SitesStore } from '../identity/sites-store.ts';
import type { Report } from '../lib/report.ts';
import type { ShareLimits } from '../lib/share-limits.ts';
import type { ShareMetrics } from '../lib/share-metrics.ts';
import { coBrowseEffects } from './co-browse-effects.ts';
import { type CoBrowseHandlers, coBrowseHandlers } from './co-browse-handlers.ts';
import { PagePush } from './page-push.ts';
import { ShareBook } from './share-book.ts';
import type { PipesBetween } from './share-pipes.ts';

export interface CoBrowsePorts {
  readonly log: Log;
  readonly clock: Clock;
  readonly newId: (prefix: string) => string;
  readonly sites: Pick<SitesStore, 'find'>;
  readonly report: Report;
  readonly limits: ShareLimits;
  readonly metrics: ShareMetrics;
  /** What agents may see of a site's pages. */
  readonly policyOf: (site: string) => Promise<PrivacySettings>;
  /** Where other processes append too, and what gets to them. */
  readonly between?: PipesBetween & { readonly news: StreamNews };
}

/** Sharing a page, as the house sees it. */
export interface CoBrowse {
  readonly handlers: CoBrowseHandlers;
  readonly effects: readonly EffectHandler[];
  readonly shares: ShareBook;
}

/** Opens what shares pages. */
export function openCoBrowse(ports: CoBrowsePorts): CoBrowse {
  const { log, newId, sites } = ports;
  const shares = new ShareBook({ ...ports, ...(ports.between && { news: ports.between.news }) });
  return {
    handlers: coBrowseHandlers({ log, newId, pagePush: new PagePush(sites) }),
    effects: coBrowseEffects(log, shares),
    shares,
  };
}
