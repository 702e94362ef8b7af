/** Number of bytes in a container box before its child boxes. */
const HEADS: Readonly<Record<string, number>> = { meta: 12, iprp: 8, ipco: 8 };

interface Place {
  readonly start: number;
  readonly end: number;
}

/** An AVIF or HEIC with one more property for its first item: `colr`, `clli` and others. */
export function withProperty(heif: Buffer, name: string, content: Buffer): Buffer {
  const property = box(name, content);
  const ipco = find(heif, 'meta', 'iprp', 'ipco');
  const ipma = find(heif, 'meta', 'iprp', 'ipma');
  const associations = associate(heif.subarray(ipma.start, ipma.end), countBoxes(heif, ipco) + 1);
  const parts = [
    heif.subarray(0, ipco.end), property, heif.subarray(ipco.end, ipma.start), associations, heif.subarray(ipma.end),
  ];
  const grown = Buffer.concat(parts);
  const by = grown.length - heif.length;
  grow(grown, find(heif, 'meta', 'iprp', 'ipco').start, property.length);
  for (const path of [['meta'], ['meta', 'iprp']]) grow(grown, find(heif, ...path).start, by);
  moveExtents(grown, find(grown, 'meta', 'iloc'), by);
  return grown;
}

/** ISO/IEC 14496-12, section 12.1.5: primaries, transfer, matrix, and the flag of the full range. */
export function nclx(primaries: number, transfer: number, matrix = 6, fullRange = true): Buffer {
  return Buffer.from([...Buffer.from('nclx'), 0, primaries, 0, transfer, 0, matrix, fullRange ? 0x80 : 0]);
}

export function withNclx(heif: Buffer, ...how: Parameters<typeof nclx>): Buffer {
  return withProperty(heif, 'colr', nclx(...how));
}

function box(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}

function find(heif: Buffer, ...path: string[]): Place {
  let [at, end] = [0, heif.length];
  for (const [depth, name] of path.entries()) {
    while (heif.toString('latin1', at + 4, at + 8) !== name) at += heif.readUInt32BE(at);
    end = at + heif.readUInt32BE(at);
    if (depth + 1 < path.length) at += HEADS[name];
  }
  return { start: at, end };
}

function countBoxes(heif: Buffer, { start, end }: Place): number {
  let count = 0;
  for (let at = start + HEADS.ipco; at < end; at += heif.readUInt32BE(at)) count++;
  return count;
}

/**
 * ISO/IEC 23008-12, section 9.3, version 0 with indices of seven bits. libheif and libavif write only this form for few
 * properties.
 */
function associate(ipma: Buffer, index: number): Buffer {
  const first = 18;
  const count = ipma[first];
  const [before, own, behind] = [
    ipma.subarray(0, first), ipma.subarray(first + 1, first + 1 + count), ipma.subarray(first + 1 + count),
  ];
  const longer = Buffer.concat([before, Buffer.from([count + 1]), own, Buffer.from([index]), behind]);
  grow(longer, 0, 1);
  return longer;
}

function grow(bytes: Buffer, at: number, by: number): void {
  bytes.writeUInt32BE(bytes.readUInt32BE(at) + by, at);
}

/** ISO/IEC 14496-12, section 8.11.3, with offsets and lengths of four bytes. */
function moveExtents(heif: Buffer, { start }: Place, by: number): void {
  const version = heif[start + 8];
  const baseSize = Math.floor(heif[start + 13] / 16);
  let at = start + 16;
  for (let items = heif.readUInt16BE(start + 14); items > 0; items--) {
    const method = version === 0 ? 0 : heif.readUInt16BE(at + 2);
    at += (version === 0 ? 4 : 6) + baseSize;
    const extents = heif.readUInt16BE(at);
    at += 2;
    for (let i = 0; i < extents; i++, at += 8) if (method === 0) grow(heif, at, by);
  }
}
