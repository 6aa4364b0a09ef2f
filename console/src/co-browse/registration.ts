import { watchPage } from '@alongside/sdk/agent';
import type { OpenConversation } from '../shell/open-conversation.ts';
import type { ConversationAction, Registration } from '../shell/registration.ts';
import type { Workspace } from '../shell/workspace.ts';
import type { PageStage } from './page-stage.ts';
import { ShareBar } from './share-bar.tsx';
import { ActionLine, ShareLine, SuggestedCard } from './share-card.tsx';
import {
  type Watch,
  endShare,
  isOwn,
  isStageShown,
  leaveStage,
  seeTheirPage,
  shareOf,
  sharingOf,
} from './sharing.ts';
import { stageScreen } from './stage.tsx';

type Run = (stage: PageStage, conversation: OpenConversation, workspace: Workspace) => unknown;

/** An action of the palette that has a button on the stage. */
function onStage(
  id: string,
  name: string,
  icon: ConversationAction['icon'],
  run: Run,
  may: (stage: PageStage) => boolean = () => true,
): ConversationAction {
  return {
    id,
    name,
    icon,
    place: 'palette',
    available: (conversation, row) => {
      const stage = sharingOf(conversation).stage.value;
      return stage !== undefined && isOwn(conversation, row) && may(stage);
    },
    run: (conversation, workspace) => {
      const stage = sharingOf(conversation).stage.value;
      if (stage) run(stage, conversation, workspace);
    },
  };
}

const actions: readonly ConversationAction[] = [
  {
    id: 'see-page',
    name: 'See their page',
    icon: 'eye',
    key: 'P',
    place: 'header',
    available: (conversation, row) => {
      const share = shareOf(conversation);
      if (share?.state === 'allowed') return sharingOf(conversation).stage.value === undefined;
      return share === undefined && isOwn(conversation, row);
    },
    run: (conversation, workspace) => void seeTheirPage(conversation, workspace),
  },
  onStage('page-point', 'Point on their page', 'pointer', (stage) => stage.use('point')),
  onStage('page-highlight', 'Highlight on their page', 'highlight', (stage) => stage.use('highlight')),
  onStage('page-draw', 'Draw on their page', 'pencil', (stage) => stage.use('draw')),
  onStage(
    'page-control',
    'Ask for control of their page',
    'hand',
    (stage) => void stage.askForControl(),
    (stage) => !stage.hasControl.value,
  ),
  onStage(
    'page-control-end',
    'Give control of their page back',
    'hand',
    (stage) => void stage.giveControlBack(),
    (stage) => stage.hasControl.value,
  ),
  {
    id: 'page-suggest',
    name: 'Suggest a page',
    icon: 'page',
    place: 'palette',
    available: isOwn,
    run: (conversation) => {
      sharingOf(conversation).suggesting.value = true;
    },
  },
  onStage('page-end', 'End sharing of their page', 'close', (_stage, conversation, workspace) => {
    void endShare(conversation, workspace);
  }),
  {
    id: 'page-leave',
    name: 'Hide their page',
    icon: 'leave',
    place: 'palette',
    available: (conversation) => sharingOf(conversation).stage.value !== undefined,
    run: leaveStage,
  },
];

/** The shared page in the console; `watch` is how it is watched. */
export function coBrowseWith(watch: Watch): Registration {
  return {
    name: 'co-browse',
    cards: {
      'co-browse.asked': ShareLine,
      'co-browse.answered': ShareLine,
      'co-browse.ended': ShareLine,
      'co-browse.viewed': ShareLine,
      'co-browse.action': ActionLine,
      'co-browse.suggested': SuggestedCard,
      'co-browse.was-followed': SuggestedCard,
    },
    Bar: ShareBar,
    stage: { isShown: isStageShown, Screen: stageScreen(watch) },
    offerTitle: () => undefined,
    conversationActions: actions,
  };
}

export const coBrowse = coBrowseWith(watchPage);
