/** Calls `load` at the first use: a client of the SDK that a request does not need costs its cold start nothing. */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => loading ??= load();
}
