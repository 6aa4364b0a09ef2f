/** Indexes of routing: a map that forgets what is empty. */

/** Sets, or deletes where there is nothing. */
export function put<T>(map: Map<string, T>, id: string, next: T | undefined): void {
  if (next) map.set(id, next);
  else map.delete(id);
}

export function addTo(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  if (ids) ids.add(id);
  else index.set(key, new Set([id]));
}

export function removeFrom(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}
