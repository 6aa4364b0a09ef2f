import { startReplay } from './replay-page.ts';

startReplay(document.body);
