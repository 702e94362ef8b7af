import type { ScanWork } from '../jpeg/scan-work';

const { max } = Math;

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const NO_SIZE: Size = { width: 0, height: 0 };

export function takeLargestSides(one: Size, other: Size): Size {
  return { width: max(one.width, other.width), height: max(one.height, other.height) };
}

/** Result of one format's reader. A size of 0 means that the file has no size. */
export interface Reading extends Size {
  /** 1 unless given. */
  readonly frames?: number;
  /** Width × height × frames unless given. */
  readonly pixels?: number;
  /** 1 unless given. */
  readonly scans?: number;
  /** Given for a JPEG of many scans. */
  readonly scanWork?: ScanWork;
  /** Whether a JPEG has no end marker. */
  readonly lacksEnd?: boolean;
}
