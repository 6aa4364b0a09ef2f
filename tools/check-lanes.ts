/** `npm run lanes`: prints every import that leaves its lane, with the lane's reason; exit 1 where there is one. */
import { resolve } from 'node:path';
import { checkLanes, laneReasons } from './lanes.ts';

const reasons = await laneReasons();
const { modules, violations, unread } = await checkLanes(resolve(import.meta.dirname, '..'));

for (const { lane, from, to } of violations) {
  console.error(`${from} → ${to}\n  ${lane}: ${reasons.get(lane) ?? ''}`);
}
for (const path of unread) console.error(`${path} was not read, so its imports are not checked`);
console.log(`${modules.length} modules, ${violations.length} imports out of lane`);
process.exitCode = violations.length + unread.length > 0 ? 1 : 0;
