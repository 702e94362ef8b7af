import { INJECTED } from './process';
import type { Imaging } from '../../lambda/domain/ports';

/** The second byte of an upload says what a worker makes of it. */
export const CONTENT = { GOOD: 0, CORRUPT: 1, BAD_IMAGE: 2, POISON: 3 } as const;

/** The pipeline of the model. */
export const makeVariants: Imaging['make'] = async original => {
  if (original[1] === CONTENT.POISON) throw new Error(`${INJECTED}poison`);
  if (original[1] === CONTENT.BAD_IMAGE) return { rejection: { code: 'CORRUPT', message: 'The image cannot be decoded.' }, isFatal: false };
  return {
    facts: { width: 4, height: 3, format: 'png', animated: false, placeholder: { thumbhash: 'aGFzaA==', color: '#102030' } },
    variants: ['thumb', 'small'].map((name, i) => ({ name, format: 'webp', width: 4, height: 3, settings: 'model', bytes: original.subarray(0, i + 1) })),
  };
};
