/** Runs `work` never twice at once: asked for in between, it runs once more when it is done. It must not reject. */
export function oneAtATime(work: () => Promise<unknown>): () => void {
  let running = false;
  let asked = 0;
  const run = async (): Promise<void> => {
    running = true;
    for (let seen = 0; seen < asked;) {
      seen = asked;
      await work();
    }
    asked = 0;
    running = false;
  };
  return () => {
    asked++;
    if (!running) void run();
  };
}
