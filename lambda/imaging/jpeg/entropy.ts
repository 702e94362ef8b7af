/* eslint-disable no-bitwise -- Each code of the scan is looked up by its bits. */
import { MARKERS } from './markers';
import type { TableDefinition } from './standard-tables';
import type { Frame, Scan } from './structure';

const { ceil, max } = Math;

/** No code is longer. */
const CODE_BITS = 16;
const SYMBOLS = 256;
const SIXTEEN_ZEROS = 0xf0;

/** By the next 16 bits: 256 × the length of the code that they begin with, plus its symbol; 0 if no code fits. */
type Codes = Uint16Array;

/**
 * Whether a sequential scan has entropy-coded data for each of its MCUs. The codes are read and their values skipped,
 * so it costs a part of decoding.
 */
export function isScanWhole(raw: Uint8Array, frame: Frame, scan: Scan): boolean {
  const tables = scan.components.map(({ dc, ac }) => dc && ac && { dc: buildCodes(dc), ac: buildCodes(ac) });
  const bits = new Bits(raw, scan.start, scan.end);
  const blocks = listMcuBlocks(scan).map(component => tables[component]);
  const count = countMcus(frame, scan);
  for (let mcu = 0; mcu < count; mcu++) {
    const isRestart = mcu > 0 && scan.restartInterval > 0 && mcu % scan.restartInterval === 0;
    if (isRestart && !bits.skipRestartMarker(mcu / scan.restartInterval - 1)) return false;
    for (const codes of blocks) if (!codes || !skipBlock(bits, codes.dc, codes.ac)) return false;
  }
  return true;
}

/** A.2.2 and A.2.3: a scan of one component has MCUs of one block. */
function listMcuBlocks({ components }: Scan): number[] {
  if (components.length === 1) return [0];
  return components.flatMap(({ horizontal, vertical }, i) => Array<number>(horizontal * vertical).fill(i));
}

function countMcus({ width, height, components }: Frame, { components: inScan }: Scan): number {
  const most = {
    horizontal: max(...components.map(({ horizontal }) => horizontal)),
    vertical: max(...components.map(({ vertical }) => vertical)),
  };
  if (inScan.length > 1) return ceil(width / (8 * most.horizontal)) * ceil(height / (8 * most.vertical));
  const [{ horizontal, vertical }] = inScan;
  return ceil(ceil(width * horizontal / most.horizontal) / 8) * ceil(ceil(height * vertical / most.vertical) / 8);
}

/**
 * F.1.2: a difference, then runs of zeros and the value behind each, up to the last coefficient or the end of the
 * block.
 */
function skipBlock(bits: Bits, dc: Codes, ac: Codes): boolean {
  const size = bits.readSymbol(dc);
  if (size < 0 || !bits.skip(size)) return false;
  for (let coefficient = 1; coefficient < 64; coefficient++) {
    const symbol = bits.readSymbol(ac);
    if (symbol < 0 || !bits.skip(symbol & 15)) return false;
    if ((symbol & 15) === 0 && symbol !== SIXTEEN_ZEROS) break;
    coefficient += symbol >> 4;
  }
  return true;
}

/** C.2: codes of each length count up, and a bit is added where the length grows. */
function buildCodes({ counts, symbols }: TableDefinition): Codes {
  const codes = new Uint16Array(2 ** CODE_BITS);
  let from = 0;
  let next = 0;
  counts.forEach((count, i) => {
    const span = 2 ** (CODE_BITS - i - 1);
    for (let code = 0; code < count; code++, from += span) {
      codes.fill((i + 1) * SYMBOLS + symbols[next++], from, from + span);
    }
  });
  return codes;
}

/** Reads bits up to the next marker, and passes restart markers when told to. */
class Bits {
  /** The last `count` bits of it are read and not used yet. */
  private held = 0;
  private count = 0;

  constructor(private readonly raw: Uint8Array, private at: number, private readonly end: number) {}

  /** The symbol of the next code; -1 if the data ends or no code fits. */
  readSymbol(codes: Codes): number {
    this.fill();
    const next = this.count >= CODE_BITS
      ? this.held >>> (this.count - CODE_BITS)
      : this.held << (CODE_BITS - this.count);
    const found = codes[next & 0xffff];
    const length = found >> 8;
    if (length === 0 || length > this.count) return -1;
    this.count -= length;
    return found & 0xff;
  }

  skip(bits: number): boolean {
    if (this.count < bits) this.fill();
    this.count -= bits;
    return this.count >= 0;
  }

  /** Whether the restart marker of this number is next; the bits in front of it are padding. */
  skipRestartMarker(number: number): boolean {
    this.held = this.count = 0;
    while (this.at < this.end && this.raw[this.at] === 0xff && this.raw[this.at + 1] === 0xff) this.at++;
    if (this.at + 1 >= this.end || this.raw[this.at] !== 0xff || this.raw[this.at + 1] !== MARKERS.RST0 + number % 8) {
      return false;
    }
    this.at += 2;
    return true;
  }

  private fill(): void {
    const { raw, end } = this;
    while (this.count <= 24 && this.at < end) {
      const byte = raw[this.at];
      if (byte === 0xff && (this.at + 1 >= end || raw[this.at + 1] !== 0)) break;
      this.at += byte === 0xff ? 2 : 1;
      this.held = (this.held << 8) | byte;
      this.count += 8;
    }
  }
}
