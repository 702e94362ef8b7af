import type { VariantDefinition } from './imaging';

/** The set where nobody names another. Without delivery by a CDN all are made at upload, in the one small format that every browser shows. */
export const DEFAULT_VARIANTS: readonly VariantDefinition[] = [
  variant('thumb', 320),
  variant('small', 640),
  variant('medium', 1280),
  variant('large', 2048),
];

function variant(name: string, edge: number): VariantDefinition {
  return { name, width: edge, height: edge, fit: 'inside', formats: ['webp'], generation: 'eager', animated: true };
}
