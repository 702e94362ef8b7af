import { encodeFourcc, type Bytes } from './bytes';

/** A box's content, from behind its size and name. */
export interface Box {
  readonly name: number;
  readonly start: number;
  readonly end: number;
}

/** Decoders stop far earlier. */
const MAX_SIBLINGS = 10_000;

/**
 * The boxes of a range, ISO/IEC 14496-12, section 4.2: a size, a name; size 1 means that one of 64 bits follows the
 * name, 0 that the box goes on to the end. A box that goes on behind its parent is cut off there; one that cannot hold
 * its own header ends the list.
 */
export function* readBoxes(bytes: Bytes, from: number, to: number): Generator<Box> {
  let at = from;
  for (let count = 0; at + 8 <= to; count++) {
    if (count === MAX_SIBLINGS) throw bytes.createCorruptError(`it has more than ${MAX_SIBLINGS} boxes side by side`);
    bytes.count(1);
    const [size, header] = readSize(bytes, at, to);
    if (size < header) return;
    const end = Math.min(at + size, to);
    yield { name: bytes.readU32(at + 4), start: Math.min(at + header, end), end };
    at = end;
  }
}

function readSize(bytes: Bytes, at: number, to: number): [size: number, header: number] {
  const size = bytes.readU32(at);
  if (size === 0) return [to - at, 8];
  return size === 1 ? [bytes.readU32(at + 8) * 2 ** 32 + bytes.readU32(at + 12), 16] : [size, 8];
}

/** The box that a path of names leads to, through the first box of each name. */
export function descend(bytes: Bytes, { start, end }: Box, ...path: string[]): Box | undefined {
  let found: Box | undefined = { name: 0, start, end };
  for (const name of path.map(encodeFourcc)) {
    if (found) found = findFirst(bytes, found, name);
  }
  return found;
}

function findFirst(bytes: Bytes, { start, end }: Box, name: number): Box | undefined {
  for (const box of readBoxes(bytes, start, end)) {
    if (box.name === name) return box;
  }
  return undefined;
}
