import { isSegment, MARKERS, nextMarker } from './markers';

const APP1 = 0xe1;
const APP2 = 0xe2;

/** CIPA DC-007, section 5.2: the tag of the entries of pictures, each of 16 bytes, of which the second four are the length of the picture. */
const MP_ENTRY = 0xb002;
const LENGTH_IN_ENTRY = 4;

/**
 * Leaves out the APP1 segments of the first picture of a JPEG that we have encoded: libvips writes an EXIF block of its own beside a gain map. The multi-picture
 * index counts from where it lies itself, behind them, so only the length of the first picture changes in it.
 */
export function removeExif(jpeg: Buffer): Buffer {
  const kept: Buffer[] = [jpeg.subarray(0, 2)];
  let removed = 0;
  let index: Buffer | undefined;
  let at = nextMarker(jpeg, 2);
  for (; at < jpeg.length && jpeg[at] !== MARKERS.SOS && isSegment(jpeg[at]); at = nextMarker(jpeg, at)) {
    const end = at + 1 + jpeg.readUInt16BE(at + 1);
    const segment = Buffer.from(jpeg.subarray(at - 1, end));
    if (jpeg[at] === APP1) removed += segment.length;
    else kept.push(segment);
    if (jpeg[at] === APP2 && segment.toString('latin1', 4, 8) === 'MPF\0') index = segment.subarray(8);
    at = end;
  }
  if (index) shorten(index, removed);
  return Buffer.concat([...kept, jpeg.subarray(at - 1)]);
}

/** `index` is a TIFF structure. libvips writes it in big-endian order. */
function shorten(index: Buffer, removed: number): void {
  const directory = index.readUInt32BE(4);
  const tags = index.readUInt16BE(directory);
  for (let tag = 0; tag < tags; tag++) {
    const entry = directory + 2 + 12 * tag;
    if (index.readUInt16BE(entry) !== MP_ENTRY) continue;
    const length = index.readUInt32BE(entry + 8) + LENGTH_IN_ENTRY;
    index.writeUInt32BE(index.readUInt32BE(length) - removed, length);
  }
}
