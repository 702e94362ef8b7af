import sharp from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { sniff } from '../../../../lambda/imaging/sniff';
import { encodeAv1, encodeGrey, type CodedImage } from '../support/av1-files';
import { openDecoderPool } from '../support/decoder-build';
import { minimized, type MinimizedOptions } from '../support/minimized';
import { difference, quadrants, type Pixels } from '../support/pipeline-samples';
import { decodeStill, NEAR, transformQuadrants, type DecodedStill, type Step } from '../support/stills';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

let image: CodedImage;
let whole: Pixels;
beforeAll(async () => {
  image = await encodeAv1(await quadrants(128, 96));
  whole = await transformQuadrants();
});

const make = async (bytes: Buffer): Promise<DecodedStill> => decodeStill(pool, bytes);

describe('an AVIF in the low-overhead format', () => {
  const file = (options: Partial<MinimizedOptions> = {}): Buffer => (
    minimized({ width: 128, height: 96, config: image.config, data: image.data, ...options }));

  test('is recognized as AVIF by its brands', () => {
    expect(sniff(file())).toBe('image/avif');
    expect(sniff(Buffer.from(file().toString('latin1').replace('mif3avif', 'mif3heic'), 'latin1'))).toBe('image/heic');
  });

  test.each([{}, { largeSizes: true }, { cicp: [1, 13, 6] as const }, { hasHdr: true }, { hasTypes: true }])(
    'is decoded with %j', async options => {
      const { size, pixels } = await make(file(options));
      expect(size).toBe('128x96');
      expect(difference(pixels, whole)).toBeLessThan(NEAR);
    },
  );

  test.each<[number, Step[]]>([
    [1, []],
    [2, [from => from.flop()]],
    [3, [from => from.rotate(180)]],
    [4, [from => from.flip()]],
    [5, [from => from.rotate(90), from => from.flop()]],
    [6, [from => from.rotate(90)]],
    [7, [from => from.rotate(270), from => from.flop()]],
    [8, [from => from.rotate(270)]],
  ])('is turned by orientation %i as EXIF defines it', async (orientation, steps) => {
    const { pixels } = await make(file({ orientation }));
    expect(difference(pixels, await transformQuadrants(...steps))).toBeLessThan(NEAR);
  });

  test('keeps its alpha', async () => {
    const values = Buffer.from(Array.from({ length: 128 * 96 }, (_, i) => i % 128 < 64 ? 0 : 255));
    const grey = await encodeGrey(values, 128, 96);
    const { pixels: { data, channels } } = await make(file({ alpha: grey }));
    expect([channels, data[3], data[120 * 4 + 3]]).toEqual([4, 0, 255]);
  });

  test('is converted from the colours of its profile', async () => {
    const tagged = sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } })
      .withIccProfile('p3')
      .png();
    const { icc } = await sharp(await tagged.toBuffer()).metadata();
    const { pixels: { data } } = await make(file({ icc }));
    const [blue] = [data.subarray((80 * 128 + 20) * 3, (80 * 128 + 20) * 3 + 3)];
    // Green of Display P3 lies outside sRGB, so red is clipped to 0. For blue, green and red are clipped, too.
    expect([...blue].map(value => Math.round(value / 32))).toEqual([0, 0, 8]);
  });

  test.each([10, 40, 80])('is corrupt when it ends %i bytes early', async bytes => {
    await expect(make(file().subarray(0, -bytes))).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});
