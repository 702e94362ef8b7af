import { createHash } from 'node:crypto';
import type { VariantDefinition } from '../../src/contract';

const LENGTH = 12;

/**
 * Fingerprint of the settings that decide the bytes of a variant made at upload. Formats after the first are separate
 * objects, so they do not count.
 */
export function computeSettings(
  { width, height, fit, position, formats, quality, animated, hdr }: VariantDefinition,
): string {
  // Without a position and HDR, the fingerprint is as it was before these settings existed.
  const deciding = [
    width, height, fit, formats[0], quality ?? null, animated, ...position ? [position] : [], ...hdr ? ['hdr'] : [],
  ];
  return createHash('sha256').update(JSON.stringify(deciding)).digest('hex').slice(0, LENGTH);
}
