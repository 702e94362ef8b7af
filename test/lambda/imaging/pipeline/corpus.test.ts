import sharp from 'sharp';
import { checkLimits } from '../../../../lambda/imaging/check-limits';
import { DecoderPool } from '../../../../lambda/imaging/decoder/pool';
import type { ProcessedImage } from '../../../../lambda/imaging/pipeline/job';
import { RejectionError } from '../../../../lambda/imaging/rejection-error';
import { sniff } from '../../../../lambda/imaging/sniff';
import { IMAGE_LIMITS, VARIANT_FORMATS } from '../../../../src/contract';
import { bombNames, readBomb } from '../../../support/corpus';
import { DECODER_LIMITS, openDecoderPool } from '../support/decoder-build';
import { buildHeicGrid } from '../support/heic-grid';
import { withIccProfile } from '../support/heic-profile';
import {
  CORPUS, corpusFile, difference, buildJob, readPixels, quadrants, testCorpus, variant,
} from '../support/pipeline-samples';

jest.setTimeout(300_000);

let script: string;
let pool: DecoderPool;
openDecoderPool((opened, built) => { [pool, script] = [opened, built]; });

const VARIANTS = [variant(320, ['webp']), variant(96, ['jpeg'], { fit: 'cover' })];

/** Processes a file of an accepted type. */
async function judgeFile(bytes: Buffer, decoders = pool): Promise<ProcessedImage | RejectionError> {
  try {
    const job = buildJob(bytes, VARIANTS);
    checkLimits(job.header, IMAGE_LIMITS);
    return await decoders.decode(job);
  } catch (error) {
    if (error instanceof RejectionError) return error;
    throw error;
  }
}

const isAccepted = (verdict: ProcessedImage | RejectionError): boolean => !(verdict instanceof RejectionError);

