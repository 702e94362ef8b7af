import sharp from 'sharp';
import { checkLimits } from '../../../../lambda/imaging/check-limits';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { readHeader } from '../../../../lambda/imaging/headers';
import type { ProcessedImage } from '../../../../lambda/imaging/pipeline/job';
import { sniff } from '../../../../lambda/imaging/sniff';
import { IMAGE_LIMITS } from '../../../../src/contract';
import { readWrong } from '../../../support/corpus';
import { encodeAv1, encodeGrey, nclx, buildSequence, solid, type CodedImage } from '../support/av1-files';
import { openDecoderPool } from '../support/decoder-build';
import { box, be32, fullBox, hex, ispe, meta } from '../support/files';
import { readHevc } from '../support/hevc-file';
import { corpusFile, buildJob, readPixels, testCorpus, variant } from '../support/pipeline-samples';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

const ANIMATED = variant(400, ['webp'], { name: 'moving', animated: true, quality: 100 });
const STILL = variant(400, ['png'], { name: 'still' });

const make = (bytes: Buffer): Promise<ProcessedImage> => pool.decode(buildJob(bytes, [ANIMATED, STILL]));

interface Shown {
  readonly frames: number;
  readonly delays?: readonly number[];
  readonly plays?: number;
  readonly size: string;
}

async function shown({ variants: [{ bytes }] }: ProcessedImage): Promise<Shown> {
  const { pages = 1, delay, loop, width, pageHeight, height } = await sharp(bytes).metadata();
  return { frames: pages, delays: delay, plays: loop, size: `${width}x${pageHeight ?? height}` };
}

/** RGBA of one pixel in each frame of the animation. */
async function readFramePixels({ variants: [{ bytes }] }: ProcessedImage, x: number, y: number): Promise<number[][]> {
  const { pages = 1 } = await sharp(bytes).metadata();
  return Promise.all(Array.from({ length: pages }, async (_, page) => {
    const { data, info } = await sharp(bytes, { page }).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    return [...data.subarray((y * info.width + x) * 4, (y * info.width + x) * 4 + 4)];
  }));
}

/** Within the losses of two lossy codecs. */
function expectNear(actual: readonly (readonly number[])[], expected: readonly (readonly number[])[], most = 6): void {
  expect(actual).toHaveLength(expected.length);
  const distances = actual.map(
    (pixel, i) => Math.max(...expected[i].map((value, channel) => Math.abs(value - pixel[channel]))),
  );
  expect({ actual, isNear: distances.every(distance => distance <= most) }).toEqual({ actual, isNear: true });
}

const COLOURS = [{ r: 200, g: 30, b: 30 }, { r: 30, g: 180, b: 40 }, { r: 40, g: 60, b: 210 }];
const rgba = ({ r, g, b }: typeof COLOURS[number], alpha = 255): number[] => [r, g, b, alpha];

let frames: CodedImage[];
beforeAll(async () => {
  frames = await Promise.all(COLOURS.map(colour => encodeAv1(solid(colour))));
});

