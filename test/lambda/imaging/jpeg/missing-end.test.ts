import sharp from 'sharp';
import type { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import { addMissingEnd } from '../../../../lambda/imaging/jpeg/end';
import { findNextMarker } from '../../../../lambda/imaging/jpeg/markers';
import { STANDARD_TABLES } from '../../../../lambda/imaging/jpeg/standard-tables';
import { readStructure } from '../../../../lambda/imaging/jpeg/structure';
import { RejectionError } from '../../../../lambda/imaging/rejection-error';
import { isCorpusReal, readWrong } from '../../../support/corpus';
import { openDecoderPool } from '../support/decoder-build';
import { hex, segment } from '../support/files';
import { codedJpeg } from '../support/jpeg-encoder';
import { CORPUS, buildJob, readPixels, testCorpus, variant } from '../support/pipeline-samples';

jest.setTimeout(300_000);

const WIDTH = 75;
const HEIGHT = 53;
const END_BYTES = 2;
const TAIL = 64;

let pool: DecoderPool;
openDecoderPool(opened => { pool = opened; });

/** The pixels from the real decoder; undefined if it rejects the file. */
async function decode(bytes: Buffer): Promise<Buffer | undefined> {
  try {
    const { variants: [made] } = await pool.decode(buildJob(bytes, [variant(8192, ['png'])]));
    return (await readPixels(made.bytes)).data;
  } catch (error) {
    if (error instanceof RejectionError) return undefined;
    throw error;
  }
}

async function encode(options: sharp.JpegOptions, channels: 1 | 3 = 3): Promise<Buffer> {
  const data = Buffer.from(Array.from({ length: WIDTH * HEIGHT * channels }, (_, i) => (i % 101) * 2 + i * 7919 % 53));
  return sharp(data, { raw: { width: WIDTH, height: HEIGHT, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg(options)
    .toBuffer();
}

/** The DHT segments of an encoder that uses the standard tables: libjpeg's own copy of them. */
async function standardTables(): Promise<Buffer[]> {
  const bytes = await encode({ optimiseCoding: false });
  const found: Buffer[] = [];
  for (let at = findNextMarker(bytes, 2); bytes[at] !== 0xda; at = findNextMarker(
    bytes, at + 1 + bytes.readUInt16BE(at + 1),
  )) {
    if (bytes[at] === 0xc4) found.push(bytes.subarray(at - 1, at + 1 + bytes.readUInt16BE(at + 1)));
  }
  return found;
}

const coded = async (sampling: [number, number][], more: {
  restartInterval?: number;
  isDivided?: boolean;
  withoutTables?: boolean;
} = {}) =>
  codedJpeg({ width: WIDTH, height: HEIGHT, sampling, ...more }, await standardTables());

const COLOUR: [number, number][] = [[2, 2], [1, 1], [1, 1]];

const FILES: [string, () => Promise<Buffer>][] = [
  ['baseline 4:4:4', () => encode({ chromaSubsampling: '4:4:4' })],
  ['baseline 4:2:0', () => encode({ chromaSubsampling: '4:2:0' })],
  ['baseline with the standard tables', () => encode({ optimiseCoding: false })],
  ['baseline grey', () => encode({}, 1)],
  ['progressive 4:4:4', () => encode({ progressive: true, chromaSubsampling: '4:4:4' })],
  ['progressive 4:2:0', () => encode({ progressive: true, chromaSubsampling: '4:2:0' })],
  ['progressive grey', () => encode({ progressive: true }, 1)],
  ['mozjpeg', () => encode({ mozjpeg: true })],
  ['grey with restarts', () => coded([[1, 1]], { restartInterval: 5 })],
  ['4:2:0 with restarts', () => coded(COLOUR, { restartInterval: 3 })],
  ['a restart marker for each block', () => coded([[1, 1]], { restartInterval: 1 })],
  ['4:2:0 with a scan for each component', () => coded(COLOUR, { isDivided: true })],
  [
    '4:1:1 with a scan for each component and restarts',
    () => coded([[4, 1], [1, 1], [1, 1]], { isDivided: true, restartInterval: 4 }),
  ],
  ['motion JPEG without tables', () => coded([[2, 1], [1, 1], [1, 1]], { withoutTables: true })],
];

test.each(FILES)(
  '%s: without its end marker it has the same pixels, and with a byte less it is corrupt', async (_name, file) => {
    const whole = await file();
    const pixels = await decode(whole);
    expect(pixels).toBeDefined();
    const accepted: number[] = [];
    const wrong: number[] = [];
    for (let cut = 0; cut <= TAIL; cut++) {
      const found = await decode(whole.subarray(0, whole.length - cut));
      if (found) accepted.push(cut);
      if (found && !found.equals(pixels!)) wrong.push(cut);
    }
    expect({ accepted, wrong }).toEqual({ accepted: [0, 1, END_BYTES], wrong: [] });
  },
);

test.each(FILES)('%s: a file that ends where a scan or a restart interval ends is corrupt', async (_name, file) => {
  const whole = await file();
  const ends: number[] = [];
  for (let at = findNextMarker(whole, whole.indexOf(hex('ffda'))); at < whole.length - 1; at = findNextMarker(
    whole, at + 1,
  )) {
    ends.push(at - 1);
  }
  const accepted: number[] = [];
  for (const end of ends.slice(1)) if (await decode(whole.subarray(0, end))) accepted.push(end);
  expect(accepted).toEqual([]);
});

test.each([
  ['zeros', Buffer.alloc(40), false],
  ['fill bytes', Buffer.alloc(5, 0xff), false],
  ['fill bytes', Buffer.alloc(5, 0xff), true],
  ['a comment', segment(0xfe, Buffer.from('webcam')), false],
  ['a comment', segment(0xfe, Buffer.from('webcam')), true],
  ['a comment that is cut off', segment(0xfe, Buffer.alloc(300)).subarray(0, 200), false],
  ['a comment that is cut off', segment(0xfe, Buffer.alloc(300)).subarray(0, 200), true],
])('%s instead of the end marker change no pixel %#', async (_name, trailer, progressive) => {
  const whole = await encode({ progressive, chromaSubsampling: '4:4:4' });
  const found = await decode(Buffer.concat([whole.subarray(0, -END_BYTES), trailer]));
  expect(found?.equals((await decode(whole))!)).toBe(true);
});

test('arithmetic coding without an end marker stays corrupt: its decoder does not notice missing data', () => {
  const whole = Buffer.concat([
    hex('ffd8 ffc9 000b 08 0008 0008 01 01 11 00 ffda 0008 01 01 00 00 3f 00'), hex('aabb'),
  ]);
  expect(addMissingEnd(whole).bytes).toBe(whole);
});

describe('the structure of a hostile JPEG', () => {
  const components = (count: number): Buffer =>
    Buffer.from(Array.from({ length: count }, (_, i) => [i + 1, 0x11, 0]).flat());
  const frame = (count: number): Buffer => segment(0xc2, hex('08 0008 0008'), Buffer.from([count]), components(count));
  const selectors = (count: number): number[] => Array.from({ length: count }, (_, i) => [i + 1, 0]).flat();
  const buildScan = (count: number): Buffer => segment(0xda, Buffer.from([count, ...selectors(count), 0, 63, 0]));

  test('is undefined with a scan of more than four components', () => {
    expect(readStructure(Buffer.concat([hex('ffd8'), frame(255), buildScan(4)]))?.scans).toHaveLength(1);
    expect(readStructure(Buffer.concat([hex('ffd8'), frame(255), buildScan(5)]))).toBeUndefined();
  });

  test('is undefined with a bad frame, also before good ones', () => {
    const bad = segment(0xc2, hex('08 0008 0008 ff'));
    expect(readStructure(Buffer.concat([hex('ffd8'), bad, frame(3), buildScan(3)]))).toBeUndefined();
  });

  test('takes no view of the millions of segments that say nothing of it', () => {
    const file = Buffer.concat([
      hex('ffd8'), frame(3), ...Array<Buffer>(6000).fill(hex('fffe0002')), buildScan(3), hex('aabb'),
    ]);
    const views = jest.spyOn(file, 'subarray');
    expect(readStructure(file)?.scans).toHaveLength(1);
    expect(views.mock.calls.length).toBeLessThan(10);
  });
});

test('the standard tables are those of libjpeg', async () => {
  const here = [...STANDARD_TABLES].map(
    ([selector, { counts, symbols }]) => Buffer.concat([Buffer.from([selector]), counts, symbols]).toString('hex'),
  );
  expect(here.sort()).toEqual((await standardTables()).map(table => table.subarray(4).toString('hex')).sort());
});

testCorpus('a webcam picture without its end marker is accepted', async () => {
  const bytes = readWrong('jpeg-without-eoi.jpg')!;
  // libjpeg's own picture of the file, with the missing marker added.
  const expected = await readPixels(await sharp(Buffer.concat([bytes, hex('ffd9')])).png().toBuffer());
  expect((await decode(bytes))?.equals(expected.data)).toBe(true);
});

test(
  'photos of the corpus without their end marker keep their pixels, and with 16 bytes less they are corrupt or keep them too',
  async () => {
    const misses: string[] = [];
    let count = 0;
    for (const { name, kind, verdict, bytes } of CORPUS) {
      const whole = bytes();
      if (verdict !== 'must_accept' || kind !== 'jpeg' || whole.length > 150_000 || !isHuffman(whole)) continue;
      if (!whole.subarray(-END_BYTES).equals(hex('ffd9'))) continue;
      count++;
      const [pixels, same, less] = await Promise.all(
        [0, END_BYTES, 16].map(cut => decode(whole.subarray(0, whole.length - cut))),
      );
      if (!pixels || !same?.equals(pixels)) misses.push(`${name} is not accepted without its end marker`);
      // Damage and second pictures can follow the last pixel.
      if (less && !less.equals(pixels!)) misses.push(`${name} is accepted with other pixels`);
    }
    expect(count).toBeGreaterThan(isCorpusReal ? 20 : 10);
    expect(misses).toEqual([]);
  },
);

function isHuffman(bytes: Buffer): boolean {
  return (readStructure(bytes)?.frame.marker ?? 0) <= 0xc2;
}
