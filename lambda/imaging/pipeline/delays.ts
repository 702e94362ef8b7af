/** The longest delay that sharp writes, in milliseconds. A GIF can ask for ten times as long, an AVIF for days. */
const MAX_DELAY_MS = 65_535;

/** The delays of a WebP's frames, in milliseconds. Longer ones are cut. */
export function toWebpDelays(delays: readonly number[]): number[] {
  return delays.map(delay => Math.min(delay, MAX_DELAY_MS));
}
