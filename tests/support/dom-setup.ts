import { cleanup } from '@testing-library/preact';
import { afterEach } from 'vitest';

// The library would do this by itself only where `afterEach` is a global.
afterEach(() => {
  cleanup();
  document.body.replaceChildren();
});
