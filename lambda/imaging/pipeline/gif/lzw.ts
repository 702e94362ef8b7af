/** Codes have 12 bits at most, GIF89a specification, appendix F. */
const MOST_CODES = 4096;

/** A code for each colour, clear and end have to fit in 12 bits. */
const LONGEST_FIRST_CODE = 11;

/** The longest sub-block, section 15. */
const BLOCK = 255;

/** Between two clear codes so many literal codes of 9 bits fit: with the next one codes would grow to 10 bits. */
const LITERALS = 254;

/** Every code stands for a known code and one more colour. */
class Dictionary {
  readonly prefixes = new Uint16Array(MOST_CODES);
  readonly lengths = new Uint32Array(MOST_CODES);
  readonly firsts = new Uint8Array(MOST_CODES);
  readonly lasts = new Uint8Array(MOST_CODES);
  next: number;

  constructor(readonly clear: number) {
    this.next = clear + 2;
    for (let color = 0; color < clear; color++) {
      this.lengths[color] = 1;
      this.firsts[color] = this.lasts[color] = color;
    }
  }

  /** The code may be the one that this call adds. False for codes that nothing has defined. */
  add(previous: number, code: number): boolean {
    const { next } = this;
    if (code > next || (code === next && next >= MOST_CODES)) return false;
    if (next >= MOST_CODES) return true;
    this.prefixes[next] = previous;
    this.lengths[next] = this.lengths[previous] + 1;
    this.firsts[next] = this.firsts[previous];
    this.lasts[next] = code === next ? this.firsts[previous] : this.firsts[code];
    this.next++;
    return true;
  }

  write(code: number, pixels: Uint8Array, end: number): void {
    let at = end;
    for (let left = this.lengths[code]; left > 0; left--, code = this.prefixes[code]) {
      at--;
      if (at < pixels.length) pixels[at] = this.lasts[code];
    }
  }
}

/**
 * How many pixels the codes draw, up to `most`. They are written to `pixels` where it is given. Codes end with the end
 * code, with the data, and at a code that nothing has defined.
 */
export function expandLzw(data: Uint8Array, codeSize: number, most: number, pixels?: Uint8Array): number {
  if (!(codeSize <= LONGEST_FIRST_CODE)) return 0;
  const clear = 2 ** codeSize;
  const dictionary = new Dictionary(clear);
  let [width, previous, count] = [codeSize + 1, -1, 0];
  // Read, but no whole code yet: a number below `scale`, which is two to the power of how many bits there are.
  let [bits, scale] = [0, 1];
  for (let at = 0; count < most;) {
    const codes = 2 ** width;
    for (; scale < codes && at < data.length; scale *= 256) bits += data[at++] * scale;
    if (scale < codes) break;
    const code = bits % codes;
    bits = (bits - code) / codes;
    scale /= codes;
    if (code === clear) {
      dictionary.next = clear + 2;
      [width, previous] = [codeSize + 1, -1];
      continue;
    }
    if (code === clear + 1 || (previous < 0 ? code > clear : !dictionary.add(previous, code))) break;
    count += dictionary.lengths[code];
    if (pixels) dictionary.write(code, pixels, count);
    if (dictionary.next === 2 ** width && width < 12) width++;
    previous = code;
  }
  return Math.min(count, most);
}

/** Image data of 256 colours that every decoder reads, without compressing anything. */
export function encodeLiterals(pixels: Uint8Array): Buffer {
  const codes = packNineBits(pixels);
  const blocks: Uint8Array[] = [Buffer.from([8])];
  for (let at = 0; at < codes.length; at += BLOCK) {
    const block = codes.subarray(at, at + BLOCK);
    blocks.push(Buffer.from([block.length]), block);
  }
  return Buffer.concat([...blocks, Buffer.from([0])]);
}

function packNineBits(pixels: Uint8Array): Uint8Array {
  const clears = Math.ceil(pixels.length / LITERALS);
  const bytes = new Uint8Array(Math.ceil((pixels.length + clears + 1) * 9 / 8) + 1);
  let [at, bit] = [0, 0];
  const put = (code: number): void => {
    const shifted = code * 2 ** bit;
    bytes[at] += shifted % 256;
    bytes[++at] += Math.floor(shifted / 256);
    if (bit === 7) at++;
    bit = (bit + 1) % 8;
  };
  for (let i = 0; i < pixels.length; i++) {
    if (i % LITERALS === 0) put(256);
    put(pixels[i]);
  }
  put(257);
  return bytes;
}
