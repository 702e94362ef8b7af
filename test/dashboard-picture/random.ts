import { createHash } from 'node:crypto';

const MODULUS = 2 ** 31 - 1;
const FACTOR = 48_271;

/** Numbers from 0 to 1 that are the same on each machine, by a seed. Park and Miller's generator. */
export function createRandom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0) % MODULUS || 1;
  return () => {
    state = state * FACTOR % MODULUS;
    return state / MODULUS;
  };
}
