/** Runs in the page: a way to ask which members of its prototypes are not what they were. */
export function noteMembers(): void {
  const members = (): Map<string, unknown> => {
    const found = new Map<string, unknown>();
    for (const name of Object.getOwnPropertyNames(window)) {
      const value: unknown = /^[A-Z]/.test(name) ? Reflect.get(window, name) : undefined;
      const owner: unknown = typeof value === 'function' ? Reflect.get(value, 'prototype') : undefined;
      if (typeof owner !== 'object' || owner === null) continue;
      for (const [key, one] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
        found.set(`${name}.${key}`, (one.value as unknown) ?? one.set ?? one.get);
      }
    }
    return found;
  };
  const before = members();
  Object.assign(window, {
    changed: () => [...members()].filter(([key, value]) => before.get(key) !== value).map(([key]) => key),
  });
}
