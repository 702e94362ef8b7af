/** Lists the parts of a file besides the coded image, by walking its container to the last byte. */
export function listExtras(bytes: Buffer, format: string): string[] {
  switch (format) {
    case 'jpeg': return inJpeg(bytes);
    case 'png': return others(pngChunks(bytes), ['IHDR', 'IDAT', 'IEND']);
    case 'webp': return others(webpChunks(bytes), ['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF']);
    case 'avif': return inAvif(bytes);
    default: throw new Error(`no such format: ${format}`);
  }
}

function others(found: readonly string[], allowed: readonly string[]): string[] {
  return found.filter(name => !allowed.includes(name));
}

/**
 * ITU-T T.81, B.1.1.3: quantization and Huffman tables, the frame, scans, and JFIF's own header without a thumbnail.
 */
function inJpeg(bytes: Buffer): string[] {
  const extras: string[] = [];
  for (let at = 2; ;) {
    const marker = bytes[at + 1];
    if (marker === 0xd9) return at + 2 === bytes.length ? extras : [...extras, 'bytes behind the end'];
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    const isJfif = marker === 0xe0 && bytes.toString('latin1', at + 4, at + 8) === 'JFIF' && end - at === 18;
    if (!isJfif && ![0xdb, 0xc4, 0xc0, 0xc2, 0xda, 0xdd].includes(marker)) extras.push(`marker ${marker.toString(16)}`);
    at = marker === 0xda ? nextMarker(bytes, end) : end;
  }
}

/** Behind entropy-coded data: 0xff, and neither a stuffed 0 nor a restart behind it. */
function nextMarker(bytes: Buffer, from: number): number {
  for (let at = from; ; at++) {
    if (bytes[at] === 0xff && bytes[at + 1] !== 0 && Math.floor(bytes[at + 1] / 8) !== 0xd0 / 8) return at;
  }
}

/** One pixel per millimetre, in pixels per metre. */
const NO_RESOLUTION = 1000;

function pngChunks(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 8; at < bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    const name = bytes.toString('latin1', at + 4, at + 8);
    // libvips's resolution for pixels without one; it says nothing about the original.
    if (name !== 'pHYs' || bytes.readUInt32BE(at + 8) !== NO_RESOLUTION) names.push(name);
  }
  return names.at(-1) === 'IEND' ? names : [...names, 'bytes behind the end'];
}

function webpChunks(bytes: Buffer): string[] {
  const names: string[] = [];
  for (let at = 12; at < bytes.length;) {
    const length = bytes.readUInt32LE(at + 4);
    names.push(bytes.toString('latin1', at, at + 4));
    at += 8 + length + length % 2;
  }
  return bytes.readUInt32LE(4) + 8 === bytes.length ? names : [...names, 'bytes behind the end'];
}

/**
 * One coded image and its alpha. Metadata would be items of the types `Exif` and `mime` (ISO/IEC 23008-12, annex A).
 */
function inAvif(bytes: Buffer): string[] {
  const boxes: string[] = [];
  let at = 0;
  for (; at < bytes.length; at += bytes.readUInt32BE(at)) boxes.push(bytes.toString('latin1', at + 4, at + 8));
  const meta = bytes.toString('latin1', 0, bytes.indexOf('mdat'));
  const items = [...meta.matchAll(/infe[^]{8}(....)/g)].map(([, type]) => type);
  return [
    ...others(boxes, ['ftyp', 'meta', 'mdat']), ...others(items, ['av01']),
    ...at === bytes.length ? [] : ['bytes behind the end'],
  ];
}
