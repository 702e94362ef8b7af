import { be16, be32, box, fullBox, hex, ispe, reference } from './files';

interface Coded {
  /** The box with the decoder's configuration. */
  readonly hvcC: Buffer;
  readonly data: Buffer;
}

/**
 * Makes a HEIC grid from another HEIC, without an HEVC encoder, in any size. The image is repeated `columns` times side
 * by side and `rows` times vertically. It must be the first in `iloc` (version 0). ISO/IEC 23008-12, section 6.6.2.3.
 */
export function buildHeicGrid(
  heic: Buffer, [width, height]: readonly [number, number], columns: number, rows: number,
): Buffer {
  const { hvcC, data } = readCoded(heic);
  const tiles = Array.from({ length: columns * rows }, (_, i) => i + 2);
  const whole = ispe(width * columns, height * rows);
  const grid = Buffer.concat([hex('0000'), Buffer.from([rows - 1, columns - 1]), be16(width * columns, height * rows)]);
  const ipma = fullBox(
    'ipma',
    0,
    be32(tiles.length + 1),
    be16(1),
    hex('01 03'),
    ...tiles.map(id => Buffer.concat([be16(id), hex('02 81 02')])),
  );
  const meta = (start: number): Buffer => fullBox('meta', 0,
    fullBox('hdlr', 0, be32(0), Buffer.from('pict'), Buffer.alloc(13)), fullBox('pitm', 0, be16(1)),
    fullBox(
      'iloc',
      0,
      hex('4400'),
      be16(tiles.length + 1),
      extent(1, start, grid.length),
      ...tiles.map(id => extent(id, start + grid.length, data.length)),
    ),
    fullBox('iinf', 0, be16(tiles.length + 1), entry(1, 'grid'), ...tiles.map(id => entry(id, 'hvc1'))),
    fullBox('iref', 0, reference('dimg', 1, ...tiles)),
    box('iprp', box('ipco', hvcC, ispe(width, height), whole), ipma));
  const ftyp = box('ftyp', Buffer.from('heic\0\0\0\0mif1heic'));
  return Buffer.concat([ftyp, meta(ftyp.length + meta(0).length + 8), box('mdat', grid, data)]);
}

function readCoded(heic: Buffer): Coded {
  const hvcC = heic.indexOf('hvcC') - 4;
  // Behind the name: version and flags, sizes, a count; of the item its id, a reference, its base, a count, offset and
  // length.
  const item = heic.indexOf('iloc') + 4 + 4 + 2 + 2;
  const start = heic.readUInt32BE(item + 4) + heic.readUInt32BE(item + 10);
  return {
    hvcC: heic.subarray(hvcC, hvcC + heic.readUInt32BE(hvcC)),
    data: heic.subarray(start, start + heic.readUInt32BE(item + 14)),
  };
}

function extent(id: number, offset: number, length: number): Buffer {
  return Buffer.concat([be16(id, 0, 1), be32(offset, length)]);
}

function entry(id: number, type: string): Buffer {
  return fullBox('infe', 2, be16(id, 0), Buffer.from(`${type}\0`));
}
