import type { CodedImage } from './av1-files';
import { box } from './files';

export interface MinimizedOptions extends CodedImage {
  /** As EXIF counts them. */
  readonly orientation?: number;
  readonly alpha?: CodedImage;
  readonly icc?: Buffer;
  readonly cicp?: readonly [primaries: number, transfer: number, matrix: number];
  /** The wide form of each size. */
  readonly largeSizes?: boolean;
  /** Facts of HDR: content light levels and a colour volume. */
  readonly hasHdr?: boolean;
  /** Names the coding, although the brand says it as well. */
  readonly hasTypes?: boolean;
}

/** A file of `ftyp` and `mini`, ISO/IEC 23008-12:2025: numbers with any number of bits, without gaps, then the data. */
export function minimized(options: MinimizedOptions): Buffer {
  const { alpha, icc, config, data } = options;
  const bits = headBits(options);
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '0');
  const head = Buffer.from(
    Array.from({ length: padded.length / 8 }, (_, i) => parseInt(padded.slice(8 * i, 8 * i + 8), 2)),
  );
  const parts = [head, config, ...alpha ? [alpha.config] : [], ...icc ? [icc] : [], ...alpha ? [alpha.data] : [], data];
  return Buffer.concat([box('ftyp', Buffer.from('mif3avif')), box('mini', ...parts)]);
}

function headBits(
  { width, height, orientation = 1, alpha, icc, cicp, largeSizes = false, config, data, ...flags }: MinimizedOptions,
): string {
  const { hasHdr = false, hasTypes = false } = flags;
  const isLarge = largeSizes || width > 128 || height > 128;
  const side = isLarge ? 15 : 7;
  const [configBits, dataBits, metadataBits] = [largeSizes ? 12 : 3, largeSizes ? 28 : 15, 10];
  return [
    toBits(0, 2), flag(hasTypes), flag(false), flag(true), flag(alpha), flag(cicp), flag(hasHdr), flag(icc),
    flag(false), flag(false),
    toBits(3, 2), toBits(orientation - 1, 3), flag(isLarge), toBits(width - 1, side), toBits(height - 1, side),
    flag(false),
    alpha ? flag(false) : '',
    ...(cicp ?? []).map(value => toBits(value, 8)),
    hasTypes ? text('av01') + text('av1C') : '',
    hasHdr ? hdrBits() : '',
    icc ? flag(false) : '', flag(largeSizes), flag(largeSizes),
    icc ? toBits(icc.length - 1, metadataBits) : '',
    toBits(config.length, configBits), toBits(data.length - 1, dataBits),
    alpha ? toBits(alpha.data.length, dataBits) + toBits(alpha.config.length, configBits) : '',
  ].join('');
}

/** No gain map; content light levels and a colour volume of some values, no other block. */
function hdrBits(): string {
  const flags = ['0', '1', '0', '1', '0', '0', '0'].join('');
  const volume = ['00', '0', '1', '1', '0', '00', toBits(1, 32), toBits(1000, 32)].join('');
  return flags + toBits(1000, 16) + toBits(400, 16) + volume;
}

function flag(value: unknown): string {
  return value ? '1' : '0';
}

function toBits(value: number, count: number): string {
  return value.toString(2).padStart(count, '0');
}

function text(name: string): string {
  return [...Buffer.from(name)].map(byte => toBits(byte, 8)).join('');
}
