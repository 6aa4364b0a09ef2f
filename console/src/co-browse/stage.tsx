import type { ReadonlySignal } from '@preact/signals';
import type { FunctionComponent, JSX } from 'preact';
import { useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { visitorNameOf } from '../inbox/visitor-name.ts';
import type { OpenConversation } from '../shell/open-conversation.ts';
import { useConsole } from '../shell/use-console.ts';
import { Icon } from '../ui/icon.tsx';
import { plainName } from '../ui/person.tsx';
import { PageStage } from './page-stage.ts';
import { qualityOf, stoppedWords } from './page-words.ts';
import { type Watch, leaveStage, shareOf, sharingOf } from './sharing.ts';
import { StageTools } from './stage-tools.tsx';
import { ViewerFrame } from './viewer-frame.tsx';
import './stage.css';

/** The stage of a console whose pages are watched by `watch`. */
export function stageScreen(watch: Watch): FunctionComponent<{ conversation: OpenConversation }> {
  return function StageScreen({ conversation }) {
    const share = shareOf(conversation);
    return share ? (
      <Watched key={share.id} conversation={conversation} share={share.id} watch={watch} />
    ) : null;
  };
}

interface WatchedProps {
  conversation: OpenConversation;
  share: string;
  watch: Watch;
}

/** Watching begins with the stage and ends with it. */
function Watched({ conversation, share, watch }: WatchedProps): JSX.Element | null {
  const { workspace } = useConsole();
  const [stage, setStage] = useState<PageStage>();
  useLayoutEffect(() => {
    const begun = new PageStage(conversation, share, workspace, watch);
    const { stage: shown } = sharingOf(conversation);
    shown.value = begun;
    setStage(begun);
    return () => {
      begun.stop();
      if (shown.peek() === begun) shown.value = undefined;
    };
  }, [conversation, share, workspace, watch]);
  return stage ? <Stage stage={stage} /> : null;
}

function Stage({ stage }: { stage: PageStage }): JSX.Element {
  const { workspace } = useConsole();
  const { conversation, status } = stage;
  const name = plainName(visitorNameOf(workspace.rowOf(conversation.id), conversation.view.value));
  const { viewer, link, page, hasPicture } = status.value;
  const isOver = link === 'ended' || link === 'stopped';
  return (
    <section class="stage-pane" aria-label="Their page">
      <StageTools stage={stage} />
      <PageBar stage={stage} name={name} />
      <div class="stage-view" data-still={page.state === 'leaving' || link === 'reconnecting'}>
        {viewer && !isOver && !stage.gaveUp.value && <ViewerFrame stage={stage} url={viewer.url} />}
        {isOver ? (
          <Empty words={link === 'ended' ? 'Sharing has ended.' : stoppedWords(status.value.reason)} />
        ) : stage.gaveUp.value ? (
          <Empty words="Their page is too much for this browser and stopped answering. The page itself is not affected.">
            <button type="button" class="button" onClick={() => stage.loadAgain()}>
              Show it again
            </button>
          </Empty>
        ) : (
          !hasPicture && <Empty words={page.state === 'leaving' ? 'Changing page…' : 'Opening their page…'} />
        )}
      </div>
      <Foot stage={stage} name={name} />
    </section>
  );
}

function Empty({ words, children }: { words: string; children?: JSX.Element }): JSX.Element {
  return (
    <div class="stage-empty">
      <Icon name="eye" size={28} />
      <p>{words}</p>
      {children}
    </div>
  );
}

/** Says whose page it is and where they are, so that nothing in it can pass for the console (T5). */
function PageBar({ stage, name }: { stage: PageStage; name: string }): JSX.Element {
  const { workspace } = useConsole();
  const { conversation } = stage;
  const said = stage.status.value.page;
  // Where the page does not say it, the visitor's other connection does.
  const view = conversation.view.value;
  const elsewhere = view.page ?? workspace.rowOf(conversation.id)?.page ?? view.header.sitting?.page;
  const { url, title } = said.url === undefined ? (elsewhere ?? said) : said;
  return (
    <div class="stage-bar">
      <span class="stage-whose">
        <Icon name="page" size={16} />
        {name}’s page
      </span>
      <span class="stage-address" title={url}>
        {title !== undefined && title !== '' && (
          <>
            <bdi>{plainName(title)}</bdi> ·{' '}
          </>
        )}
        <bdi dir="ltr">{url ?? ''}</bdi>
      </span>
      <button
        type="button"
        class="button button-quiet button-icon"
        aria-label="Hide their page"
        title="Hide their page. It stays shared"
        onClick={() => leaveStage(conversation)}
      >
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

/** Draws again whenever the signal changes. */
function useSignalValue(signal: ReadonlySignal<unknown>): void {
  useMemo(() => signal, [signal.value]);
}

/** How good the picture is, what is private in it, and who else looks. */
function Foot({ stage, name }: { stage: PageStage; name: string }): JSX.Element {
  const { workspace } = useConsole();
  // Each second, because the age goes on while nothing comes.
  useSignalValue(workspace.ticker.now);
  const quality = qualityOf(stage.status.value, stage.age());
  const hidden = stage.shown.value?.hidden ?? 0;
  const others = stage.status.value.viewers.filter(({ id }) => id !== workspace.identity.agent.id);
  return (
    <div class="stage-foot">
      <span class="stage-quality" data-tone={quality.tone} role="status">
        {quality.words}
      </span>
      <span class="stage-legend" title={`Shaded and hatched parts never leave ${name}’s device.`}>
        <i class="stage-swatch" aria-hidden="true" />
        {hidden === 0
          ? 'Private parts are hidden'
          : hidden === 1
            ? '1 private part hidden'
            : `${hidden} private parts hidden`}
      </span>
      {others.length > 0 && (
        <span class="stage-viewers">
          <Icon name="eye" size={16} />
          {others.map((each) => plainName(each.name)).join(', ')} {others.length === 1 ? 'watches' : 'watch'}{' '}
          too
        </span>
      )}
      {stage.shown.value && stage.shown.value.scale < 1 && (
        <span class="muted stage-scale">{Math.round(stage.shown.value.scale * 100)} %</span>
      )}
    </div>
  );
}
