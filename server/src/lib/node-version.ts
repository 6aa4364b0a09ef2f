/**
 * Imported before anything else, because what follows does not even load on an older Node. It uses nothing that
 * Node 18 lacks.
 */

/** The first major version with `node:sqlite` as it is used here, and the one that is tested. */
export const NODE_MAJOR_MIN = 24;
const EXIT_CODE_USAGE = 2;

/** The one line for whoever runs `version` (`v20.1.0`), or undefined when it is new enough. */
export function nodeVersionProblem(version: string): string | undefined {
  const major = Number(/^v?(\d+)/.exec(version)?.[1]);
  if (major >= NODE_MAJOR_MIN) return undefined;
  return `Alongside needs Node ${NODE_MAJOR_MIN} or newer; this is ${version}. npm scripts bring their own: try npm start.`;
}

const problem = nodeVersionProblem(process.version);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(EXIT_CODE_USAGE);
}
