/**
 * Said before anything else, in one line: an older Node cannot even read the TypeScript files that follow. npm
 * scripts bring a pinned Node on Linux and Windows; elsewhere it is the machine's own.
 */
const NODE_MAJOR_MIN = 24;
const EXIT_CODE_USAGE = 2;

if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
  process.stderr.write(
    `Alongside needs Node ${NODE_MAJOR_MIN} or newer; this is ${process.version}. Install it from https://nodejs.org.\n`,
  );
  process.exit(EXIT_CODE_USAGE);
}
