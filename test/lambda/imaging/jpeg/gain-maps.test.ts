import sharp from 'sharp';
import { computeSettings } from '../../../../lambda/domain/variant-settings';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { decodeVariants, encodeVariants, type VariantDefinition } from '../../../../src/contract';
import { openDecoderPool } from '../support/decoder-build';
import { difference, buildJob, readPixels, quadrants, variant } from '../support/pipeline-samples';
import {
  computeMean, flat, readGainMap, readPictureIndex, segment, ultraHdr, withMetadata, withParts, withSegments,
} from '../support/ultra-hdr';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

const hdr = (width: number, more: Partial<VariantDefinition> = {}): VariantDefinition =>
  variant(width, ['jpeg'], { hdr: true, ...more });
const make = async (bytes: Buffer, ...variants: VariantDefinition[]) =>
  (await pool.decode(buildJob(bytes, variants))).variants;

test('a variant keeps the gain map at its own size, and its SDR pixels are those of the variant without', async () => {
  const [kept, plain] = await make(await ultraHdr(), hdr(320), variant(320, ['jpeg'], { name: 'plain' }));
  expect(await sharp(kept.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 320, height: 240 });
  const { image } = (await readGainMap(kept.bytes))!;
  expect(await sharp(image).metadata()).toMatchObject({ width: 160, height: 120 });
  // The map brightens only the areas brighter than white.
  const [left, right] = await Promise.all(
    [0, 1].map(side => computeMean(image, { left: 80 * side + 10, top: 60, width: 60, height: 50 })),
  );
  expect(right - left).toBeGreaterThan(5);
  expect(await readGainMap(plain.bytes)).toBeUndefined();
  expect(difference(await readPixels(kept.bytes), await readPixels(plain.bytes))).toBeLessThan(2);
});

test(
  'a variant has no location or other metadata of the original, and a correct index of pictures', async () => {
    const original = await withMetadata(await ultraHdr(), 1);
    expect(original.toString('latin1')).toMatch(/canary-make[^]*canary-xmp[^]*canary-iptc[^]*canary-comment/);
    const [{ bytes }] = await make(original, hdr(200));
    const made = Buffer.from(bytes);
    expect(await readGainMap(made)).toBeDefined();
    const { exif, xmp, iptc, comments, orientation } = await sharp(made).metadata();
    expect({ exif, xmp, iptc, comments, orientation }).toEqual({});
    expect(made.toString('latin1')).not.toMatch(/canary|Exif|GPS|xpacket|adobe/i);
    const { first, second, secondLength } = readPictureIndex(made);
    expect([made.readUInt16BE(first - 2), made.readUInt16BE(first)]).toEqual([0xffd9, 0xffd8]);
    expect([second, secondLength]).toEqual([first, made.length - first]);
  },
);

test('a variant has no metadata of the gain map, further pictures, profile or trailing bytes', async () => {
  const original = await ultraHdr();
  const { first } = readPictureIndex(original);
  const [image, map] = [original.subarray(0, first), original.subarray(first)];
  // Before the profile and the parameters of libultrahdr: readers take the first of each.
  const profile = segment(0xe2, Buffer.from(`ICC_PROFILE\0\x01\x01${'canary-icc'.repeat(20)}`, 'latin1'));
  const marked = await withMetadata(withSegments(image, profile), 1);
  const second = Buffer.concat([await withMetadata(withSegments(map, profile), 1), Buffer.from('canary-behind-map')]);
  const index = marked.indexOf('MPF\0') + 4;
  marked.writeUInt32BE(marked.length, index + 54);
  marked.writeUInt32BE(second.length, index + 70);
  marked.writeUInt32BE(marked.length - index, index + 74);
  const planted = Buffer.concat([marked, second, await withMetadata(image, 1), Buffer.from('canary-behind-all')]);
  const variants = await make(
    planted, hdr(200), hdr(2000, { name: 'whole' }), variant(200, ['jpeg'], { name: 'plain' }),
  );
  expect(await Promise.all(variants.map(async ({ bytes }) => await readGainMap(bytes) !== undefined))).toEqual([
    true, true, false,
  ]);
  for (const { bytes } of variants) {
    expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/canary|Exif|GPS|xpacket|adobe|Photoshop/i);
  }
});

