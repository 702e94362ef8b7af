import { createHash } from 'node:crypto';
import type { VariantDefinition } from '../../src/contract';

const LENGTH = 12;

/** Fingerprint of what decides the bytes of a variant that is made at upload: formats behind the first one are others' bytes. */
export function computeSettings({ width, height, fit, position, formats, quality, animated, hdr }: VariantDefinition): string {
  // A variant without a position and HDR keeps the fingerprint that it had before there were these.
  const deciding = [width, height, fit, formats[0], quality ?? null, animated, ...position ? [position] : [], ...hdr ? ['hdr'] : []];
  return createHash('sha256').update(JSON.stringify(deciding)).digest('hex').slice(0, LENGTH);
}
