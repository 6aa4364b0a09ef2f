import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { must } from '@alongside/sdk/shared';
import type { Surface } from './surface.ts';
import type { Workspace } from './workspace.ts';

/** What every screen of the signed-in console can reach. */
export interface ConsoleParts {
  workspace: Workspace;
  surface: Surface;
  signOut: () => void;
}

export const ConsoleContext = createContext<ConsoleParts | undefined>(undefined);

/** Only below the provider. */
export function useConsole(): ConsoleParts {
  return must(useContext(ConsoleContext), 'the console');
}

export function useWorkspace(): Workspace {
  return useConsole().workspace;
}
