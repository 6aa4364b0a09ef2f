export const join =
  (..._all: unknown[]): (() => void) =>
  () =>
    undefined;