describe('an AVIF sequence', () => {
  test('becomes an animation with all its frames, their durations and its plays', async () => {
    const image = await make(buildSequence(frames, { durations: [100, 40, 250], plays: 3 }));
    expect(image).toMatchObject({ format: 'avif', animated: true, width: 64, height: 48 });
    expect(await shown(image)).toEqual({ frames: 3, delays: [100, 40, 250], plays: 3, size: '64x48' });
    expectNear(await readFramePixels(image, 32, 24), COLOURS.map(colour => rgba(colour)));
  });

  test('repeats without end where it has no edit list, as in browsers', async () => {
    expect(await shown(await make(buildSequence(frames)))).toMatchObject({ plays: 0 });
  });

  test('shows its first frame in a still variant', async () => {
    const { variants: [, still] } = await make(buildSequence(frames));
    const { data } = await readPixels(still.bytes);
    expectNear([[...data.subarray(0, 3)]], [[200, 30, 30]], 3);
  });

  test.each<[string, Parameters<typeof buildSequence>[1]]>([
    ['sizes of 16 bits', { sizes: 'stz2' }],
    ['offsets of 64 bits', { offsets: 'co64' }],
    ['a chunk for each sample', { samplesInChunk: 1 }],
    ['chunks of two samples and a rest', { samplesInChunk: 2 }],
    ['the brand of any sequence', { brand: 'msf1' }],
  ])('is read with %s', async (_what, options) => {
    const bytes = buildSequence(frames, options);
    const header = { ...readHeader(bytes, 'image/avif') };
    const image = await pool.decode({ bytes, header, variants: [ANIMATED] });
    expectNear(await readFramePixels(image, 5, 5), COLOURS.map(colour => rgba(colour)));
  });

  test(
    'goes before the primary item where the brand says that it is a sequence, and behind it in an AVIF still',
    async () => {
      const primary = meta([ispe(64, 48)]);
      expect(await make(buildSequence(frames, { before: [primary] }))).toMatchObject({ animated: true });
      expect(readHeader(buildSequence(frames, { before: [primary] }), 'image/avif')).toMatchObject({
        frames: 3,
        pixels: 3 * 64 * 48,
      });
    },
  );

  test('keeps its alpha', async () => {
    const left = Buffer.from(Array.from({ length: 64 * 48 }, (_, i) => i % 64 < 32 ? 0 : 255));
    const alpha = await encodeGrey(left, 64, 48);
    const image = await make(buildSequence(frames, { alpha: [alpha, alpha, alpha] }));
    expectNear(await readFramePixels(image, 50, 20), COLOURS.map(colour => rgba(colour)));
    expect((await readFramePixels(image, 10, 20)).map(([, , , a]) => a)).toEqual([0, 0, 0]);
  });

  test('whose colours are multiplied by alpha gets them back', async () => {
    const half = await encodeGrey(Buffer.alloc(64 * 48, 128), 64, 48);
    const multiplied = await encodeAv1(solid({ r: 100, g: 50, b: 20 }));
    const image = await make(buildSequence([multiplied, multiplied], { alpha: [half, half], isPremultiplied: true }));
    expectNear((await readFramePixels(image, 20, 20)).slice(0, 1), [[199, 100, 40, 128]], 8);
  });

  test.each([
    ['turned', [box('irot', hex('01'))], '48x64', 3, 60, 3, 3],
    ['mirrored', [box('imir', hex('01'))], '64x48', 60, 3, 3, 3],
    ['cropped', [box('clap', be32(32, 1, 24, 1, 0, 1, 0, 1))], '32x24', 2, 12, 29, 12],
  ])('is %s as its sample entry says', async (_what, entryBoxes, size, x1, y1, x2, y2) => {
    // Red at the left, blue at the right.
    const raw = Buffer.from(
      Array.from({ length: 64 * 48 }, (_, i) => i % 64 < 32 ? [220, 20, 20] : [20, 20, 220]).flat(),
    );
    const image = await encodeAv1(sharp(raw, { raw: { width: 64, height: 48, channels: 3 } }));
    const made = await make(buildSequence([image, image], { entryBoxes }));
    expect(await shown(made)).toMatchObject({ size });
    // libwebp joins two frames that are alike.
    expectNear((await readFramePixels(made, x1, y1)).slice(0, 1), [rgba({ r: 220, g: 20, b: 20 })], 12);
    expectNear((await readFramePixels(made, x2, y2)).slice(0, 1), [rgba({ r: 20, g: 20, b: 220 })], 12);
  });

  test('is converted from Display P3', async () => {
    const made = await make(buildSequence([frames[1], frames[1]], { entryBoxes: [nclx(12, 13, 6, 0x80)] }));
    // IEC 61966-2-1 and the primaries of SMPTE EG 432-1 for (30, 180, 40): red falls out of sRGB.
    const [[r, g, b]] = await readFramePixels(made, 20, 20);
    expect({ r: r < 5, g: Math.abs(g - 183) <= 3, b: b < 40 }).toEqual({ r: true, g: true, b: true });
  });

  test('that is too long or too large is rejected by its header', () => {
    const many = Array.from({ length: 501 }, () => frames[0]);
    expect(() => checkLimits(readHeader(buildSequence(many), 'image/avif'), IMAGE_LIMITS)).toThrow(/501 frames/);
    const large = { ...frames[0], width: 5000, height: 4000 };
    expect(
      () => checkLimits(readHeader(buildSequence(Array.from({ length: 10 }, () => large)), 'image/avif'), IMAGE_LIMITS),
    ).toThrow(/200000000 together/);
  });

  test('with a frame that is larger than the file says is rejected', async () => {
    const large = await encodeAv1(solid(COLOURS[0], 640, 480));
    await expect(make(buildSequence([frames[0], { ...large, width: 64, height: 48 }]))).rejects.toMatchObject({
      code: 'CORRUPT',
    });
    await expect(make(buildSequence([{ ...large, width: 64, height: 48 }, frames[0]]))).rejects.toMatchObject({
      code: 'CORRUPT',
    });
  });

  describe('whose frames have different sizes of as many pixels', () => {
    const clap = (width: number, height: number): Buffer => box('clap', be32(width, 1, height, 1, 0, 1, 0, 1));

    test.each<[string, number, number, Buffer[]]>([
      ['transposed', 48, 64, []],
      // 64 × 48 pixels are left of the first, and 64 × 32 of the second: a third of its place would stay unwritten.
      ['cropped to fewer pixels', 96, 32, [clap(64, 48)]],
    ])('is corrupt: %s', async (_what, width, height, entryBoxes) => {
      const other = await encodeAv1(solid(COLOURS[1], width, height));
      const sequence = buildSequence([frames[0], other], { entryBoxes });
      await expect(make(sequence)).rejects.toMatchObject({ code: 'CORRUPT' });
    });

    test('is corrupt: 8 bits, then 10 bits of half the pixels', async () => {
      // Both take 18,432 bytes before the conversion to sRGB, and the second takes half of them behind it.
      const wide = await encodeAv1(solid(COLOURS[0], 128, 48));
      const deep = await encodeAv1(solid(COLOURS[1], 64, 48), { bitdepth: 10 });
      await expect(make(buildSequence([wide, deep], { entryBoxes: [nclx(12, 13, 6, 0x80)] }))).rejects.toMatchObject({
        code: 'CORRUPT',
      });
    });

    test.each([[64, 48, 48, 64], [64, 48, 32, 24]])(
      'is corrupt: alpha of %i × %i, then of %i × %i pixels', async (width, height, otherWidth, otherHeight) => {
        const alpha = await Promise.all(
          [[width, height], [otherWidth, otherHeight]].map(([w, h]) => encodeGrey(Buffer.alloc(w * h, 128), w, h)),
        );
        await expect(make(buildSequence(frames.slice(0, 2), { alpha }))).rejects.toMatchObject({ code: 'CORRUPT' });
      },
    );
  });

  test.each<[string, () => Buffer]>([
    ['a frame that is noise', () => buildSequence([frames[0], { ...frames[1], data: Buffer.alloc(60, 0x55) }])],
    ['an empty frame', () => buildSequence([frames[0], { ...frames[1], data: Buffer.alloc(0) }])],
    ['alpha for fewer frames', () => buildSequence(frames, { alpha: [frames[0]] })],
    ['an end in the middle of its data', () => buildSequence(frames).subarray(0, -20)],
    ['no samples', () => buildSequence(frames, { sizes: 'stsz' }).fill(
      0, buildSequence(frames).indexOf('stsz') + 12, buildSequence(frames).indexOf('stsz') + 16,
    )],
    [
      'no table of chunks',
      () => Buffer.from(buildSequence(frames).toString('latin1').replace('stco', 'skip'), 'latin1'),
    ],
  ])('is corrupt with %s', async (_what, bytes) => {
    await expect(make(bytes())).rejects.toMatchObject({ code: 'CORRUPT' });
  });
});

