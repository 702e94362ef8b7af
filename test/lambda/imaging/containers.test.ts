import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { buildDecoder, DECODER_LIMITS } from './decoder-build';
import {
  corpusFile, difference, buildJob, readPixels, quadrants, testCorpus, variant, type Pixels,
} from './pipeline-samples';
import { encodeAv1, encodeGrey, buildStill, type CodedImage, type StillItem } from './support/av1-files';
import { be16, be32, box, fullBox, hex, ispe, reference } from './support/files';
import { readHevc } from './support/hevc-file';
import { minimized, type MinimizedOptions } from './support/minimized';
import { DecoderPool } from '../../../lambda/imaging/decoder/pool';
import { sniff } from '../../../lambda/imaging/sniff';
import { readWrong } from '../../support/corpus';

jest.setTimeout(120_000);

let script: string;
let pool: DecoderPool;
let image: CodedImage;
let whole: Pixels;
beforeAll(async () => {
  script = await buildDecoder();
  pool = new DecoderPool({ script, limits: DECODER_LIMITS });
  image = await encodeAv1(await quadrants(128, 96));
  whole = await readPixels(await (await quadrants(128, 96)).png().toBuffer());
});
afterAll(() => {
  pool.close();
  rmSync(dirname(script), { recursive: true, force: true });
});

interface Made {
  readonly size: string;
  readonly pixels: Pixels;
}

async function make(bytes: Buffer): Promise<Made> {
  const { width, height, variants: [made] } = await pool.decode(buildJob(bytes, [variant(2000, ['png'])]));
  return { size: `${width}x${height}`, pixels: await readPixels(made.bytes) };
}

/** The quadrants after sharp has cropped, rotated and mirrored them in this order. */
async function expected(...steps: ((from: sharp.Sharp) => sharp.Sharp)[]): Promise<Pixels> {
  let bytes = await (await quadrants(128, 96)).png().toBuffer();
  for (const step of steps) bytes = await step(sharp(bytes)).png().toBuffer();
  return readPixels(bytes);
}

/** Edges between the colours of a lossy image are slightly soft. */
const NEAR = 4;

const config = (coded: CodedImage): Buffer => box('av1C', coded.config);
const coded = (id: number, ...more: Buffer[]): StillItem => ({
  id,
  type: 'av01',
  data: image.data,
  properties: [ispe(128, 96), config(image), ...more],
});
const clap = (width: number, height: number, right: number, down: number): Buffer =>
  box('clap', be32(width, 1, height, 1, unsigned(right), 1, unsigned(down), 1));
const unsigned = (value: number): number => value < 0 ? value + 2 ** 32 : value;
const turn = (quarters: number): Buffer => box('irot', Buffer.from([quarters]));
const mirror = (mode: number): Buffer => box('imir', Buffer.from([mode]));

