import sharp from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { encodeAv1, encodeGrey, buildStill, type CodedImage, type StillItem } from '../support/av1-files';
import { openDecoderPool } from '../support/decoder-build';
import { be16, be32, box, fullBox, hex, ispe, reference } from '../support/files';
import { difference, quadrants, readPixels, type Pixels } from '../support/pipeline-samples';
import { clap, decodeStill, mirror, NEAR, transformQuadrants, turn, type DecodedStill, type Step } from '../support/stills';

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
const config = (coded: CodedImage): Buffer => box('av1C', coded.config);
const coded = (id: number, ...more: Buffer[]): StillItem => ({
  id,
  type: 'av01',
  data: image.data,
  properties: [ispe(128, 96), config(image), ...more],
});

describe('an AVIF still', () => {
  const crop: Step = from => from.extract({ left: 52, top: 14, width: 64, height: 48 });

  test('is cropped by its clean aperture, around its own centre', async () => {
    const { size, pixels } = await make(buildStill('avif', 1, [coded(1, clap(64, 48, 20, -10))]));
    expect(size).toBe('64x48');
    expect(difference(pixels, await transformQuadrants(crop))).toBeLessThan(NEAR);
  });

  test.each<[string, Buffer[], Step[]]>([
    ['a quarter turn', [turn(1)], [from => from.rotate(-90)]],
    ['half a turn', [turn(2)], [from => from.rotate(180)]],
    ['three quarter turns', [turn(3)], [from => from.rotate(90)]],
    ['a mirror', [mirror(1)], [from => from.flop()]],
    ['a mirror upside down', [mirror(0)], [from => from.flip()]],
    ['a turn and a mirror', [turn(1), mirror(0)], [from => from.rotate(-90), from => from.flip()]],
  ])('is cropped before %s', async (_what, transforms, steps) => {
    const { pixels } = await make(buildStill('avif', 1, [coded(1, clap(64, 48, 20, -10), ...transforms)]));
    expect(difference(pixels, await transformQuadrants(crop, ...steps))).toBeLessThan(NEAR);
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
    const aperture = clap(64, 48, 0, 0);
    const kind = fullBox('auxC', 0, Buffer.from('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0'));
    const alpha: StillItem = {
      id: 2,
      type: 'av01',
      data: grey.data,
      properties: [ispe(128, 96), config(grey), aperture, kind],
    };
    const { size, pixels: { data, channels } } = await make(
      buildStill('avif', 1, [coded(1, aperture), alpha], [reference('auxl', 2, 1)]),
    );
    expect([size, channels, data[24 * 64 * 4 + 3], data[24 * 64 * 4 + 60 * 4 + 3]]).toEqual(['64x48', 4, 0, 255]);
  });

  test('that is the identity of another item is shown as that item is, with both their transforms', async () => {
    const identity: StillItem = { id: 3, type: 'iden', properties: [ispe(96, 128), mirror(1)] };
    const { pixels } = await make(buildStill('avif', 3, [coded(1, turn(1)), identity], [reference('dimg', 3, 1)]));
    expect(difference(pixels, await transformQuadrants(from => from.rotate(-90), from => from.flop())))
      .toBeLessThan(NEAR);
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
