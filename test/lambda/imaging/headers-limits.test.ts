import { refusalOf } from './support/read';
import type { Header } from '../../../lambda/imaging/header';
import { checkLimits } from '../../../lambda/imaging/limits';
import { IMAGE_LIMITS } from '../../../src/contract';

const header = (changes: Partial<Header>): Header => {
  const { width = 100, height = 100, frames = 1 } = changes;
  return { type: 'image/jpeg', width, height, frames, pixels: width * height * frames, scans: 1, ...changes };
};

describe('limits', () => {
  test.each<[string, Partial<Header>]>([
    ['50 MP', { width: 10_000, height: 5000 }],
    ['HEIC of 50 MP', { type: 'image/heic', width: 10_000, height: 5000 }],
    ['AVIF of 25 MP', { type: 'image/avif', width: 5000, height: 5000 }],
    ['a side of 20 000', { width: 20_000, height: 1 }],
    ['500 frames', { type: 'image/gif', frames: 500 }],
    ['150 MP over all frames', { type: 'image/webp', width: 5000, height: 5000, frames: 6 }],
    ['100 scans', { scans: 100 }],
  ])('allow %s', (_name, changes) => {
    expect(refusalOf(() => checkLimits(header(changes), IMAGE_LIMITS))).toBeUndefined();
  });

  test.each<[string, Partial<Header>, string, string]>([
    ['a side over 20 000', { width: 1, height: 20_001 }, 'TOO_MANY_PIXELS',
      'The image is 1 × 20001 pixels. A side can have at most 20000.'],
    ['over 50 MP', { width: 10_000, height: 5001 }, 'TOO_MANY_PIXELS',
      'The image is 10000 × 5001 pixels, which makes 50010000. At most 50000000 are accepted of its type.'],
    ['AVIF over 25 MP', { type: 'image/avif', width: 5001, height: 5000 }, 'TOO_MANY_PIXELS',
      'The image is 5001 × 5000 pixels, which makes 25005000. At most 25000000 are accepted of its type.'],
    ['HEIC over 50 MP', { type: 'image/heic', width: 10_000, height: 5001 }, 'TOO_MANY_PIXELS',
      'The image is 10000 × 5001 pixels, which makes 50010000. At most 50000000 are accepted of its type.'],
    ['HEIF over 50 MP', { type: 'image/heif', width: 10_000, height: 5001 }, 'TOO_MANY_PIXELS',
      'The image is 10000 × 5001 pixels, which makes 50010000. At most 50000000 are accepted of its type.'],
    ['a canvas over 50 MP behind small frames', { type: 'image/gif', width: 1, height: 1, frames: 2, pixels: 2 * 65535 ** 2 }, 'TOO_MANY_PIXELS',
      'The image is 1 × 1 pixels, but its canvas or its parts have 4294836225. At most 50000000 are accepted of its type.'],
    ['501 frames', { type: 'image/gif', frames: 501 }, 'TOO_MANY_FRAMES',
      'The image has 501 frames. At most 500 are accepted.'],
    ['over 150 MP over all frames', { type: 'image/webp', width: 5000, height: 5000, frames: 7 }, 'TOO_MANY_PIXELS',
      'The image is 5000 × 5000 pixels in 7 frames, which makes 175000000 together. At most 150000000 are accepted of an animation.'],
    ['101 scans', { scans: 101 }, 'RESOURCE_LIMIT',
      'The image is stored in 101 scans. At most 100 are accepted.'],
  ])('refuse %s', (_name, changes, code, message) => {
    expect(refusalOf(() => checkLimits(header(changes), IMAGE_LIMITS))).toMatchObject({ code, message });
  });

  test('of animations do not hold for stills', () => {
    const limits = { ...IMAGE_LIMITS, maxAnimationPixels: 1000 };
    expect(refusalOf(() => checkLimits(header({}), limits))).toBeUndefined();
    expect(refusalOf(() => checkLimits(header({ frames: 2 }), limits))?.code).toBe('TOO_MANY_PIXELS');
  });

  test('of HEIC and AVIF are their own', () => {
    const limits = { ...IMAGE_LIMITS, maxPixels: 1000, maxHeicPixels: 20_000, maxAvifPixels: 5000 };
    const codes = (['image/png', 'image/heic', 'image/heif', 'image/avif'] as const).map(type => refusalOf(() => checkLimits(header({ type }), limits))?.code);
    expect(codes).toEqual(['TOO_MANY_PIXELS', undefined, undefined, 'TOO_MANY_PIXELS']);
  });
});
