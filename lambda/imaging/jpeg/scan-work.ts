import { readStructure, type Scan, type Structure } from './structure';

/** Work of a decoder before it has the first pixel of a progressive JPEG. */
export interface ScanWork {
  /** Blocks of 8 × 8 coefficients, once for each scan that has them. */
  readonly blocks: number;
  /** Coefficients that a scan adds a bit to (ITU-T T.81, G.1.2.3): each of them is looked at, even if all are zero. */
  readonly refined: number;
}

/** The longest run of empty blocks, and the fewest bits of its code: 1 and 14 more (G.1.2.2). */
const LONGEST_RUN = 32_767;
const RUN_BITS = 15;

/** Undefined if the segments contradict each other. */
export function measureScans(raw: Uint8Array): ScanWork | undefined {
  const structure = readStructure(raw);
  if (!structure) return undefined;
  let [blocks, refined] = [0, 0];
  for (const scan of structure.scans) {
    const scanned = countBlocks(scan, structure);
    blocks += scanned;
    // Where data ends, decoders step over the blocks that are left.
    const coded = Math.min(scanned, Math.floor((scan.end - scan.start) * 8 / RUN_BITS) * LONGEST_RUN);
    if (scan.isRefining && scan.first > 0) refined += coded * (scan.last - scan.first + 1);
  }
  return { blocks, refined };
}

function countBlocks({ components }: Scan, { frame }: Structure): number {
  const most = (['horizontal', 'vertical'] as const).map(
    axis => Math.max(...frame.components.map(component => component[axis])),
  );
  const countAcross = (side: number, factor: number, of: number): number => Math.ceil(side * factor / of / 8);
  const blocks = components.map(({ horizontal, vertical }) => (
    countAcross(frame.width, horizontal, most[0]) * countAcross(frame.height, vertical, most[1])));
  return blocks.reduce((sum, count) => sum + count, 0);
}
