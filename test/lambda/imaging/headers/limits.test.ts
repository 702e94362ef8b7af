import { checkLimits } from '../../../../lambda/imaging/check-limits';
import type { Header } from '../../../../lambda/imaging/header';
import { IMAGE_LIMITS } from '../../../../src/contract';
import { readRejection } from '../support/read';

const header = (changes: Partial<Header>): Header => {
  const { width = 100, height = 100, frames = 1 } = changes;
  return { type: 'image/jpeg', width, height, frames, pixels: width * height * frames, scans: 1, ...changes };
};

describe('limits', () => {
  test.each<[string, Partial<Header>]>([
    // Sensors of phones: 50 megapixels, 108 and 200, in JPEG and where a phone writes it in HEIC.
    ['8192 × 6144 in JPEG', { width: 8192, height: 6144 }],
    ['8160 × 6144 in HEIC', { type: 'image/heic', width: 8160, height: 6144 }],
    ['12000 × 9000 in JPEG', { width: 12_000, height: 9000 }],
    ['12240 × 16320 in JPEG', { width: 12_240, height: 16_320 }],
    ['16384 × 12288 in JPEG', { width: 16_384, height: 12_288 }],
    ['JPEG of 205 MP', { width: 20_000, height: 10_250 }],
    ...(['image/png', 'image/webp', 'image/gif', 'image/avif', 'image/heic', 'image/heif'] as const)
      .map((type): [string, Partial<Header>] => [`${type} of 52 MP`, { type, width: 10_000, height: 5200 }]),
    ['a side of 20 000', { width: 20_000, height: 1 }],
    ['500 frames', { type: 'image/gif', frames: 500 }],
    ['150 MP over all frames', { type: 'image/webp', width: 5000, height: 5000, frames: 6 }],
    ['100 scans', { scans: 100 }],
  ])('allow %s', (_name, changes) => {
    expect(readRejection(() => checkLimits(header(changes), IMAGE_LIMITS))).toBeUndefined();
  });

  test.each<[string, Partial<Header>, string, string, string?]>([
    ['a side over 20 000', { width: 1, height: 20_001 }, 'TOO_MANY_PIXELS',
      'The image has 1 × 20001 pixels. At most 20000 are accepted for a side.'],
    ['JPEG over 205 MP', { width: 20_000, height: 10_251 }, 'TOO_MANY_PIXELS',
      'The image has 20000 × 10251 = 205020000 pixels. At most 205000000 are accepted for JPEG.'],
    ...([
      ['png', 'PNG'], ['webp', 'WebP'], ['gif', 'GIF'], ['avif', 'AVIF'], ['heic', 'HEIC'], ['heif', 'HEIF'],
    ] as const).map(([type, name]): [string, Partial<Header>, string, string] => [
      `${type} over 52 MP`, { type: `image/${type}`, width: 10_000, height: 5201 }, 'TOO_MANY_PIXELS',
      `The image has 10000 × 5201 = 52010000 pixels. At most 52000000 are accepted for ${name}.`,
    ]),
    [
      'a canvas over 52 MP behind small frames',
      { type: 'image/gif', width: 1, height: 1, frames: 2, pixels: 2 * 65535 ** 2 }, 'TOO_MANY_PIXELS',
      'The image has 1 × 1 = 1 pixels, but its canvas or its parts have 4294836225. At most 52000000 are accepted for GIF.',
    ],
    ['501 frames', { type: 'image/gif', frames: 501 }, 'TOO_MANY_FRAMES',
      'The image has 501 frames. At most 500 are accepted.', 'a copy with fewer frames'],
    ['over 150 MP over all frames', { type: 'image/webp', width: 5000, height: 5000, frames: 7 }, 'TOO_MANY_PIXELS',
      'The image has 5000 × 5000 = 25000000 pixels in each of 7 frames, 175000000 together. At most 150000000 are accepted for an animation.'],
    ['101 scans', { scans: 101 }, 'RESOURCE_LIMIT',
      'The image has 101 scans. At most 100 are accepted.', 'a copy with fewer scans'],
  ])('reject %s', (_name, changes, code, why, fix = 'a smaller copy') => {
    const message = `${why} The service does not keep rejected originals: upload ${fix}.`;
    expect(readRejection(() => checkLimits(header(changes), IMAGE_LIMITS))).toMatchObject({ code, message });
  });

  test('of animations do not hold for stills', () => {
    const limits = { ...IMAGE_LIMITS, maxAnimationPixels: 1000 };
    expect(readRejection(() => checkLimits(header({}), limits))).toBeUndefined();
    expect(readRejection(() => checkLimits(header({ frames: 2 }), limits))?.code).toBe('TOO_MANY_PIXELS');
  });

  test('of JPEG, HEIC and AVIF are their own', () => {
    const limits = {
      ...IMAGE_LIMITS,
      maxPixels: 1000,
      maxJpegPixels: 10_000,
      maxHeicPixels: 20_000,
      maxAvifPixels: 5000,
    };
    const codes = (['image/png', 'image/jpeg', 'image/heic', 'image/heif', 'image/avif'] as const).map(
      type => readRejection(() => checkLimits(header({ type }), limits))?.code,
    );
    expect(codes).toEqual(['TOO_MANY_PIXELS', undefined, undefined, undefined, 'TOO_MANY_PIXELS']);
  });
});
