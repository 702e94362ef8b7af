/** A frame as a file stores it. */
export interface GifFrame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Indices of colours, row by row. */
  readonly pixels: readonly number[];
  readonly disposal?: number;
  /** The index that is transparent. */
  readonly transparent?: number;
  readonly interlaced?: boolean;
  /** Hundredths of a second. */
  readonly delay?: number;
  readonly palette?: readonly (readonly number[])[];
}

export interface GifFile {
  readonly width: number;
  readonly height: number;
  readonly frames: readonly GifFrame[];
  readonly palette?: readonly (readonly number[])[];
  readonly background?: number;
}

/**
 * Writes a GIF by the specification (GIF89a). Its LZW codes are all literal: a clear code comes before they would grow.
 */
export function writeGif({ width, height, frames, palette, background = 0 }: GifFile): Buffer {
  const flags = palette ? 0x80 + tableBits(palette) : 0;
  return Buffer.concat([
    Buffer.from('GIF89a', 'latin1'), uint16(width), uint16(height), Buffer.from([flags, background, 0]), table(palette),
    ...frames.flatMap(frame => [control(frame), descriptor(frame), table(frame.palette), data(frame, palette)]),
    Buffer.from([0x3b]),
  ]);
}

function control({ disposal, transparent, delay = 0 }: GifFrame): Buffer {
  if (disposal === undefined && transparent === undefined && delay === 0) return Buffer.alloc(0);
  const flags = 4 * (disposal ?? 0) + (transparent === undefined ? 0 : 1);
  return Buffer.concat([Buffer.from([0x21, 0xf9, 4, flags]), uint16(delay), Buffer.from([transparent ?? 0, 0])]);
}

function descriptor({ x, y, width, height, interlaced, palette }: GifFrame): Buffer {
  const flags = (palette ? 0x80 + tableBits(palette) : 0) + (interlaced ? 0x40 : 0);
  return Buffer.concat([Buffer.from([0x2c]), ...[x, y, width, height].map(uint16), Buffer.from([flags])]);
}

function table(palette: readonly (readonly number[])[] = []): Buffer {
  if (palette.length === 0) return Buffer.alloc(0);
  const bytes = Buffer.alloc(3 * 2 ** (tableBits(palette) + 1));
  palette.forEach((color, i) => bytes.set(color, 3 * i));
  return bytes;
}

function tableBits(palette: readonly unknown[]): number {
  return Math.max(0, Math.ceil(Math.log2(palette.length)) - 1);
}

function data(frame: GifFrame, globalPalette: readonly unknown[] = []): Buffer {
  const codeSize = Math.max(2, tableBits(frame.palette ?? globalPalette) + 1);
  const codes = frame.pixels.length === 0 ? [] : literalCodes(storedOrder(frame), codeSize);
  return Buffer.concat([Buffer.from([codeSize]), ...subBlocks(packBits(codes, codeSize + 1))]);
}

/** Appendix E: every 8th row from 0, every 8th from 4, every 4th from 2, every 2nd from 1. */
function storedOrder({ pixels, width, height, interlaced }: GifFrame): number[] {
  if (!interlaced) return [...pixels];
  const all = Array.from({ length: height }, (_, y) => y);
  const rows = [[0, 8], [4, 8], [2, 4], [1, 2]].flatMap(([first, step]) => all.filter(y => y % step === first));
  return rows.flatMap(y => pixels.slice(y * width, (y + 1) * width));
}

/**
 * Clear comes at 2^size, the end behind it. Codes grow longer with the 2^size - 1 entries that this many literals make.
 */
function literalCodes(pixels: readonly number[], codeSize: number): number[] {
  const clear = 2 ** codeSize;
  return [...pixels.flatMap((pixel, i) => i % (clear - 2) === 0 ? [clear, pixel] : [pixel]), clear + 1];
}

function packBits(codes: readonly number[], length: number): Buffer {
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const code of codes) {
    bits += code * 2 ** count;
    for (count += length; count >= 8; count -= 8, bits = Math.floor(bits / 256)) bytes.push(bits % 256);
  }
  return Buffer.from(count > 0 ? [...bytes, bits % 256] : bytes);
}

function subBlocks(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 255) {
    const part = bytes.subarray(at, at + 255);
    blocks.push(Buffer.from([part.length]), part);
  }
  return [...blocks, Buffer.from([0])];
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}