test('of a HEVC sequence without a primary item the header counts one picture', () => {
  const sequence = buildSequence(frames, { brand: 'hevc', coding: ['hvc1', 'hvcC'] });
  expect(sniff(sequence)).toBe('image/heic');
  expect(readHeader(sequence, 'image/heic')).toMatchObject({ width: 64, height: 48, frames: 1 });
});

testCorpus('a HEVC sequence shows its first picture', async () => {
  const heic = corpusFile('825853d55a81247b').bytes();
  const coded = readHevc(heic);
  const { width, height } = coded;
  const sequence = buildSequence([coded, coded], { brand: 'msf1', coding: ['hvc1', 'hvcC'] });
  const branded = Buffer.from(sequence.toString('latin1').replace('msf1msf1', 'msf1hevc'), 'latin1');
  const [still, first] = await Promise.all([heic, branded].map(bytes => pool.decode(buildJob(bytes, [STILL]))));
  expect(first).toMatchObject({ animated: false, width, height });
  expect(Buffer.compare(Buffer.from(first.variants[0].bytes), Buffer.from(still.variants[0].bytes))).toBe(0);
});

/** Pixels of the first frame at a quarter, the half and three quarters of the diagonal. */
const WRONG: [string, Shown & { readonly first: number[][] }][] = [
  // The values of libavif 1.4.2, in Pillow 13. Chromium 156 stretches the range of every sequence, even against the
  // file's own flag.
  ['avif-sequence-made-by-pillow-refused.avif', {
    frames: 8,
    delays: Array(8).fill(80),
    plays: 0,
    size: '300x200',
    first: [[63, 64, 207, 255], [127, 128, 133, 255], [191, 191, 189, 255]],
  }],
  ['avif-sequence-refused-as-damaged.avif', {
    frames: 5,
    delays: [33, 34, 33, 33, 34],
    plays: 1,
    size: '150x150',
    first: [[0, 0, 0, 255], [0, 0, 0, 255], [0, 0, 0, 255]],
  }],
];

