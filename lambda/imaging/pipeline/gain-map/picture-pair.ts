/**
 * ISO 21496-1 wants a segment in the first picture, too: it gives the versions of the reader and of the writer, both 0.
 */
const ISO_VERSION = Buffer.concat([
  Buffer.from([0xff, 0xe2, 0, 34]), Buffer.from('urn:iso:std:iso:ts:21496:-1\0'), Buffer.alloc(4),
]);

/**
 * CIPA DC-007, section 5: an index of two pictures in a segment APP2. It ends with an entry of 16 bytes for each
 * picture.
 */
const INDEX = Buffer.from('ffe20058' + '4d504600' + '4d4d002a00000008' + '0003'
  + 'b000000700000004' + '30313030' + 'b001000400000001' + '00000002' + 'b002000700000020' + '00000032'
    + '00000000', 'hex');
const ENTRIES_LENGTH = 32;
/** Offsets of pictures count from the byte order mark. */
const BYTE_ORDER = 8;
/** Attributes of the first picture: it is the representative and primary one. */
const PRIMARY = 0x20030000;

/** An Ultra HDR file of a JPEG and of its gain map, which has its parameters. */
export function joinPictures(image: Buffer, map: Buffer): Buffer {
  const before = 2 + ISO_VERSION.length;
  const length = image.length + ISO_VERSION.length + INDEX.length + ENTRIES_LENGTH;
  // Of each picture: attributes, length, offset, and the numbers of two pictures that it depends on.
  const entries = [PRIMARY, length, 0, 0, 0, map.length, length - before - BYTE_ORDER, 0];
  return Buffer.concat([insertSegments(image, ISO_VERSION, INDEX, ...entries.map(writeU32)), map]);
}

/** In front of all other segments. */
export function insertSegments(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

function writeU32(value: number): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32BE(value);
  return field;
}