describe('an AVIF still', () => {
  test('is cropped by its clean aperture, around its own centre', async () => {
    const { size, pixels } = await make(buildStill('avif', 1, [coded(1, clap(64, 48, 20, -10))]));
    expect(size).toBe('64x48');
    expect(difference(pixels, await expected(from => from.extract({ left: 52, top: 14, width: 64, height: 48 }))))
      .toBeLessThan(NEAR);
  });

  test.each<[string, Buffer[], ((from: sharp.Sharp) => sharp.Sharp)[]]>([
    ['a quarter turn', [turn(1)], [from => from.rotate(-90)]],
    ['half a turn', [turn(2)], [from => from.rotate(180)]],
    ['three quarter turns', [turn(3)], [from => from.rotate(90)]],
    ['a mirror', [mirror(1)], [from => from.flop()]],
    ['a mirror upside down', [mirror(0)], [from => from.flip()]],
    ['a turn and a mirror', [turn(1), mirror(0)], [from => from.rotate(-90), from => from.flip()]],
  ])('is cropped before %s', async (_what, transforms, steps) => {
    const { pixels } = await make(buildStill('avif', 1, [coded(1, clap(64, 48, 20, -10), ...transforms)]));
    expect(
      difference(pixels, await expected(from => from.extract({ left: 52, top: 14, width: 64, height: 48 }), ...steps)),
    ).toBeLessThan(NEAR);
  });

  test('with a crop of nothing is corrupt', async () => {
    await expect(make(buildStill('avif', 1, [coded(1, clap(0, 48, 0, 0))]))).rejects.toMatchObject({ code: 'CORRUPT' });
    await expect(
      make(buildStill('avif', 1, [coded(1, box('clap', be32(64, 0, 48, 0, 0, 0, 0, 0)))])),
    ).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  test('keeps the alpha of what is cropped', async () => {
    const values = Buffer.from(Array.from({ length: 128 * 96 }, (_, i) => i % 128 < 64 ? 0 : 255));
    const grey = await encodeGrey(values, 128, 96);
    const crop = clap(64, 48, 0, 0);
    const kind = fullBox('auxC', 0, Buffer.from('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0'));
    const alpha: StillItem = {
      id: 2,
      type: 'av01',
      data: grey.data,
      properties: [ispe(128, 96), config(grey), crop, kind],
    };
    const { size, pixels: { data, channels } } = await make(
      buildStill('avif', 1, [coded(1, crop), alpha], [reference('auxl', 2, 1)]),
    );
    expect([size, channels, data[24 * 64 * 4 + 3], data[24 * 64 * 4 + 60 * 4 + 3]]).toEqual(['64x48', 4, 0, 255]);
  });

  test('that is the identity of another item is shown as that item is, with both their transforms', async () => {
    const identity: StillItem = { id: 3, type: 'iden', properties: [ispe(96, 128), mirror(1)] };
    const { pixels } = await make(buildStill('avif', 3, [coded(1, turn(1)), identity], [reference('dimg', 3, 1)]));
    expect(difference(pixels, await expected(from => from.rotate(-90), from => from.flop()))).toBeLessThan(NEAR);
  });

  test('that is the identity of an identity, cropped, is shown', async () => {
    const one: StillItem = { id: 2, type: 'iden', properties: [ispe(128, 96)] };
    const other: StillItem = { id: 3, type: 'iden', properties: [ispe(128, 96), clap(64, 48, 0, 0)] };
    const { size } = await make(
      buildStill('avif', 3, [coded(1), one, other], [reference('dimg', 2, 1), reference('dimg', 3, 2)]),
    );
    expect(size).toBe('64x48');
  });

  test('that is its own identity is corrupt', async () => {
    const circle: StillItem = { id: 1, type: 'iden', properties: [ispe(8, 8)] };
    await expect(make(buildStill('avif', 1, [circle], [reference('dimg', 1, 1)]))).rejects.toMatchObject({
      code: 'CORRUPT',
    });
  });

  test('that uses an item twice shows it twice', async () => {
    const grid = Buffer.concat([hex('0000 00 01'), be16(256, 96)]);
    const items: StillItem[] = [{ id: 3, type: 'grid', data: grid, properties: [ispe(256, 96)] }, coded(1)];
    const { size, pixels } = await make(buildStill('avif', 3, items, [reference('dimg', 3, 1, 1)]));
    expect(size).toBe('256x96');
    const png = sharp(pixels.data, { raw: { width: 256, height: 96, channels: 3 } }).png();
    for (const left of [0, 128]) {
      const half = await readPixels(
        await sharp(await png.toBuffer()).extract({ left, top: 0, width: 128, height: 96 }).png().toBuffer(),
      );
      expect(difference(half, whole)).toBeLessThan(NEAR);
    }
  });

  test('with a place of its data that fits into no box is corrupt', async () => {
    const still = buildStill('avif', 1, [coded(1, clap(64, 48, 0, 0))]);
    const [at, iloc] = [
      still.indexOf('iloc') - 4, fullBox('iloc', 0, hex('8400'), be16(1, 1, 0, 1), be32(2 ** 20, 0, 10)),
    ];
    const bytes = Buffer.concat([still.subarray(0, at), iloc, still.subarray(at + still.readUInt32BE(at))]);
    const meta = bytes.indexOf('meta') - 4;
    bytes.writeUInt32BE(bytes.readUInt32BE(meta) + bytes.length - still.length, meta);
    await expect(make(bytes)).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  test('that is a grid without all of its tiles is corrupt', async () => {
    const grid: StillItem = {
      id: 3,
      type: 'grid',
      data: Buffer.concat([hex('0000 00 01'), be16(256, 96)]),
      properties: [ispe(256, 96)],
    };
    const file = buildStill('avif', 3, [grid, coded(1), coded(2)], [reference('dimg', 3, 1, 2)]);
    expect(await make(file)).toMatchObject({ size: '256x96' });
    for (const length of [image.data.length / 2, image.data.length + 10]) {
      await expect(make(file.subarray(0, -length))).rejects.toMatchObject({ code: 'CORRUPT' });
    }
    const empty = buildStill('avif', 3, [grid, coded(1), { ...coded(2), data: undefined }], [
      reference('dimg', 3, 1, 2),
    ]);
    await expect(make(empty)).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  test('with an operating point is decoded by it', async () => {
    const { size, pixels } = await make(
      buildStill('avif', 1, [coded(1, box('a1op', hex('00')), box('lsel', hex('ffff')))]),
    );
    expect(size).toBe('128x96');
    expect(difference(pixels, whole)).toBeLessThan(NEAR);
  });

  test('with a layer that is not there is corrupt', async () => {
    await expect(make(buildStill('avif', 1, [coded(1, box('lsel', hex('0002')))]))).rejects.toMatchObject({
      code: 'CORRUPT',
    });
  });
});

describe('an AVIF in the low-overhead format', () => {
  const file = (options: Partial<MinimizedOptions> = {}): Buffer => (
    minimized({ width: 128, height: 96, config: image.config, data: image.data, ...options }));

  test('is an AVIF by its brands', () => {
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

  test.each<[number, ((from: sharp.Sharp) => sharp.Sharp)[]]>([
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
    expect(difference(pixels, await expected(...steps))).toBeLessThan(NEAR);
  });

  test('has its alpha', async () => {
    const values = Buffer.from(Array.from({ length: 128 * 96 }, (_, i) => i % 128 < 64 ? 0 : 255));
    const grey = await encodeGrey(values, 128, 96);
    const { pixels: { data, channels } } = await make(file({ alpha: grey }));
    expect([channels, data[3], data[120 * 4 + 3]]).toEqual([4, 0, 255]);
  });

  test('has the colours of its profile', async () => {
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

/** A HEIC of 128 × 128 pixels from the corpus, since no encoder here writes HEVC. */
describe('a HEIC still', () => {
  const hevc = (): CodedImage => readHevc(corpusFile('825853d55a81247b').bytes());
  const item = (id: number, ...more: Buffer[]): StillItem => {
    const { config: hvcC, data } = hevc();
    return { id, type: 'hvc1', data, properties: [ispe(128, 128), box('hvcC', hvcC), ...more] };
  };
  const plain = async (): Promise<sharp.Sharp> => {
    const { variants: [{ bytes }] } = await pool.decode(
      buildJob(buildStill('heic', 1, [item(1)]), [variant(128, ['png'])]),
    );
    return sharp(bytes);
  };

  testCorpus('is cropped, then turned and mirrored', async () => {
    const { size, pixels } = await make(buildStill('heic', 1, [item(1, clap(64, 48, 20, -10), turn(1), mirror(0))]));
    expect(size).toBe('48x64');
    const cut = await (await plain()).extract({ left: 52, top: 30, width: 64, height: 48 }).png().toBuffer();
    const turned = await sharp(cut).rotate(-90).png().toBuffer();
    expect(difference(pixels, await readPixels(await sharp(turned).flip().png().toBuffer()))).toBeLessThan(1);
  });

  testCorpus('that is the identity of a cropped item is shown', async () => {
    const identity: StillItem = { id: 3, type: 'iden', properties: [ispe(48, 64), mirror(1)] };
    const { pixels } = await make(
      buildStill('heic', 3, [item(1, clap(64, 48, 0, 0)), identity], [reference('dimg', 3, 1)]),
    );
    const cut = await (await plain()).extract({ left: 32, top: 40, width: 64, height: 48 }).flop().png().toBuffer();
    expect(difference(pixels, await readPixels(cut))).toBeLessThan(1);
  });

  testCorpus('that is a grid without all of its tiles is corrupt', async () => {
    const grid: StillItem = {
      id: 3,
      type: 'grid',
      data: Buffer.concat([hex('0000 00 01'), be16(256, 128)]),
      properties: [ispe(256, 128)],
    };
    const file = buildStill('heic', 3, [grid, item(1), item(2)], [reference('dimg', 3, 1, 2)]);
    expect(await make(file)).toMatchObject({ size: '256x128' });
    await expect(make(file.subarray(0, -hevc().data.length / 2))).rejects.toMatchObject({ code: 'CORRUPT' });
  });

  testCorpus('that uses an item twice shows it twice', async () => {
    const overlay = Buffer.concat([hex('0000 ffff ffff ffff ffff'), be16(256, 128, 0, 0, 128, 0)]);
    const items: StillItem[] = [{ id: 3, type: 'iovl', data: overlay, properties: [ispe(256, 128)] }, item(1)];
    const { size, pixels } = await make(buildStill('heic', 3, items, [reference('dimg', 3, 1, 1)]));
    expect(size).toBe('256x128');
    const png = await sharp(pixels.data, { raw: { width: 256, height: 128, channels: pixels.channels as 3 | 4 } })
      .removeAlpha()
      .png()
      .toBuffer();
    const once = await readPixels(await (await plain()).removeAlpha().png().toBuffer());
    for (const left of [0, 128]) {
      const tile = await sharp(png).extract({ left, top: 0, width: 128, height: 128 }).png().toBuffer();
      expect(difference(await readPixels(tile), once)).toBeLessThan(1);
    }
  });
});

type Place = readonly [x: number, y: number, color: readonly number[]];

/**
 * Values of Chromium 156 for AVIF, and of libheif 1.23.6 in pillow-heif for HEIC. The last value of a color is alpha.
 */
const WRONG: [string, string, readonly Place[]][] = [
  [
    'avif-layered-op2-refused.avif', '360x182',
    [[90, 45, [105, 104, 100]], [180, 91, [65, 65, 67]], [270, 136, [20, 11, 7]]],
  ],
  ['heic-clap-64-of-256.heic', '64x64', [[16, 16, [29, 30, 200]], [32, 32, [29, 30, 200]], [48, 48, [29, 30, 200]]]],
  [
    'heic-double-iref-refused-C021.heic', '1280x720',
    [[320, 180, [241, 253, 247]], [960, 180, [68, 90, 106]], [320, 540, [237, 253, 250]], [960, 540, [64, 90, 114]]],
  ],
  [
    'heic-iden-derivation-refused-MIAF007.heic', '360x640',
    [[90, 160, [250, 255, 255]], [270, 160, [248, 255, 255]], [90, 480, [48, 67, 76]], [270, 480, [91, 110, 119]]],
  ],
];

for (const [name, size, places] of WRONG) {
  testCorpus(`${name} is ${size}`, async () => {
    const bytes = readWrong(name)!;
    const made = await make(bytes);
    expect(made.size).toBe(size);
    const { data, width, channels } = made.pixels;
    for (const [x, y, color] of places) {
      const found = [...data.subarray((y * width + x) * channels, (y * width + x) * channels + 3)];
      expect({ x, y, found, isNear: found.every((value, i) => Math.abs(value - color[i]) <= 3) }).toEqual({
        x,
        y,
        found,
        isNear: true,
      });
    }
  });
}

testCorpus('avif-mif3-mini-type-mismatch.avif has its colours and its alpha', async () => {
  const bytes = readWrong('avif-mif3-mini-type-mismatch.avif')!;
  const { size, pixels: { data, channels } } = await make(bytes);
  expect([size, channels]).toEqual(['256x256', 4]);
  // The samples of its alpha image: most are 0 or 1, and some 500 are 255.
  const counts = [0, 1, 255].map(
    value => Array.from({ length: 256 * 256 }, (_, i) => data[4 * i + 3]).filter(alpha => alpha === value).length,
  );
  expect(counts).toEqual([24526, 36099, 503]);
});
