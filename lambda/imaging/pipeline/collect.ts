type Collect = (options?: { readonly type: 'minor' }) => void;

/** Where Node runs with `--expose-gc`, as decoders do. */
const collect = (globalThis as { gc?: Collect }).gc;

/**
 * Buffers of pixels are small objects to the collector, which would let them pile up. This gets rid of most, in less
 * than a millisecond.
 */
export function collectYoung(): void {
  collect?.({ type: 'minor' });
}

/** Those too that have survived a collection. */
export function collectAll(): void {
  collect?.();
}
