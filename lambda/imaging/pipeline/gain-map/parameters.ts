import sharp from 'sharp';
import { encodeWithGainMap, readMetadata } from './loader';
import { insertSegments, joinPictures } from './picture-pair';
import { isSegment, MARKERS, findNextMarker } from '../../jpeg/markers';

/** The namespaces of ISO 21496-1 and of Adobe's XMP. */
const SIGNS = ['urn:iso:std:iso:ts:21496', 'http://ns.adobe.com/hdr-gain-map/'];

export function mayHaveGainMap(bytes: Uint8Array): boolean {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return SIGNS.some(sign => file.includes(sign));
}

/**
 * Returns segments with the parameters of a map by ISO 21496-1. No byte of an original is copied into a variant:
 * libultrahdr reads its parameters, which may be XMP, and writes them anew. It decodes all pixels of a file into
 * memory, so it gets a small file of our own. Throws if it cannot read the parameters.
 */
export async function rewriteParameters(map: Buffer, channels: 1 | 3): Promise<Buffer> {
  const grey = { create: { width: 16, height: 16, channels: 3, background: '#808080' } } as const;
  const image = await sharp(grey).jpeg().toBuffer();
  const small = channels === 3 ? image : await sharp(grey).toColourspace('b-w').jpeg().toBuffer();
  const rewritten = await encodeWithGainMap(sharp(joinPictures(image, insertSegments(small, ...readParameters(map)))));
  const { gainMap } = await readMetadata(sharp(rewritten));
  return Buffer.concat(readParameters(gainMap!.image));
}

function readParameters(map: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = findNextMarker(map, 2); at < map.length && map[at] !== MARKERS.SOS && isSegment(map[at]);) {
    const end = at + 1 + map.readUInt16BE(at + 1);
    const segment = map.subarray(at - 1, end);
    if (SIGNS.some(sign => segment.includes(sign))) found.push(segment);
    at = findNextMarker(map, end);
  }
  return found;
}