for (const [name, { first, ...expected }] of WRONG) {
  testCorpus(`${name} has its frames and colours`, async () => {
    const bytes = readWrong(name)!;
    const image = await make(bytes);
    expect(image.animated).toBe(true);
    expect(await shown(image)).toEqual(expected);
    const { width, height } = image;
    for (const [i, share] of [0.25, 0.5, 0.75].entries()) {
      const [pixel] = await readFramePixels(image, Math.floor(width * share), Math.floor(height * share));
      expectNear([pixel], [first[i]], 6);
    }
  });
}

testCorpus('heic-sequence-refused-as-damaged-C027.heic shows its first picture', async () => {
  const bytes = readWrong('heic-sequence-refused-as-damaged-C027.heic')!;
  const image = await pool.decode(buildJob(bytes, [variant(1280, ['png'])]));
  expect(image).toMatchObject({ width: 1280, height: 720, animated: false });
  const { data, channels, width } = await readPixels(image.variants[0].bytes);
  const at = (x: number, y: number): number[] => [
    ...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3),
  ];
  // The values of libheif 1.23.6, which decodes the first sample as an item.
  expectNear(
    [at(320, 180), at(960, 180), at(640, 360), at(960, 540)],
    [[239, 254, 247], [64, 87, 102], [255, 255, 245], [63, 89, 113]],
    5,
  );
});

test('the boxes of a sequence that has no track for its colours leave the primary item', () => {
  const moov = box('moov', fullBox('mvhd', 0));
  expect(readHeader(Buffer.concat([buildSequence(frames).subarray(0, 32), meta([ispe(8, 8)]), moov]), 'image/avif'))
    .toMatchObject({ frames: 1, width: 8 });
});
