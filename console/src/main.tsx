import { render } from 'preact';
import { connectAgent } from '@alongside/sdk/agent';
import { must, systemClock } from '@alongside/sdk/shared';
import { chat } from './chat/registration.ts';
import { privacySection } from './co-browse/privacy-section.tsx';
import { coBrowse } from './co-browse/registration.ts';
import { settingsPlace } from './settings/registration.tsx';
import { startConsole } from './shell/start.tsx';
import { floor } from './supervise/registration.ts';

/** The capabilities of this console; nothing else names them. */
const registrations = [chat, coBrowse];

startConsole({
  registrations,
  places: [floor, settingsPlace([privacySection])],
  clock: systemClock,
  connect: (ticket) => connectAgent({ server: location.origin, ticket }),
  draw: (app) => {
    render(app, must(document.getElementById('console'), 'the place of the console'));
  },
});
