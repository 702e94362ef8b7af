import sharp, { type AvifOptions } from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { Bytes } from '../../../../lambda/imaging/headers/bytes';
import { prepare } from '../../../../lambda/imaging/heif/prepare';
import { deltaE } from '../../../colour/delta-e';
import { encodeAv1, encodeGrey, solid, buildStill, type CodedImage, type StillItem } from '../support/av1-files';
import { openDecoderPool } from '../support/decoder-build';
import { be16, be32, box, fullBox, ispe, reference } from '../support/files';
import { withNclx } from '../support/heif-property';
import { difference, buildJob, readPixels, quadrants, variant, type Pixels } from '../support/pipeline-samples';

jest.setTimeout(120_000);

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

/** Odd sides: neither chroma subsampling nor the squares that become one pixel divide them. */
const [WIDTH, HEIGHT] = [133, 101];

async function make(bytes: Buffer, width: number): Promise<Pixels> {
  const { variants: [made] } = await pool.decode(buildJob(bytes, [variant(width, ['png'])]));
  return readPixels(made.bytes);
}

const readKind = (bytes: Buffer): string => prepare(new Bytes(bytes, 'AVIF')).kind;

/** Colours change smoothly in both directions; alpha goes from 25 to 255. */
function gradient(channels: 1 | 3 | 4): sharp.Sharp {
  const pixel = (x: number, y: number): number[] =>
    [20 + 200 * x / WIDTH, 30 + 190 * y / HEIGHT, 220 - 150 * x / WIDTH, 25 + 230 * (x + y) / (WIDTH + HEIGHT)];
  const values = Array.from(
    { length: WIDTH * HEIGHT }, (_, i) => pixel(i % WIDTH, Math.floor(i / WIDTH)).slice(0, channels),
  );
  const image = sharp(Buffer.from(values.flat()), { raw: { width: WIDTH, height: HEIGHT, channels } });
  return channels === 1 ? image.toColourspace('b-w') : image;
}

interface Distance {
  readonly mean: number;
  readonly worst: number;
  /** Differences of alpha, from 0 to 255. */
  readonly alpha: number;
}

function distance(one: Pixels, other: Pixels): Distance {
  expect([one.width, one.height, one.channels]).toEqual([other.width, other.height, other.channels]);
  const [channels, colours] = [one.channels, one.channels < 3 ? [0, 0, 0] : [0, 1, 2]];
  const color = ({ data }: Pixels, at: number): [number, number, number] =>
    colours.map(i => data[at + i]) as [number, number, number];
  let [sum, worst, alpha] = [0, 0, 0];
  for (let at = 0; at < one.data.length; at += channels) {
    const each = deltaE(color(one, at), color(other, at));
    [sum, worst] = [sum + each, Math.max(worst, each)];
    if (channels === 4) alpha = Math.max(alpha, Math.abs(one.data[at + 3] - other.data[at + 3]));
  }
  return { mean: sum / (one.data.length / channels), worst, alpha };
}

type Chroma = '4:2:0' | '4:4:4';
const CASES = ([1, 3, 4] as const).flatMap(channels => ([10, 12] as const).flatMap(bits => (['4:2:0', '4:4:4'] as const)
  .filter(chroma => channels > 1 || chroma === '4:2:0')
  .flatMap(
    chroma => [true, false].flatMap(isFull => [WIDTH, 30].map(width => ({ channels, bits, chroma, isFull, width }))),
  )));

/** sharp writes the full range. The file's own code points go before those that say it here of both depths. */
async function avif(channels: 1 | 3 | 4, isFull: boolean, options: AvifOptions): Promise<Buffer> {
  const image = await gradient(channels).avif({ quality: 95, effort: 0, ...options }).toBuffer();
  return isFull ? image : withNclx(image, 1, 13, 6, false);
}

const DEEP: AvifOptions = { bitdepth: 12 };
const turn = (quarters: number): Buffer => box('irot', Buffer.from([quarters]));
const mirror = (mode: number): Buffer => box('imir', Buffer.from([mode]));
const clap = (width: number, height: number): Buffer => box('clap', be32(width, 1, height, 1, 0, 1, 0, 1));
const auxiliary = (kind: string): Buffer => fullBox('auxC', 0, Buffer.from(`${kind}\0`));

function item({ width, height, config, data }: CodedImage, id: number, ...more: Buffer[]): StillItem {
  return { id, type: 'av01', data, properties: [ispe(width, height), box('av1C', config), ...more] };
}

describe('an AVIF still of more than 8 bits', () => {
  test.each(CASES)('looks like one of 8 bits: %j', async ({ channels, bits, chroma, isFull, width }) => {
    const options = { chromaSubsampling: chroma as Chroma };
    const [deep, plain] = [
      await avif(channels, isFull, { ...options, bitdepth: bits }),
      await avif(channels, isFull, { ...options, bitdepth: 8 }),
    ];
    expect([deep, plain].map(readKind)).toEqual(['coded', 'item']);
    const { mean, worst, alpha } = distance(await make(deep, width), await make(plain, width));
    expect({ mean, worst, alpha, isNear: mean < 1 && worst < 4 && alpha <= 4 }).toMatchObject({ isNear: true });
  });

  /** Squares of four pixels become one before the resize. */
  test.each<[string, Buffer[], ((from: sharp.Sharp) => sharp.Sharp)[]]>([
    ['a turn', [turn(1)], [from => from.rotate(-90)]],
    [
      'a crop, a turn and a mirror', [clap(80, 56), turn(3), mirror(0)],
      [
        from => from.extract({ left: 24, top: 20, width: 80, height: 56 }), from => from.rotate(90),
        from => from.flip(),
      ],
    ],
  ])('is shown small with %s', async (_what, transforms, steps) => {
    let upright = await (await quadrants(128, 96)).png().toBuffer();
    for (const step of steps) upright = await step(sharp(upright)).png().toBuffer();
    const shown = await make(
      buildStill('avif', 1, [item(await encodeAv1(await quadrants(128, 96), DEEP), 1, ...transforms)]), 12,
    );
    const expected = await sharp(upright).resize(shown.width, shown.height, { fit: 'fill' }).png().toBuffer();
    expect(difference(shown, await readPixels(expected))).toBeLessThan(8);
  });

  test.each([64, 8])('whose colours are multiplied by alpha gets them back in %i pixels', async width => {
    const colours = await encodeAv1(solid({ r: 100, g: 50, b: 20 }), DEEP);
    const half = await encodeGrey(Buffer.alloc(64 * 48, 128), 64, 48, DEEP);
    const items = [item(colours, 1), item(half, 2, auxiliary('urn:mpeg:mpegB:cicp:systems:auxiliary:alpha'))];
    const prem = box('prem', be16(1, 1, 2));
    const { data } = await make(buildStill('avif', 1, items, [reference('auxl', 2, 1), prem]), width);
    const far = [199, 100, 40, 128].map((value, i) => Math.abs(value - data[i])).filter(by => by > 4);
    expect({ pixel: [...data.subarray(0, 4)], far }).toMatchObject({ far: [] });
  });

  test('does not take its depth for alpha', async () => {
    const colours = await encodeAv1(solid({ r: 100, g: 50, b: 20 }), DEEP);
    const depth = await encodeGrey(Buffer.alloc(64 * 48, 128), 64, 48, DEEP);
    const items = [item(colours, 1), item(depth, 2, auxiliary('urn:mpeg:mpegB:cicp:systems:auxiliary:depth'))];
    expect(await make(buildStill('avif', 1, items, [reference('auxl', 2, 1)]), 64)).toMatchObject({ channels: 3 });
  });
});
