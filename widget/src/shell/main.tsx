/** The shell's entry: what the loader imports on intent. Only this file lists the capabilities. */
import { connectVisitor } from '@alongside/sdk';
import { chat } from '../chat/registration.tsx';
import type { Handover, Shell } from '../loader/handover.ts';
import { currentPage } from './page.ts';
import { VisitorShell } from './visitor-shell.tsx';

/** Connects the visitor and puts the panel, closed, into the loader's root. */
export function start(handover: Handover): Shell {
  const { server, settings } = handover;
  const client = connectVisitor({ server, site: settings.site, page: currentPage() });
  return new VisitorShell(handover, client, [chat], () => import('../co-browse/main.ts'));
}
