/** What lets a visitor come back as the same. */
export interface VisitorTokens {
  access?: string;
  refresh?: string;
}

export interface TokenStore {
  read(): VisitorTokens;
  write(tokens: VisitorTokens): void;
}

export function memoryTokenStore(): TokenStore {
  let kept: VisitorTokens = {};
  return {
    read: () => kept,
    write: (tokens) => {
      kept = tokens;
    },
  };
}

/** Tokens in the host origin's localStorage; in memory where it is denied, full or broken. */
export function localTokenStore(key: string): TokenStore {
  const memory = memoryTokenStore();
  return {
    read() {
      try {
        const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Record<string, unknown> | null;
        const text = (name: string): object =>
          typeof kept?.[name] === 'string' ? { [name]: kept[name] } : {};
        return kept ? { ...text('access'), ...text('refresh') } : memory.read();
      } catch {
        return memory.read();
      }
    },
    write(tokens) {
      memory.write(tokens);
      try {
        localStorage.setItem(key, JSON.stringify(tokens));
      } catch {
        // Storage is denied: memory has it.
      }
    },
  };
}