test('a variant is turned upright and cropped with its gain map', async () => {
  const original = await withMetadata(await ultraHdr(), 6);
  const [whole, square] = await make(original, hdr(240), hdr(150, { name: 'square', fit: 'cover' }));
  expect([whole.width, whole.height, square.width, square.height]).toEqual([180, 240, 150, 150]);
  for (const [made, width, height] of [[whole, 90, 120], [square, 75, 75]] as const) {
    const { image } = (await readGainMap(made.bytes))!;
    expect(await sharp(image).metadata()).toMatchObject({ width, height });
  }
  // After a quarter turn, the bright half is below.
  const means = await Promise.all([5, 75].map(async top => (
    computeMean((await readGainMap(whole.bytes))!.image, { left: 10, top, width: 70, height: 40 }))));
  expect(means[1] - means[0]).toBeGreaterThan(5);
});

test('colours of a Display P3 original are converted as in a variant without a gain map', async () => {
  const original = await ultraHdr();
  const { icc } = await sharp(original).metadata();
  expect(icc!.toString('latin1')).toContain('Display P3'.split('').join('\0'));
  const [kept, plain] = await make(original, hdr(320), variant(320, ['jpeg'], { name: 'plain' }));
  const unconverted = await readPixels(await sharp(original, { ignoreIcc: true }).resize(320).png().toBuffer());
  const [made, expected] = await Promise.all([kept, plain].map(({ bytes }) => readPixels(bytes)));
  expect(await readGainMap(kept.bytes)).toBeDefined();
  expect(difference(made, expected)).toBeLessThan(1);
  expect(difference(made, unconverted)).toBeGreaterThan(3);
});

test(
  'other formats and originals stay SDR, and so does an original with an unreadable gain map',
  async () => {
    const original = await ultraHdr();
    const formats = ['avif', 'webp', 'jpeg'] as const;
    const renditions = formats.map(format => ({ variant: 'w100', format }));
    const { variants } = await pool.decode(buildJob(original, [hdr(100, { formats: [...formats] })], { renditions }));
    expect(await Promise.all(variants.map(async ({ bytes }) => await readGainMap(bytes) !== undefined))).toEqual([
      false, false, true,
    ]);
    const plain = await sharp({ create: { width: 80, height: 60, channels: 3, background: 'red' } }).jpeg().toBuffer();
    const second = original.lastIndexOf(Buffer.from([0xff, 0xd8, 0xff]));
    const broken = Buffer.concat([
      original.subarray(0, second + 40), Buffer.alloc(original.length - second - 40, 0x55),
    ]);
    for (const bytes of [plain, broken]) {
      const [made] = await make(bytes, hdr(60));
      expect(await sharp(made.bytes).metadata()).toMatchObject({ format: 'jpeg', width: 60 });
      expect(await readGainMap(made.bytes)).toBeUndefined();
    }
  },
);

const PROGRESSIVE = { progressive: true, chromaSubsampling: '4:4:4' } as const;

test(
  'eight variants of a progressive original of 52 megapixels, with a map of as many, are within the limits of a decoder',
  async () => {
    const [image, map] = await Promise.all([flat(8000, 6500, PROGRESSIVE), flat(8000, 6500, PROGRESSIVE)]);
    const made = await make(
      withParts(await ultraHdr(), { image, map }),
      ...[2048, 1600, 1280, 960, 640, 480, 320, 160].map(width => hdr(width)),
    );
    expect(await Promise.all(made.map(async ({ bytes }) => await readGainMap(bytes) !== undefined))).toEqual(
      Array(8).fill(true),
    );
  },
);

test('an original of 200 megapixels keeps its map', async () => {
  const original = withParts(await ultraHdr(), { image: await flat(16_384, 12_288), map: await flat(4096, 3072) });
  const [made] = await make(original, hdr(2048));
  expect(await sharp((await readGainMap(made.bytes))!.image).metadata()).toMatchObject({ width: 512, height: 384 });
});

