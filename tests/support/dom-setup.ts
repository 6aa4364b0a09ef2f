import { cleanup, configure } from '@testing-library/preact';
import { afterEach } from 'vitest';

/** What is fetched by import() takes its time beside other suites. */
configure({ asyncUtilTimeout: 8_000 });

// The library would do this by itself only where `afterEach` is a global.
afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});
