import { useState } from 'preact/hooks';
import { notificationPermission } from './alerts.ts';

/**
 * What the browser says about desktop notifications, and how to ask for them: only from a press on something, because
 * who is asked out of nowhere says no, and the browser keeps that.
 */
export function usePermission(): [permission: ReturnType<typeof notificationPermission>, ask: () => void] {
  const [permission, setPermission] = useState(notificationPermission);
  const ask = (): void => void Notification.requestPermission().then(setPermission);
  return [permission, ask];
}