/** IEC 61966-2-1, and the primaries of Display P3 in sRGB. */
function p3InSrgb(color: number[]): number[] {
  const linear = color.map(value => value / 255).map(
    value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  const matrix = [[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]];
  const mixed = matrix.map(
    row => Math.min(1, Math.max(0, row.reduce((sum, factor, i) => sum + factor * linear[i], 0))),
  );
  return mixed.map(
    value => Math.round(255 * (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055)),
  );
}

testCorpus('nothing but pixels survives of a photo with GPS, XMP, a comment and bytes behind its end', async () => {
  const photo = corpusFile('0a7864e5fa07cc11').bytes();
  const comment = Buffer.from('\xff\xfe\x00\x13canary-of-comment', 'latin1');
  const bytes = Buffer.concat([
    photo.subarray(0, 2), comment, photo.subarray(2), Buffer.from('canary-of-trailer<script>'),
  ]);
  expect(await sharp(bytes).metadata()).toMatchObject({ exif: expect.anything(), xmp: expect.anything() });
  const variants = VARIANT_FORMATS.map(format => variant(200, [format], { name: format }));
  const image = await pool.decode(buildJob(bytes, variants));
  expect(image.variants).toHaveLength(4);
  for (const made of image.variants) {
    const { exif, xmp, iptc, icc, comments, orientation } = await sharp(made.bytes).metadata();
    expect({ exif, xmp, iptc, icc, comments, orientation }).toEqual({});
    expect(Buffer.from(made.bytes).toString('latin1')).not.toMatch(/canary|Exif|GPS|xpacket|adobe|<script/i);
  }
});

test('files of the corpus end as their kind says', async () => {
  const misses: string[] = [];
  for (const { name, kind, verdict, bytes } of CORPUS) {
    const expected = { must_accept: true, must_reject_corrupt: false }[verdict];
    const file = bytes();
    if (expected === undefined || !sniff(file)) continue;
    const result = await judgeFile(file);
    if (isAccepted(result) !== expected) {
      misses.push(`${name} ${kind} ${verdict} ${result instanceof RejectionError ? result.code : ''}`);
    }
  }
  expect(misses).toEqual([]);
});

testCorpus('what libheif decodes of HEIC is accepted, upright and in its colours', async () => {
  const accepted: string[] = [];
  for (const { name, kind, bytes } of CORPUS) {
    if (kind !== 'heif/heic' || !sniff(bytes())) continue;
    const verdict = await judgeFile(bytes());
    if (verdict instanceof RejectionError) expect(verdict.code).toBe('CORRUPT');
    else accepted.push(`${name} ${verdict.format} ${verdict.width}x${verdict.height}`);
  }
  expect(accepted).toEqual(
    expect.arrayContaining(['645877c52c5c656e.heic heic 1440x960', 'dac399d3bf1019ba.heic heic 512x512']),
  );
});

testCorpus('a HEIC of as many pixels as are allowed is made in the time and the memory of a decoder', async () => {
  const tile = corpusFile('645877c52c5c656e').bytes();
  const large = buildHeicGrid(tile, [1440, 960], 6, 6);
  const { width, height, variants: [made] } = await pool.decode(buildJob(large, [variant(1440, ['png'])]));
  expect([width, height, width * height > 0.95 * IMAGE_LIMITS.maxHeicPixels]).toEqual([8640, 5760, true]);
  // Each tile is present and complete: every sixth of the variant looks like the image.
  const { variants: [small] } = await pool.decode(buildJob(tile, [variant(240, ['png'])]));
  const expected = await readPixels(small.bytes);
  for (const [left, top] of [[0, 0], [1200, 0], [0, 800], [1200, 800]]) {
    const part = await sharp(made.bytes).extract({ left, top, width: 240, height: 160 }).png().toBuffer();
    expect(difference(await readPixels(part), expected)).toBeLessThan(3);
  }
  expect(await judgeFile(buildHeicGrid(tile, [1440, 960], 7, 6))).toMatchObject({ code: 'TOO_MANY_PIXELS' });
});

testCorpus('the colour profile of a HEIC is heeded', async () => {
  const plain = corpusFile('825853d55a81247b').bytes();
  const { icc } = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#ff0000' } })
    .withIccProfile('p3')
    .png()
    .toBuffer()
    .then(png => sharp(png).metadata());
  const wide = withIccProfile(plain, icc!);
  const [before, after] = await Promise.all([plain, wide].map(async bytes => {
    const { variants: [made] } = await pool.decode(buildJob(bytes, [variant(128, ['png'])]));
    return readPixels(made.bytes);
  }));
  const expected = { ...before, data: Buffer.from(before.data) };
  for (let i = 0; i < expected.data.length; i += 3) expected.data.set(p3InSrgb([...before.data.subarray(i, i + 3)]), i);
  expect(difference(after, expected)).toBeLessThan(1);
  expect(difference(after, before)).toBeGreaterThan(3);
});

test('a bomb ends in a verdict, and the image behind it is made', async () => {
  const good = await (await quadrants(400, 300)).jpeg().toBuffer();
  for (const bomb of bombNames()) {
    const bytes = readBomb(bomb);
    if (!sniff(bytes)) continue;
    const [, behind] = await Promise.all([judgeFile(bytes), judgeFile(good)]);
    expect({ bomb, accepted: isAccepted(behind) }).toEqual({ bomb, accepted: true });
  }
});

test('a decoder that takes too much memory, or asks for it at once, is no way out', async () => {
  const small = new DecoderPool({ script, limits: { ...DECODER_LIMITS, decodeMemoryMiB: 200 } });
  try {
    expect(await judgeFile(readBomb('av_6000x4000.avif'), small)).toMatchObject({
      code: expect.stringMatching(/RESOURCE_LIMIT|CORRUPT/),
    });
    expect(isAccepted(await judgeFile(await (await quadrants(400, 300)).jpeg().toBuffer(), small))).toBe(true);
  } finally {
    small.close();
  }
});
