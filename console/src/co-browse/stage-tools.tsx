import type { JSX } from 'preact';
import type { Tool } from '../replay/messages.ts';
import { useConsole } from '../shell/use-console.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { duration } from '../ui/time.ts';
import type { PageStage } from './page-stage.ts';
import { isOwn, shareOf, sharingOf } from './sharing.ts';

const TOOLS: readonly { tool: Exclude<Tool, 'none' | 'control'>; name: string; icon: IconName }[] = [
  { tool: 'point', name: 'Point', icon: 'pointer' },
  { tool: 'highlight', name: 'Highlight', icon: 'highlight' },
  { tool: 'draw', name: 'Draw', icon: 'pencil' },
];

/** What can be done with the page: show, draw, and with leave act on it. Who only watches sees that. */
export function StageTools({ stage }: { stage: PageStage }): JSX.Element {
  const { workspace } = useConsole();
  const { conversation } = stage;
  if (!isOwn(conversation, workspace.rowOf(conversation.id))) {
    return (
      <div class="stage-tools">
        <p class="muted stage-watching">
          You watch only, and the visitor sees your name. Who has the chat can point and ask for control.
        </p>
      </div>
    );
  }
  return (
    <div class="stage-tools" role="toolbar" aria-label="Tools for their page">
      {TOOLS.map(({ tool, name, icon }) => (
        <ToolButton key={tool} stage={stage} tool={tool} name={name} icon={icon} />
      ))}
      <Control stage={stage} />
      <button
        type="button"
        class="button"
        onClick={() => {
          sharingOf(conversation).suggesting.value = true;
        }}
      >
        <Icon name="page" size={16} />
        <span class="stage-tool-name">Suggest a page</span>
      </button>
      <button type="button" class="button stage-end" onClick={() => void stage.end()}>
        End sharing
      </button>
    </div>
  );
}

interface ToolButtonProps {
  stage: PageStage;
  tool: Tool;
  name: string;
  icon: IconName;
}

function ToolButton({ stage, tool, name, icon }: ToolButtonProps): JSX.Element {
  return (
    <button
      type="button"
      class="button"
      title={name}
      aria-pressed={stage.tool.value === tool}
      disabled={stage.status.value.link !== 'online'}
      onClick={() => stage.use(tool)}
    >
      <Icon name={icon} size={16} />
      <span class="stage-tool-name">{name}</span>
    </button>
  );
}

/** Asking, waiting for the answer, or having it until when. */
function Control({ stage }: { stage: PageStage }): JSX.Element {
  const { workspace } = useConsole();
  const control = shareOf(stage.conversation)?.control;
  const { grant } = stage.status.value;
  if (stage.hasControl.value && grant) {
    const left = Math.max(0, grant.until - workspace.ticker.now.value);
    return (
      <>
        <ToolButton stage={stage} tool="control" name="Control" icon="hand" />
        <button
          type="button"
          class="button"
          title={`Control ends by itself in ${duration(left)}`}
          onClick={() => void stage.giveControlBack()}
        >
          Give control back
        </button>
      </>
    );
  }
  if (control?.state === 'asked') {
    return (
      <button type="button" class="button" onClick={() => void stage.giveControlBack()}>
        <Icon name="hand" size={16} />
        <span role="status">Not answered yet. Stop asking</span>
      </button>
    );
  }
  return (
    <button
      type="button"
      class="button"
      disabled={stage.status.value.link !== 'online'}
      onClick={() => void stage.askForControl()}
    >
      <Icon name="hand" size={16} />
      <span class="stage-tool-name">Ask for control</span>
    </button>
  );
}
