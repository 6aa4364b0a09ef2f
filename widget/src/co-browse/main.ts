/** What is fetched once a page is, was or may be shared: the questions, the signs, the lines in the conversation. */
import type { Sharing as SharingModule } from '../shell/registration.ts';
import { LEDGER_CSS, ledger } from './ledger.tsx';
import { Sharing } from './sharing.ts';

export const join: SharingModule['join'] = (handover, client, registrations, changed) => {
  const { root } = handover;
  const sharing = new Sharing(handover, client, changed);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(LEDGER_CSS);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  registrations.push(
    ledger({ client, language: () => sharing.view.language, open: (url) => location.assign(url.href) }),
  );
  changed();
  return () => {
    sharing.stop();
    root.adoptedStyleSheets = root.adoptedStyleSheets.filter((each) => each !== sheet);
  };
};
