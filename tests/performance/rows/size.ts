import { type Demo, openPanel, servedBytes, withDemo, withPage } from '../harness/demo.ts';
import { panelFiles, readManifest } from '../harness/manifest-sizes.ts';
import { judged, type Row, type RowModule } from '../harness/row.ts';
import { figure } from '../harness/statistics.ts';

/** A thousand bytes, as browsers' tools count; the stricter reading of KB. */
const KB = 1_000;
const BUDGET_SNIPPET_KB = 2;
const BUDGET_PANEL_KB = 25;
/** What comes later than this after the panel is there was not fetched to open it. */
const QUIET_MS = 1_500;

/** Paths of the scripts and style sheets that a visit up to the open conversation fetched from us. */
async function fetchedFor(demo: Demo): Promise<string[]> {
  return withPage(demo, async (page) => {
    const paths = new Set<string>();
    page.on('request', (request) => {
      const { pathname } = new URL(request.url());
      if (/^\/(embed|assets)\//.test(pathname)) paths.add(pathname);
    });
    await page.goto(demo.withUs, { waitUntil: 'load' });
    await openPanel(page);
    await page.waitForTimeout(QUIET_MS);
    return [...paths];
  });
}

/** The size test counts what the manifest says; what a browser really fetched must be the same. */
function refuseUncounted(paths: readonly string[]): void {
  const counted = new Set(['/embed/demo.js', ...panelFiles(readManifest()).map(({ file }) => `/${file}`)]);
  const differing = [...new Set(paths).symmetricDifference(counted)];
  if (differing.length > 0) throw new Error(`fetched or counted, but not both: ${differing.join(', ')}`);
}

async function measure(): Promise<Row[]> {
  return withDemo(async (demo) => {
    const snippet = await servedBytes(`${demo.server.url}/embed/demo.js`);
    const paths = await fetchedFor(demo);
    refuseUncounted(paths);
    const files = await Promise.all(paths.map((path) => servedBytes(`${demo.server.url}${path}`)));
    const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const list = paths.map(
      (path, index) => `${path.split('/').at(-1) ?? ''} ${figure(files[index]?.bytes ?? 0)}`,
    );
    const unit = 'KB';
    return [
      judged({
        name: 'snippet-bytes',
        what: 'snippet bytes, gzip, settings included',
        budgetMax: BUDGET_SNIPPET_KB,
        peers: '3.1 KB Rocket.Chat · 30 LHC · 38 Chatwoot · 119 Papercups',
        measured: snippet.bytes / KB,
        unit,
        baseline: '–',
        note: `the body of /embed/demo.js as it is served to a browser that accepts gzip (encoding ${snippet.encoding}); 1 KB = 1,000 B`,
      }),
      judged({
        name: 'panel-bytes',
        what: 'open chat panel, all JS + CSS, gzip, snippet included',
        budgetMax: BUDGET_PANEL_KB,
        peers: '209–486 KB',
        measured: total / KB,
        unit,
        baseline: '–',
        note: `what Chromium fetched until the conversation was open and ${QUIET_MS} ms longer, each body as served: ${list.join(', ')}`,
      }),
    ];
  });
}

export const size: RowModule = { name: 'size', measure };
