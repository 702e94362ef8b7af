import { be16, hex, segment } from './files';

/** Options that sharp's encoder does not have. */
export interface CodedJpeg {
  readonly width: number;
  readonly height: number;
  /** Horizontal and vertical sampling factor of each component. */
  readonly sampling: readonly (readonly [number, number])[];
  /** One scan for each component. */
  readonly isDivided?: boolean;
  /** MCUs between restart markers. */
  readonly restartInterval?: number;
  /** Leaves out the Huffman tables, as frames of motion JPEG do. */
  readonly withoutTables?: boolean;
}

/** ITU-T T.81, tables K.3 and K.5: the codes of the few symbols that are used here. */
const DC_CODES: Record<number, string> = { 0: '00', 1: '010', 2: '011', 3: '100', 4: '101', 5: '110', 6: '1110' };
const AC_CODES: Record<number, string> = {
  0x00: '1010',
  0x01: '00',
  0x02: '01',
  0x03: '100',
  0x11: '1100',
  0x21: '11100',
  0xf0: '11111111001',
};

/** A sequential JPEG with coefficients that look random and are reproducible. */
export function codedJpeg(wanted: CodedJpeg, tables: readonly Buffer[]): Buffer {
  const { width, height, sampling, isDivided, restartInterval = 0, withoutTables } = wanted;
  const ids = sampling.map((_, i) => i);
  const components = Buffer.concat(sampling.map(([h, v], i) => Buffer.from([i + 1, h * 16 + v, 0])));
  return Buffer.concat([
    hex('ffd8'),
    segment(0xdb, hex('00'), Buffer.alloc(64, 8)),
    segment(0xc0, hex('08'), be16(height, width), Buffer.from([sampling.length]), components),
    ...withoutTables ? [] : tables,
    ...restartInterval > 0 ? [segment(0xdd, be16(restartInterval))] : [],
    ...(isDivided ? ids.map(id => [id]) : [ids]).map(scanned => codedScan(wanted, scanned)),
    hex('ffd9'),
  ]);
}

function codedScan({ width, height, sampling, restartInterval = 0 }: CodedJpeg, ids: readonly number[]): Buffer {
  const header = segment(0xda, Buffer.from([ids.length, ...ids.flatMap(id => [id + 1, 0]), 0, 63, 0]));
  const most = [0, 1].map(axis => Math.max(...sampling.map(factors => factors[axis])));
  const blocksAcross = [width, height].map((side, axis) => ids.length > 1
    ? Math.ceil(side / (8 * most[axis]))
    : Math.ceil(Math.ceil(side * sampling[ids[0]][axis] / most[axis]) / 8));
  const blocks = ids.length > 1 ? ids.reduce((sum, id) => sum + sampling[id][0] * sampling[id][1], 0) : 1;
  const random = randomBits(ids[0] + 1);
  const parts: Buffer[] = [header];
  let bits = '';
  const mcus = blocksAcross[0] * blocksAcross[1];
  for (let mcu = 0; mcu < mcus; mcu++) {
    if (restartInterval > 0 && mcu > 0 && mcu % restartInterval === 0) {
      parts.push(packed(bits), Buffer.from([0xff, 0xd0 + (mcu / restartInterval - 1) % 8]));
      bits = '';
    }
    for (let block = 0; block < blocks; block++) bits += codedBlock(random);
  }
  return Buffer.concat([...parts, packed(bits)]);
}

function codedBlock(random: (count: number) => string): string {
  const size = 1 + parseInt(random(2), 2);
  let bits = DC_CODES[size] + random(size);
  const symbols = Object.keys(AC_CODES).map(Number).filter(symbol => symbol !== 0);
  for (let value = 0; value < 3; value++) {
    const symbol = symbols[parseInt(random(3), 2) % symbols.length];
    bits += AC_CODES[symbol] + (symbol === 0xf0 ? '' : random(symbol % 16));
  }
  // A value must follow a run of zeros, and an end-of-block code ends the block (F.1.2.2).
  return `${bits}${AC_CODES[0x01]}1${AC_CODES[0x00]}`;
}

/** F.1.2.3: ones up to the next byte, and a zero byte behind each 0xff. */
function packed(bits: string): Buffer {
  const whole = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
  const bytes = (whole.match(/.{8}/g) ?? []).map(byte => parseInt(byte, 2));
  return Buffer.from(bytes.flatMap(byte => byte === 0xff ? [byte, 0] : [byte]));
}

function randomBits(seed: number): (count: number) => string {
  let state = seed * 2654435761 % 2 ** 32;
  return count => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor(state / 2 ** (32 - count)).toString(2).padStart(count, '0');
  };
}
