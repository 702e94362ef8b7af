/** Container boxes, and the number of bytes before their child boxes. */
const CONTAINERS: Record<string, number> = { meta: 12, iprp: 8, ipco: 8 };

/** A HEIC with an ICC profile in place of its enumerated colours. */
export function withIccProfile(heic: Buffer, profile: Buffer): Buffer {
  const box = Buffer.concat([uint32(12 + profile.length), Buffer.from('colrprof', 'latin1'), profile]);
  const replaced = replaceColours(heic, box);
  return moveExtents(replaced, replaced.length - heic.length);
}

function replaceColours(boxes: Buffer, box: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < boxes.length;) {
    const size = boxes.readUInt32BE(at) || boxes.length - at;
    const type = boxes.toString('latin1', at + 4, at + 8);
    const head = CONTAINERS[type];
    if (type === 'colr') {parts.push(box);} else if (!head) {parts.push(boxes.subarray(at, at + size));} else {
      const inner = replaceColours(boxes.subarray(at + head, at + size), box);
      parts.push(uint32(head + inner.length), boxes.subarray(at + 4, at + head), inner);
    }
    at += size;
  }
  return Buffer.concat(parts);
}

/**
 * Of the one item, in an `iloc` of version 0 or 1 with offsets of four bytes: they point into `mdat`, behind all that
 * grew.
 */
function moveExtents(heic: Buffer, by: number): Buffer {
  const data = heic.indexOf('mdat') + 4 - by;
  const iloc = heic.indexOf('iloc');
  const end = iloc - 4 + heic.readUInt32BE(iloc - 4);
  for (let at = iloc + 4; at + 4 <= end; at++) {
    if (heic.readUInt32BE(at) === data) {
      heic.writeUInt32BE(data + by, at);
      return heic;
    }
  }
  throw new Error('no extent begins where mdat does');
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
