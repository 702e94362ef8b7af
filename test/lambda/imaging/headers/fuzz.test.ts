import fc from 'fast-check';
import { checkLimits } from '../../../../lambda/imaging/check-limits';
import { readHeader } from '../../../../lambda/imaging/headers';
import { sniff } from '../../../../lambda/imaging/sniff';
import { IMAGE_LIMITS, type ImageType } from '../../../../src/contract';
import { readCorpus } from '../../../support/corpus';
import {
  anmf, box, canvas, chunk, frame, FTYP, fullBox, gif, heif, hex, ispe, jpeg, lossless, lossy, meta, png,
  reference, riff, scan, segment, sof, track, webp,
} from '../support/files';
import { mustEnd } from '../support/must-end';
import { mutation, mutate } from '../support/mutations';
import { readRejection } from '../support/read';

type File = readonly [type: ImageType, bytes: Buffer];

const MADE: File[] = [
  [
    'image/jpeg',
    jpeg(segment(0xe0, Buffer.alloc(14)), sof(640, 427, 0xc2), scan(hex('aabbff00cc')), scan(hex('ffd0aa'))),
  ],
  ['image/png', png(640, 427, chunk('IDAT', Buffer.alloc(30)))],
  [
    'image/gif',
    gif(20, 10, hex('21fe 03 616263 00'), frame(0, 0, 20, 10, 0x81), hex('21f9 04 00000000 00'), frame(1, 1, 2, 2)),
  ],
  ['image/webp', webp(lossy(640, 427))],
  [
    'image/webp',
    webp(canvas(20, 10), riff('ICCP', hex('010203')), anmf(0, 0, 20, 10), anmf(2, 2, 5, 5), lossless(2, 2)),
  ],
  ['image/avif', heif(
    meta([ispe(64, 64), ispe(32, 32), ispe(32, 32)], [reference('dimg', 1, 2, 3), reference('auxl', 3, 1)]),
    track('pict', 8, 8, 3),
  )],
  ['image/avif', heif(box('moov', track('pict', 30, 10, 5)), meta([ispe(8, 8)]))],
  ['image/heic', heif(box('mini', hex('0808 80ff 01fe 2071')))],
];

const REAL = readCorpus()
  .filter(file => ['must_accept', 'heic'].includes(file.verdict))
  .map(file => file.bytes())
  .filter(bytes => bytes.length < 5000)
  .flatMap((bytes): File[] => { const type = sniff(bytes); return type ? [[type, bytes]] : []; });

/** The only allowed results: a rejection, or a header with plausible numbers. */
function judge([type, bytes]: File): void {
  readRejection(() => {
    const header = readHeader(bytes, type);
    for (const value of [header.width, header.height, header.frames]) {
      expect(Number.isSafeInteger(value) && value > 0).toBe(true);
    }
    expect(header.pixels).toBeGreaterThanOrEqual(header.width * header.height);
    expect(header.scans).toBeGreaterThanOrEqual(0);
    checkLimits(header, IMAGE_LIMITS);
  });
}

const mutated = fc.record({
  file: fc.constantFrom(...MADE, ...REAL),
  changes: fc.array(mutation, { minLength: 1, maxLength: 6 }),
})
  .map(({ file: [type, bytes], changes }): File => [type, changes.reduce(mutate, bytes)]);

describe('any bytes', () => {
  test('are rejected or read without hanging, when a good file is changed', () => {
    fc.assert(fc.property(mutated, file => mustEnd(() => judge(file))), { numRuns: 6000 });
  });

  test('are rejected or read under each type when they are noise', () => {
    const types = fc.constantFrom<ImageType>(
      'image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/heic', 'image/heif',
    );
    fc.assert(
      fc.property(types, fc.uint8Array({ maxLength: 300 }), (type, noise) => judge([type, Buffer.from(noise)])),
      { numRuns: 3000 },
    );
  });

  test('are rejected or read wherever a good file is cut off', () => {
    for (const [type, bytes] of MADE) {
      for (let end = 0; end <= bytes.length; end++) judge([type, bytes.subarray(0, end)]);
    }
  });
});

const LARGEST = 25 * 1024 * 1024;
const filled = (start: Buffer, unit: Buffer) => Buffer.concat([start, Buffer.alloc(LARGEST - start.length, unit)]);
const tiles = Array.from(
  { length: 9000 },
  (_, id) => reference('dimg', id + 1, ...Array.from({ length: 11 }, (_unused, k) => (id * 11 + k) % 9000 + 1)),
);

const WORST: [string, ImageType, Buffer][] = [
  ['fill bytes', 'image/jpeg', filled(hex('ffd8'), hex('ff'))],
  ['stuffed bytes', 'image/jpeg', filled(hex('ffd8'), hex('ff00'))],
  ['restarts', 'image/jpeg', filled(hex('ffd8'), hex('ffd0'))],
  ['scans', 'image/jpeg', filled(hex('ffd8'), hex('ffda0002'))],
  ['frames', 'image/jpeg', filled(hex('ffd8'), sof(8, 8))],
  ['sub-blocks', 'image/gif', filled(gif(8, 8, hex('21fe')).subarray(0, -1), hex('01'))],
  ['extensions', 'image/gif', filled(gif(8, 8).subarray(0, -1), hex('21fe00'))],
  ['frames', 'image/gif', filled(gif(8, 8).subarray(0, -1), frame(0, 0, 8, 8))],
  ['empty chunks', 'image/webp', filled(Buffer.concat([hex('52494646 ffffff7f'), Buffer.from('WEBP')]), riff('FREE'))],
  ['frames', 'image/webp', filled(Buffer.concat([hex('52494646 ffffff7f'), Buffer.from('WEBP')]), anmf(0, 0, 8, 8))],
  ['boxes', 'image/avif', filled(FTYP, box('free'))],
  ['tracks', 'image/avif', heif(
    box('moov', ...Array.from({ length: 16 }, () => box('trak', box('mdia', Buffer.alloc(1_600_000, box('free')))))),
  )],
  [
    'associations', 'image/avif',
    heif(fullBox('meta', 0, box('iprp', fullBox('ipma', 0, hex('ffffffff'), Buffer.alloc(LARGEST, 1))))),
  ],
  ['tiles made of tiles', 'image/avif', heif(meta([ispe(8, 8)], tiles))],
];

/** Each takes some 100 ms outside of Jest on an idle machine. Quadratic work takes hours. */
test.each(WORST)('25 MiB of nothing but %s (%s) do not hang', (_what, type, bytes) => {
  mustEnd(() => judge([type, bytes]));
});
