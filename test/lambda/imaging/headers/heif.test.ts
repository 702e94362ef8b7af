import { be16, be32, box, fullBox, heif, hex, ispe, meta, reference, track } from '../support/files';
import { read } from '../support/read';

const readAvif = (...parts: Buffer[]) => read(heif(...parts), 'image/avif');
const range = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

describe('header of an AVIF, HEIC or HEIF', () => {
  test('is the extent of the primary item', () => {
    expect(readAvif(meta([ispe(9999, 9999), ispe(640, 427)], [reference('thmb', 1, 2)], 2)))
      .toEqual({ size: '640x427', frames: 1, pixels: 273_280, scans: 1 });
  });

  test('is found behind boxes with long sizes, and in one that goes on to the end', () => {
    const long = Buffer.concat([be32(1), Buffer.from('free'), be32(0, 20), hex('00000000')]);
    const open = meta([ispe(3, 4)]);
    open.writeUInt32BE(0);
    expect(readAvif(long, open).size).toBe('3x4');
  });

  test('is read from the wide forms of its boxes', () => {
    const ipma = box('ipma', hex('01 000001'), be32(1, 70_000), hex('02'), be16(0x8001, 2));
    const wide = fullBox(
      'meta', 0, fullBox('pitm', 1, be32(70_000)), box('iprp', box('ipco', box('irot', hex('01')), ispe(3, 4)), ipma),
    );
    expect(readAvif(wide).size).toBe('3x4');
  });

  test('is not read on behind a box that is smaller than its own header', () => {
    expect(readAvif(meta([ispe(3, 4)]), be32(4), meta([ispe(9999, 9999)])).size).toBe('3x4');
  });

  test('is not read from behind the end of the boxes it is in', () => {
    const ipma = fullBox('ipma', 0, be32(2), hex('0001 01 01'));
    const association = hex('0001 01 02');
    expect(readAvif(fullBox('meta', 0, fullBox('pitm', 0, be16(1)),
      box('iprp', box('ipco', ispe(3, 4), ispe(9999, 9999)), ipma, association, Buffer.from('free')))).size).toBe(
      '3x4',
    );
  });

  test('of a grid is its own, though its tiles reach over the edge', () => {
    const tiles = range(2, 48);
    const grid = meta([ispe(4032, 3024), ...tiles.map(() => ispe(512, 512))], [reference('dimg', 1, ...tiles)]);
    expect(readAvif(grid)).toMatchObject({ size: '4032x3024', pixels: 4032 * 3024 });
  });

  test('holds all tiles where they are more than the grid needs', () => {
    const grid = meta([ispe(64, 64), ispe(4096, 4096)], [reference('dimg', 1, ...range(0, 1000).map(() => 2))]);
    expect(readAvif(grid)).toMatchObject({ size: '64x64', pixels: 1000 * 4096 ** 2 });
  });

  test('holds what sources are derived from', () => {
    const hundred = (from: number, to: number) => reference('dimg', from, ...range(0, 100).map(() => to));
    const nested = meta([ispe(8, 8), ispe(8, 8), ispe(8, 8), ispe(100, 100)], [
      hundred(1, 2), hundred(2, 3), hundred(3, 4),
    ]);
    expect(readAvif(nested).pixels).toBe(100 * 64 + 10_000 * 64 + 1_000_000 * 10_000);
  });

  test('holds an alpha plane that is larger than the image', () => {
    expect(readAvif(meta([ispe(8, 8), ispe(9999, 9999)], [reference('auxl', 2, 1)])).pixels).toBe(9999 ** 2);
    expect(readAvif(meta([ispe(8, 8), ispe(4, 4)], [reference('auxl', 2, 1)])).pixels).toBe(64);
  });

  test('of a sequence has a frame for each sample of the longest track with pictures', () => {
    const sequence = box(
      'moov', fullBox('mvhd', 0), track('soun', 9999, 9999, 9999), track('pict', 30, 10, 5), track('auxv', 30, 10, 6),
    );
    expect(readAvif(meta([ispe(20, 20)]), sequence)).toMatchObject({ size: '30x20', frames: 6, pixels: 3600 });
    expect(readAvif(sequence)).toMatchObject({ size: '30x10', frames: 6 });
  });

  test('of the low-overhead format is in its first bits', () => {
    expect(readAvif(box('mini', hex('0808 80ff 01fe 2071'))).size).toBe('256x256');
    expect(readAvif(box('mini', hex('0808 1f3e 0801'))).size).toBe('32x32');
  });

  test.each([
    ['no items', heif(box('mdat', Buffer.alloc(99)))],
    ['no primary item', heif(fullBox('meta', 0, box('iprp', box('ipco', ispe(8, 8)))))],
    ['a primary item without extent', heif(meta([box('irot', hex('01'))]))],
    ['no width', heif(meta([ispe(0, 8)]))],
    [
      'items that are derived in a circle',
      heif(meta([ispe(8, 8), ispe(8, 8)], [reference('dimg', 1, 2), reference('dimg', 2, 1)])),
    ],
    ['an association with nothing', heif(meta([]))],
    ['properties behind the end of the meta box', heif(
      fullBox('meta', 0, fullBox('pitm', 0, be16(1)), be32(8 + 28 + 20), Buffer.from('iprp')),
      box('ipco', ispe(8, 8)), fullBox('ipma', 0, be32(1), hex('0001 01 01')))],
    ['half a meta box', heif(meta([ispe(8, 8)])).subarray(0, 70)],
  ])('is corrupt with %s', (_what, bytes) => {
    expect(() => read(bytes, 'image/avif')).toThrow(
      /^The upload cannot be read as AVIF: it[a-z ,]+\. The service does not keep rejected originals: upload the file again, or a copy saved by another program\.$/,
    );
  });

  test.each([
    ['boxes', heif(...range(0, 10_001).map(() => box('free')))],
    ['tracks', heif(box('moov', ...range(0, 17).map(() => track('pict', 1, 1, 1))))],
  ])('has no end of %s', (what, bytes) => {
    expect(() => read(bytes, 'image/avif')).toThrow(
      new RegExp(`^The upload cannot be read as AVIF: .*more than [0-9]+ ?${what}`),
    );
  });

  describe('has 100 000 entries at most, however they are spread', () => {
    const times = (count: number, make: (i: number) => Buffer) => range(0, count).map(make);
    const references = (from: number) => reference('dimg', from, ...range(0, 20_000));
    const associations = fullBox(
      'ipma', 0, be32(200), ...times(200, id => Buffer.concat([be16(id), hex('ff'), Buffer.alloc(255)])),
    );

    test.each([
      ['references in one box', [fullBox('meta', 0, fullBox('iref', 0, ...times(6, references)))]],
      ['references in many boxes', [fullBox('meta', 0, ...times(6, from => fullBox('iref', 0, references(from))))]],
      ['properties in one box', [fullBox('meta', 0, box('iprp', ...times(2, () => associations)))]],
      ['properties in many boxes', [fullBox('meta', 0, ...times(2, () => box('iprp', associations)))]],
      ['extents', [fullBox('meta', 0, ...times(15, () => box('iprp', box('ipco', ...times(7000, () => ispe(8, 8))))))]],
      ['boxes within boxes', times(15, () => box('moov', ...times(7000, () => box('free'))))],
      ['items in many boxes', times(6, () => meta([ispe(8, 8)], [references(9)]))],
    ])('of %s', (_what, boxes) => {
      expect(() => read(heif(meta([ispe(8, 8)]), ...boxes), 'image/heic')).toThrow(
        'The upload cannot be read as HEIC: its header has more than 100000 entries.',
      );
    });

    test('and a grid of thousands of tiles has few', () => {
      const tiles = range(2, 10_000 - 2);
      const grid = meta([ispe(51_200, 51_200), ispe(512, 512)], [reference('dimg', 1, ...tiles.map(() => 2))]);
      expect(readAvif(grid).size).toBe('51200x51200');
    });
  });
});
