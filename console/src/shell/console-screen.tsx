import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { ContextPane } from '../customer/context-pane.tsx';
import { ConversationPane } from '../inbox/conversation-pane.tsx';
import { InboxPane } from '../inbox/inbox-pane.tsx';
import { OfferStack } from '../inbox/offer-stack.tsx';
import { actionsOf } from './actions.ts';
import { startAlerts } from './alerts.ts';
import { ConnectionBanner } from './connection-banner.tsx';
import { tellEndedOffers } from './ended-offers.ts';
import { listenToKeys } from './keyboard.ts';
import { Menu } from './menu.tsx';
import { NoticesView } from './notices-view.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import { ShortcutSheet } from './shortcut-sheet.tsx';
import type { OpenConversation } from './open-conversation.ts';
import type { Registration } from './registration.ts';
import { type Surface, followWindow } from './surface.ts';
import { ConsoleContext, useConsole } from './use-console.ts';
import type { Workspace } from './workspace.ts';
import './console-screen.css';

/** The signed-in console. */
export function ConsoleScreen({
  workspace,
  signOut,
}: {
  workspace: Workspace;
  signOut: () => void;
}): JSX.Element {
  const { surface, stop } = useMemo(followWindow, [workspace]);
  useEffect(() => stop, [stop]);
  const parts = useMemo(() => ({ workspace, surface, signOut }), [workspace, surface, signOut]);
  useEffect(() => {
    const stopAlerts = startAlerts(workspace);
    const stopTelling = tellEndedOffers(workspace);
    const stopKeys = listenToKeys({
      actions: () => actionsOf(workspace, surface, signOut),
      letters: () => workspace.preferences.letters.value,
      openPalette: () => {
        surface.overlay.value = 'palette';
      },
    });
    return () => {
      stopAlerts();
      stopTelling();
      stopKeys();
    };
  }, [workspace, surface, signOut]);
  return (
    <ConsoleContext.Provider value={parts}>
      <Panes surface={surface} />
      <OfferStack />
      <NoticesView />
      <Overlays surface={surface} />
    </ConsoleContext.Provider>
  );
}

/** The inbox, or another place that the agent may enter. */
function Panes({ surface }: { surface: Surface }): JSX.Element {
  const { workspace } = useConsole();
  const { place: name, part = '' } = workspace.router.route.value;
  const place = workspace.places.find((each) => each.name === name);
  const conversation = place ? undefined : workspace.selected.value;
  const pane = conversation ? (surface.drawer.value ? 'details' : 'conversation') : 'list';
  const details = conversation !== undefined && workspace.preferences.details.value;
  const stage = conversation && stageOf(conversation, workspace);
  return (
    <div
      class="console"
      data-pane={place ? 'place' : pane}
      data-details={details}
      data-stage={stage !== undefined}
    >
      <ConnectionBanner />
      <Rail />
      <main>
        <h1 class="visually-hidden">{workspace.identity.site.name}</h1>
        {place ? (
          <place.Screen part={part} />
        ) : (
          <>
            <InboxPane />
            {stage && <stage.Screen key={conversation.id} conversation={conversation} />}
            <ConversationPane conversation={conversation} />
            {conversation && <ContextPane conversation={conversation} />}
          </>
        )}
      </main>
    </div>
  );
}

/** What a capability shows beside the conversation now. */
function stageOf(conversation: OpenConversation, workspace: Workspace): Registration['stage'] {
  return workspace.registrations.find(({ stage }) => stage?.isShown(conversation, workspace))?.stage;
}

function Overlays({ surface }: { surface: Surface }): JSX.Element | null {
  const open = surface.overlay.value;
  const close = (): void => {
    // Only the one that closes: an action may have opened another by now.
    if (surface.overlay.value === open) surface.overlay.value = 'none';
  };
  switch (open) {
    case 'none':
      return null;
    case 'palette':
      return <Palette onClose={close} />;
    case 'shortcuts':
      return <ShortcutSheet onClose={close} />;
    case 'menu':
      return <Menu onClose={close} />;
  }
}
