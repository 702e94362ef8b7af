import { Bytes } from '../../headers/bytes';
import { skipExtensionLikeLibnsgif, skipSubBlocks, measureColourTable, EXTENSION, IMAGE } from '../../headers/gif';

/** Section 23 of the GIF89a specification. */
const GRAPHIC_CONTROL = 0xf9;

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface GifFrame extends Rectangle {
  /** Where the image descriptor is. */
  readonly descriptor: number;
  readonly isInterlaced: boolean;
  /** Where the flags of the frame's graphic control extension are. */
  readonly control?: number;
  readonly disposal: number;
  readonly isTransparent: boolean;
  /** Where the frame's own colour table is. */
  readonly table?: number;
  /** Where the image data begins, with the size of a code, and where it ends. */
  readonly data: number;
  readonly end: number;
}

export interface GifFile {
  /** The logical screen, as the file gives it. */
  readonly width: number;
  readonly height: number;
  /** Where the global colour table ends, and the first block begins. */
  readonly start: number;
  readonly frames: readonly GifFrame[];
}

type Control = Pick<GifFrame, 'control' | 'disposal' | 'isTransparent'>;

const NO_CONTROL: Control = { disposal: 0, isTransparent: false };

/** The blocks as libnsgif finds them. Frames without image data are left out. */
export function readGifFrames(raw: Uint8Array): GifFile {
  const bytes = new Bytes(raw, 'GIF');
  const start = 13 + measureColourTable(bytes.readU8(10));
  const frames: GifFrame[] = [];
  let control = NO_CONTROL;
  for (let at = start; bytes.holds(at, 3);) {
    const label = bytes.readU8(at);
    if (label === EXTENSION) {
      if (bytes.readU8(at + 1) === GRAPHIC_CONTROL && bytes.holds(at, 7)) control = readControl(bytes, at + 3, control);
      at = skipExtensionLikeLibnsgif(bytes, at);
    } else if (label === IMAGE && bytes.holds(at, 12)) {
      const frame = readFrame(bytes, at, control);
      frames.push(frame);
      control = NO_CONTROL;
      at = frame.end;
    } else {
      break;
    }
  }
  return { width: bytes.readU16le(6), height: bytes.readU16le(8), start, frames };
}

/** Of several before one frame, the last counts, but libnsgif never takes transparency back. */
function readControl(bytes: Bytes, control: number, before: Control): Control {
  const flags = bytes.readU8(control);
  return { control, disposal: Math.floor(flags / 4) % 8, isTransparent: before.isTransparent || flags % 2 === 1 };
}

function readFrame(bytes: Bytes, at: number, control: Control): GifFrame {
  const [left, top, width, height] = [1, 3, 5, 7].map(offset => bytes.readU16le(at + offset));
  const flags = bytes.readU8(at + 9);
  const tableLength = measureColourTable(flags);
  const data = at + 10 + tableLength;
  const isInterlaced = Math.floor(flags / 64) % 2 === 1;
  const own = tableLength > 0 && { table: at + 10 };
  return {
    left,
    top,
    width,
    height,
    descriptor: at,
    isInterlaced,
    ...control,
    ...own,
    data,
    end: skipSubBlocks(bytes, data + 1),
  };
}

/** Joins the content of the sub-blocks. */
export function joinImageData(raw: Uint8Array, { data, end }: GifFrame): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let at = data + 1; at < Math.min(end, raw.length) && raw[at] !== 0; at += 1 + raw[at]) {
    blocks.push(raw.subarray(at + 1, at + 1 + raw[at]));
  }
  return Buffer.concat(blocks);
}