test.each([
  ['with more pixels than its image', [640, 480], async () => flat(656, 480)],
  [
    'that is progressive and has more than 52 megapixels', [8000, 6504],
    async () => flat(8000, 6504, { progressive: true }),
  ],
  ['with more than 13 scans', [640, 480], async () => repeatLastScan(await flat(320, 240, { progressive: true }), 10)],
] as const)('a map %s is left out, and the variant is SDR', async (_name, [width, height], makeMap) => {
  const original = await ultraHdr();
  const image = await flat(width, height);
  for (const [map, isKept] of [[await flat(320, 240), true], [await makeMap(), false]] as const) {
    const [made] = await make(withParts(original, { image, map }), hdr(200));
    expect(await readGainMap(made.bytes) !== undefined).toBe(isKept);
  }
});

/** A refinement again adds bits that are zero: the file stays valid to a decoder. */
function repeatLastScan(jpeg: Buffer, times: number): Buffer {
  const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), -2);
  return Buffer.concat([jpeg.subarray(0, -2), ...Array<Buffer>(times).fill(scan), jpeg.subarray(-2)]);
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'the map is turned and mirrored as the image is: orientation %i', async orientation => {
    const map = await (await quadrants(320, 240)).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer();
    const original = withParts(await ultraHdr(), { image: await flat(640, 480), map });
    const [made] = await make(await withMetadata(original, orientation), hdr(200, { quality: 100 }));
    const expected = await sharp(await withMetadata(map, orientation))
      .autoOrient()
      .resize({ width: 100, height: 100, fit: 'inside' })
      .png()
      .toBuffer();
    expect(difference(await readPixels((await readGainMap(made.bytes))!.image), await readPixels(expected)))
      .toBeLessThan(3);
  },
);

test('libultrahdr shows the variant brighter where the map says so, and only there', async () => {
  const [{ bytes }] = await make(await ultraHdr(), hdr(320));
  const shown = (sharp(bytes) as sharp.Sharp & { withGainMap(): sharp.Sharp }).withGainMap()
    .toColourspace('scrgb')
    .raw({ depth: 'float' });
  const { data, info } = await shown.toBuffer({ resolveWithObject: true });
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  const [left, right] = [60, 260].map(x => values[(230 * info.width + x) * info.channels]);
  expect(right).toBeGreaterThan(1.3 * left);
});

test('parameters in the XMP of Adobe become ISO 21496-1', async () => {
  const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    + 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0" hdrgm:GainMapMin="0" hdrgm:GainMapMax="2" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" '
    + 'hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2" hdrgm:BaseRenditionIsHDR="False"/></rdf:RDF></x:xmpmeta>';
  const parameters = segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp}`));
  const [made] = await make(
    withParts(await ultraHdr(), { image: await flat(640, 480), map: await flat(320, 240), parameters }), hdr(200),
  );
  const { image } = (await readGainMap(made.bytes))!;
  expect(image.toString('latin1')).toContain('urn:iso:std:iso:ts:21496:-1');
  expect(Buffer.from(made.bytes).toString('latin1')).not.toMatch(/adobe|hdrgm/);
});

test('hdr survives the environment of a function, and makes variants anew when it changes', () => {
  const plain: VariantDefinition = {
    name: 'large',
    width: 2048,
    height: 1,
    fit: 'cover',
    formats: ['jpeg'],
    generation: 'eager',
    animated: true,
  };
  const set: VariantDefinition[] = [
    plain, { ...plain, hdr: true }, { ...plain, position: 'entropy', hdr: true, quality: 5 },
  ];
  expect(encodeVariants(set)).toBe('large:2048x1:cea:j;large:2048x1:ceah:j;large:2048x1:ceaeh:j:5');
  expect(decodeVariants(encodeVariants(set))).toEqual(set);
  expect(new Set(set.map(computeSettings)).size).toBe(3);
});
