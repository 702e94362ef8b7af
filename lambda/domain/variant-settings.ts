import { createHash } from 'node:crypto';
import type { VariantDefinition } from '../../src/contract';

const LENGTH = 12;

/** Fingerprint of what decides the bytes of a variant that is made at upload: formats behind the first one are others' bytes. */
export function settingsOf({ width, height, fit, formats, quality, animated }: VariantDefinition): string {
  const deciding = [width, height, fit, formats[0], quality ?? null, animated];
  return createHash('sha256').update(JSON.stringify(deciding)).digest('hex').slice(0, LENGTH);
}
